"""JSON with deep nesting, wrong types, names twice, NaN, endless integers and halves of surrogate pairs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed

WRONG = (None, True, False, 0, -1, 3.5, "", "text", [], {}, [1, 2], {"a": 1}, [[]], "1e400", 10**400, -(10**30), 1e308)


def _records(value: Any) -> list[Any]:
    """The list of records within a value."""
    if isinstance(value, list):
        return value
    return next(part for part in value.values() if isinstance(part, list))


def _dumped(value: Any, **more: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **more).encode("utf-8", "surrogatepass")


def _on_value(change: Callable[[Any, Random], bool]) -> Callable[[Seed, Random], Mutant | None]:
    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "json":
            return None
        value = copy.deepcopy(seed.content[""])
        if not change(value, random):
            return None
        return Mutant(_dumped(value), says={"": value})

    return mutate


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object within the records, in their order."""
    if isinstance(value, dict):
        return [value, *(one for part in value.values() for one in _objects(part))]
    return [one for part in value for one in _objects(part)] if isinstance(value, list) else []


def _wrong_type(value: Any, random: Random) -> bool:
    record = random.choice(_objects(_records(value)))
    record[random.choice(sorted(record))] = random.choice(WRONG)
    return True


def _wrong_record(value: Any, random: Random) -> bool:
    records = _records(value)
    records[random.randrange(len(records))] = random.choice(WRONG)
    return True


def _drop_name(value: Any, random: Random) -> bool:
    record = random.choice(_objects(_records(value)))
    del record[random.choice(sorted(record))]
    return True


def _rename(value: Any, random: Random) -> bool:
    record = random.choice(_objects(_records(value)))
    name = random.choice(sorted(record))
    record[random.choice([name + "_new", "x" + name, name + "\u200b", name[:-1]])] = record.pop(name)
    return True


def _more_names(value: Any, random: Random) -> bool:
    random.choice(_objects(_records(value)))["remarks of ours"] = random.choice(WRONG)
    return True


def _repeat(value: Any, random: Random) -> bool:
    records = _records(value)
    records.append(copy.deepcopy(random.choice(records)))
    return True


def _drop(value: Any, random: Random) -> bool:
    records = _records(value)
    del records[random.randrange(len(records))]
    return True


def _none(value: Any, _: Random) -> bool:
    _records(value).clear()
    return True


def _shuffle(value: Any, random: Random) -> bool:
    random.shuffle(_records(value))
    return True


def _odd_text(value: Any, random: Random) -> bool:
    record = random.choice(_objects(_records(value)))
    names = [name for name in sorted(record) if isinstance(record[name], str)]
    if not names:
        return False
    name = random.choice(names)
    at = random.randrange(len(record[name]) + 1)
    odd = random.choice(["\u200b", "\u202e", "\x00", "\x1b[31m", "ſ", "Ａ", "١", "\U0001f600", "\u0301", "x" * 5_000])
    record[name] = record[name][:at] + odd + record[name][at:]
    return True


