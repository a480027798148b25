"""JSON with deep nesting, wrong types, names twice, NaN, endless integers and halves of surrogate pairs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed

WRONG = (None, True, False, 0, -1, 3.5, "", "text", [], {}, [1, 2], {"a": 1}, [[]], "1e400", 10**400, -(10**30), 1e308)
ODD = ("\u200b", "\u202e", "\x00", "\x1b[31m", "ſ", "Ａ", "١", "\U0001f600", "\u0301", "x" * 5_000)
NO_NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "9" * 5_000),
    *('"\\ud800"', '"\\udc00x"', "1" + "0" * 308),
)
Mutate = Callable[[Seed, Random], Mutant | None]


def _records(value: Any) -> list[Any]:
    """The list of records within a value."""
    return value if isinstance(value, list) else next(part for part in value.values() if isinstance(part, list))


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object within the records, in their order."""
    if isinstance(value, dict):
        return [value, *(one for part in value.values() for one in _objects(part))]
    return [one for part in value for one in _objects(part)] if isinstance(value, list) else []


def _dumped(value: Any, **more: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **more).encode("utf-8", "surrogatepass")


def _on_value(change: Callable[[Any, Random], object]) -> Mutate:
    def mutate(seed: Seed, random: Random) -> Mutant | None:
        value = copy.deepcopy(seed.content[""])
        return None if change(value, random) is False else Mutant(_dumped(value), says={"": value})

    return mutate


def _on_record(change: Callable[[dict[str, Any], str, Random], object]) -> Mutate:
    """A mutator that spoils one name of one object."""

    def spoil(value: Any, random: Random) -> object:
        record = random.choice(_objects(_records(value)))
        return change(record, random.choice(sorted(record)), random)

    return _on_value(spoil)


def _on_list(change: Callable[[list[Any], int, Random], object]) -> Mutate:
    """A mutator that spoils the list at one record."""

    def spoil(value: Any, random: Random) -> object:
        records = _records(value)
        change(records, random.randrange(len(records)), random)
        return True

    return _on_value(spoil)


def _rename(record: dict[str, Any], name: str, random: Random) -> None:
    record[random.choice([name + "_new", "x" + name, name + "\u200b", name[:-1]])] = record.pop(name)


def _odd_text(record: dict[str, Any], name: str, random: Random) -> bool:
    if not isinstance(record[name], str):
        return False
    at = random.randrange(len(record[name]) + 1)
    record[name] = record[name][:at] + random.choice(ODD) + record[name][at:]
    return True


def _on_text(change: Callable[[str, Random], str], says_same: bool = False, **more: Any) -> Mutate:
    def mutate(seed: Seed, random: Random) -> Mutant:
        made = change(json.dumps(seed.content[""], ensure_ascii=False), random)
        return Mutant(made.encode(), says=seed.content if says_same else None, **more)

    return mutate


def _no_number(seed: Seed, random: Random) -> Mutant:
    """A value that is no JSON, or no finite number: its record must be lost, or the file refused."""
    value = copy.deepcopy(seed.content[""])
    record = random.choice(_objects(_records(value)))
    record[random.choice(sorted(record))] = "@@"
    made = json.dumps(value, ensure_ascii=False).replace('"@@"', random.choice(NO_NUMBERS), 1)
    # What is no JSON is read as an empty list, which fits nowhere.
    says = json.loads(
        made, parse_constant=lambda _: [], parse_int=lambda text: float(text) if len(text) > 300 else int(text)
    )
    return Mutant(made.encode(), says={"": says})


def _deep_value(seed: Seed, random: Random) -> Mutant:
    depth = random.choice([50, 5_000, 100_000])
    opening, closing = random.choice([("[", "]"), ('{"a":', "}")])
    value = copy.deepcopy(seed.content[""])
    record = random.choice(_records(value))
    sound = dict(record)
    record["remarks of ours"] = "@@"
    made = json.dumps(value, ensure_ascii=False).replace('"@@"', opening * depth + "1" + closing * depth, 1)
    # A value nobody reads costs nothing, unless it is so deep that its record cannot be read.
    return _less(seed, made, sound) if depth > 50 else Mutant(made.encode(), says=seed.content)


def _less(seed: Seed, made: str, record: dict[str, Any]) -> Mutant:
    """The file without the record, which must be listed as refused: in its place stands what is none."""
    value = copy.deepcopy(seed.content[""])
    records = _records(value)
    records[:] = [{"id": "=none"} if item == record else item for item in records]
    return Mutant(made.encode(), says={"": value})


def _name_twice(seed: Seed, random: Random) -> Mutant:
    """A name twice in one object, with two values: nobody can know which is meant."""
    value = copy.deepcopy(seed.content[""])
    record = random.choice(_records(value))
    inside = random.choice(_objects(record))
    name = random.choice(sorted(inside))
    inside["@@"] = random.choice(["other", 3, None, [], "E08000003"])
    made = json.dumps(value, ensure_ascii=False).replace('"@@"', json.dumps(name), 1)
    del inside["@@"]
    return _less(seed, made, record)


def _list_twice(seed: Seed, random: Random) -> Mutant | None:
    """The list itself twice in the object around it."""
    if not isinstance(seed.content[""], dict):
        return None
    name = next(key for key, part in seed.content[""].items() if isinstance(part, list))
    text = json.dumps(seed.content[""], ensure_ascii=False)
    again = json.dumps(seed.content[""][name][:1])
    return Mutant(f"{text[:-1]}, {json.dumps(name)}: {again}}}".encode(), must="refuse")


def _deep_file(text: str, random: Random) -> str:
    depth = random.choice([500, 100_000])
    return "[" * depth + text + "]" * depth


def _comma(text: str, random: Random) -> str:
    return random.choice([text[:-1] + "," + text[-1], text.replace(",", ",,", 1), text + ",", "," + text])


def _not_json(text: str, random: Random) -> str:
    spoilt = [text.replace('"', "'"), "// ours\n" + text, text + text, text + "\n{}", text.replace(":", "=", 1)]
    return random.choice([*spoilt, f"callback({text})", text[1:], text[:-1], "{" + text])


def _lines(seed: Seed, _: Random) -> Mutant:
    """One record a line, as some tools write: not JSON."""
    return Mutant("\n".join(map(json.dumps, _records(seed.content[""]))).encode(), must="refuse")


def _wrapped(text: str, random: Random) -> str:
    return random.choice(['{"a": %s}', '{"data": {"items": %s}}', "[%s]", '"%s"']) % text


def _reordered(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        return {name: _reordered(value[name], random) for name in random.sample(list(value), len(value))}
    return [_reordered(item, random) for item in value] if isinstance(value, list) else value


def _same(write: Callable[[Any, Random], bytes]) -> Mutate:
    return lambda seed, random: Mutant(write(seed.content[""], random), same=True, must="accept")


MUTATORS = [
    Mutator(name, "json", mutate)
    for name, mutate in {
        "wrong_json_type": _on_record(lambda record, name, random: record.update({name: random.choice(WRONG)})),
        "wrong_json_record": _on_list(lambda records, at, random: records.__setitem__(at, random.choice(WRONG))),
        "name_missing": _on_record(lambda record, name, _: record.pop(name) and None),
        "name_changed": _on_record(_rename),
        "unknown_name": _on_record(lambda record, _, random: record.update(ours=random.choice(WRONG))),
        "record_twice": _on_list(lambda records, at, _: records.append(copy.deepcopy(records[at]))),
        "record_missing": _on_list(lambda records, at, _: records.pop(at)),
        "no_records": _on_list(lambda records, *_: records.clear()),
        "records_shuffled": _on_list(lambda records, _, random: random.shuffle(records)),
        "odd_json_text": _on_record(_odd_text),
        "no_json_number": _no_number,
        "name_twice": _name_twice,
    }.items()
] + [
    Mutator("deep_value", "json", _deep_value, 8),
    Mutator("deep_file", "json", _on_text(_deep_file, must="refuse"), 2),
    Mutator("list_twice", "json", _list_twice, 1),
    Mutator("stray_comma", "json", _on_text(_comma, must="refuse"), 4),
    Mutator("almost_json", "json", _on_text(_not_json, must="refuse"), 9),
    Mutator("json_lines", "json", _lines, 1),
    Mutator("wrapped", "json", _on_text(_wrapped, says_same=True), 4),
    Mutator("names_in_other_order", "json", _same(lambda value, random: _dumped(_reordered(value, random))), 3),
    Mutator(
        "other_blanks", "json", _same(lambda value, random: _dumped(value, indent=random.choice([None, 0, 1, "\t"]))), 3
    ),
    Mutator("escapes", "json", _same(lambda value, _: json.dumps(value, ensure_ascii=True).encode()), 1),
]