def _on_text(change: Callable[[str, Random], str | None], **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "json":
            return None
        made = change(json.dumps(seed.content[""], ensure_ascii=False), random)
        if made is None:
            return None
        return Mutant(made.encode(), **more)

    return mutate


def _literal(seed: Seed, random: Random) -> Mutant | None:
    """A value that is no JSON, or no finite number: its record must be lost, or the file refused."""
    return _replaced(
        seed,
        random,
        [
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            "-1e999",
            "9" * 400,
            "9" * 5_000,
            '"\\ud800"',
            '"\\udc00x"',
            "1" + "0" * 308,
        ],
    )


def _replaced(seed: Seed, random: Random, texts: list[str]) -> Mutant | None:
    if seed.form != "json":
        return None
    value = copy.deepcopy(seed.content[""])
    record = random.choice(_objects(_records(value)))
    record[random.choice(sorted(record))] = "@@"
    new = random.choice(texts)
    made = json.dumps(value, ensure_ascii=False).replace('"@@"', new, 1)
    return Mutant(made.encode(), says={"": _loaded(made)})


def _constant(_: str) -> list[Any]:
    return []


def _loaded(text: str) -> Any:
    """As Python reads it, but what is no JSON as an empty list, which fits nowhere."""
    return json.loads(
        text, parse_constant=_constant, parse_int=lambda digits: int(digits) if len(digits) < 300 else float(digits)
    )


def _deep_value(seed: Seed, random: Random) -> Mutant | None:
    depth = random.choice([50, 5_000, 100_000])
    opening, closing = random.choice([("[", "]"), ('{"a":', "}")])
    text = opening * depth + "1" + closing * depth
    if seed.form != "json":
        return None
    value = copy.deepcopy(seed.content[""])
    record = random.choice(_records(value))
    record["remarks of ours"] = "@@"
    made = json.dumps(value, ensure_ascii=False).replace('"@@"', text, 1)
    if depth > 50:
        return _less(seed, made, record)
    # A value nobody reads costs nothing.
    return Mutant(made.encode(), says=seed.content)


def _less(seed: Seed, made: str, record: dict[str, Any]) -> Mutant:
    """The file without the record, which must be listed as refused: in its place stands what is none."""
    value = copy.deepcopy(seed.content[""])
    records = _records(value)
    plain = {name: held for name, held in record.items() if name != "remarks of ours"}
    records[:] = [{"id": "=none"} if item == plain else item for item in records]
    return Mutant(made.encode(), says={"": value})


def _deep_file(text: str, random: Random) -> str:
    depth = random.choice([500, 100_000])
    return "[" * depth + text + "]" * depth


def _name_twice(seed: Seed, random: Random) -> Mutant | None:
    """A name twice in one object, with two values: nobody can know which is meant."""
    if seed.form != "json":
        return None
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
    if seed.form != "json" or not isinstance(seed.content[""], dict):
        return None
    name = next(key for key, part in seed.content[""].items() if isinstance(part, list))
    text = json.dumps(seed.content[""], ensure_ascii=False)
    return Mutant(
        (text[:-1] + f", {json.dumps(name)}: {json.dumps(seed.content[''][name][:1])}" + "}").encode(), must="refuse"
    )


def _comma(text: str, random: Random) -> str:
    return random.choice([text[:-1] + "," + text[-1], text.replace(",", ",,", 1), text + ",", "," + text])


def _not_json(text: str, random: Random) -> str:
    return random.choice(
        [
            text.replace('"', "'"),
            "// ours\n" + text,
            text + text,
            text + "\n{}",
            text.replace(":", "=", 1),
            "callback(" + text + ")",
            text[1:],
            text[:-1],
            "{" + text,
        ]
    )


def _lines(seed: Seed, _: Random) -> Mutant | None:
    """One record a line, as some tools write: not JSON."""
    if seed.form != "json":
        return None
    return Mutant("\n".join(json.dumps(item) for item in _records(seed.content[""])).encode(), must="refuse")


def _rewritten(write: Callable[[Any, Random], bytes]) -> Callable[[Seed, Random], Mutant | None]:
    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "json":
            return None
        return Mutant(write(seed.content[""], random), same=True, must="accept")

    return mutate


def _reordered(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: _reordered(value[name], random) for name in names}
    return [_reordered(item, random) for item in value] if isinstance(value, list) else value


def _around(text: str, random: Random) -> str:
    return random.choice(['{"a": %s}', '{"data": {"items": %s}}', "[%s]", '"%s"']) % text


def _wrapped(seed: Seed, random: Random) -> Mutant | None:
    made = _on_text(_around, either="")(seed, random)
    return None if made is None else Mutant(made.data, says=seed.content)


MUTATORS = [
    Mutator(name, "json", _on_value(change))
    for name, change in (
        ("wrong_json_type", _wrong_type),
        ("wrong_json_record", _wrong_record),
        ("name_missing", _drop_name),
        ("name_changed", _rename),
        ("unknown_name", _more_names),
        ("record_twice", _repeat),
        ("record_missing", _drop),
        ("no_records", _none),
        ("records_shuffled", _shuffle),
        ("odd_json_text", _odd_text),
    )
] + [
    Mutator("no_json_number", "json", _literal),
    Mutator("deep_value", "json", _deep_value, 8),
    Mutator("deep_file", "json", _on_text(_deep_file, must="refuse"), 2),
    Mutator("name_twice", "json", _name_twice),
    Mutator("list_twice", "json", _list_twice, 1),
    Mutator("stray_comma", "json", _on_text(_comma, must="refuse"), 4),
    Mutator("almost_json", "json", _on_text(_not_json, must="refuse"), 9),
    Mutator("json_lines", "json", _lines, 1),
    Mutator("wrapped", "json", _wrapped, 4),
    Mutator("names_in_other_order", "json", _rewritten(lambda value, random: _dumped(_reordered(value, random))), 3),
    Mutator(
        "other_blanks",
        "json",
        _rewritten(lambda value, random: _dumped(value, indent=random.choice([None, 0, 1, "\t"]))),
        3,
    ),
    Mutator("escapes", "json", _rewritten(lambda value, _: json.dumps(value, ensure_ascii=True).encode()), 1),
]
