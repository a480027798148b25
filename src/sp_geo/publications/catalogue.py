"""Published files recognised by their content: headers, sheets, layers and the shape of codes, never by their name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from sp_geo.core.codes import LOCAL_AUTHORITY, PCN, PRACTICE, fits
from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.preview import Preview, preview
from sp_geo.workspace.document import Document, Kind, is_like, normal_header

LEAST_TO_NAME: Final = 0.5
"""A file that has at least half of a publication's marks is said to look like it."""
LEAST_TO_FIT: Final = 0.8
"""Share of the first rows that must have the shape of a publication without headers; its reader looks at the others."""
_FEWEST_TO_NAME: Final = 2
_MOST_NAMED: Final = 3
_CODE: Final = rf"{LOCAL_AUTHORITY}|{PRACTICE}|{PCN}"


@dataclass(frozen=True)
class Signature:
    """Marks of one form of a publication.

    Attributes:
        headers: as the publisher writes them, each with its alternatives; ``*`` stands for any letters, ``##`` for the
            two digits of a year.
        absent: headers that tell another publication, written likewise.
        may_lack: how many headers may be missing, so that a renamed column is named rather than the file refused as
            unknown.
        columns: number of columns of a file without a header row.
        shapes: regular expression by column number (from 0) of such a file, which most of its rows fit.
    """

    headers: tuple[tuple[str, ...], ...] = ()
    absent: tuple[str, ...] = ()
    may_lack: int = 0
    columns: int = 0
    shapes: Mapping[int, str] | None = None


@dataclass(frozen=True)
class Instead:
    """Another file of the same page, which is often taken for the one that is read.

    Attributes:
        signature: its marks.
        what: what it is, in words.
        download: the file that is wanted, as its page calls it.
    """

    signature: Signature
    what: str
    download: str


@dataclass(frozen=True)
class Publication:
    """A publication that the software reads.

    Attributes:
        key: name of its reader.
        title: as people know it.
        publisher: who publishes it.
        licence: under which.
        page: where to look for it.
        kinds: layouts it comes in.
        signatures: its forms.
        period: how its period is told: ``{fixed}``, or ``{column}`` of what its reader gives (``{or_column}`` of a file
            that gives none), after the column
            ``{within}`` if that tells releases apart too, and before ``{mark}`` if it gives the ``{marked_table}``.
        hint: ``own_name`` if its reader may have to find the year in the file's own name; ``directory`` if it must be
            told which directory the file is.
        sheets: names of the sheet that is meant where several have its columns.
        dated: ``saved`` if of two workbooks of one period that is used which was saved later.
        instead: other files of its page, and what to download instead.
    """

    key: str
    title: str
    publisher: str
    licence: str
    page: str
    kinds: tuple[Kind, ...]
    signatures: tuple[Signature, ...]
    period: Mapping[str, str]
    hint: str = ""
    sheets: tuple[str, ...] = ()
    dated: str = ""
    instead: tuple[Instead, ...] = ()


def _signature(form: dict[str, Any]) -> Signature:
    headers = tuple((item,) if isinstance(item, str) else tuple(item) for item in form.get("headers", ()))
    return Signature(**(form | {"headers": headers, "absent": tuple(form.get("absent", ()))}))


@cache
def publications() -> Mapping[str, Publication]:
    """All publications by key, in the order of their files."""
    folders = sorted(resources.files("sp_geo.publications").iterdir(), key=lambda item: item.name)
    files = [folder.joinpath("publication.yaml") for folder in folders if folder.joinpath("publication.yaml").is_file()]
    found = {}
    for file in files:
        record = yaml.safe_load(file.read_text(encoding="utf-8"))
        record |= {
            "kinds": tuple(record["kinds"]),
            "sheets": tuple(record.get("sheets", ())),
            "signatures": tuple(_signature(form) for form in record["signatures"]),
            "instead": tuple(
                Instead(
                    _signature({name: form[name] for name in form if name in {"headers", "absent"}}),
                    form["what"],
                    form["download"],
                )
                for form in record.get("instead", ())
            ),
        }
        found[record["key"]] = Publication(**record)
    return found


@dataclass(frozen=True)
class _Candidate:
    """How far one form of a publication fits one sheet, layer or table.

    Attributes:
        publication: whose form it is.
        count: marks of the form.
        missing: those that are not there, as the publisher writes them.
        may_lack: how many of them need not be there.
        is_of_shapes: whether the form has no header row, so that a line cannot name what is missing.
    """

    publication: Publication
    count: int
    missing: tuple[str, ...]
    may_lack: int
    is_of_shapes: bool = False

    @property
    def held(self) -> int:
        """Marks that are there."""
        return self.count - len(self.missing)


def recognise(document: Document) -> Publication:
    """The publication that a file is one of.

    Raises:
        UnrecognisedFile: none fits; the likeliest are named with what is missing, or what to download instead.
        DamagedFile: the file cannot be opened, or holds nothing below its header.
    """
    previews = preview(document)
    known = [publication for publication in publications().values() if document.kind in publication.kinds]
    candidates = [
        _candidate(publication, signature, shown)
        for publication in known
        for signature in publication.signatures
        for shown in previews
    ]
    fitting = [found for found in candidates if len(found.missing) <= found.may_lack]
    if not any(not found.missing for found in fitting):
        _refuse_look_alikes(document, known, previews)
    if fitting:
        # The form with most of its marks present says most; a header only one publication has decides.
        return max(fitting, key=lambda found: (found.held, -len(found.missing))).publication
    fault = _refusal(document, candidates)
    if any(_has_areas(shown) for shown in previews):
        own = "If it is a measure of need of your own, say 'sp-geo add FILE --measure --name WORDS'"
        fault.advice = f"{fault.advice}. {own}" if fault.advice else own
    raise fault


def _has_areas(shown: Preview) -> bool:
    """Whether a column holds codes of areas, practices or PCNs, beside another one."""
    columns = zip(*(row for row in shown.rows if len(row) > 1), strict=False)
    return any(2 * sum(fits(cell.strip().upper(), _CODE) for cell in column) >= len(column) for column in columns)


def _candidate(publication: Publication, signature: Signature, shown: Preview) -> _Candidate:
    if signature.columns:
        rows = [row for row in shown.rows if any(row)]
        # The last of several rows may be cut off.
        rows = rows[:-1] or rows
        whole = [row for row in rows if len(row) == signature.columns]
        missing = []
        if not rows or len(whole) < LEAST_TO_FIT * len(rows):
            missing.append(f"{signature.columns} columns")
        else:
            for number, shape in (signature.shapes or {}).items():
                fitting = [re.fullmatch(shape, row[number].strip()) is not None for row in whole]
                # A header above the first column is no code: such a file is told by its headers.
                if sum(fitting) < LEAST_TO_FIT * len(rows) or (number == 0 and not fitting[0]):
                    missing.append(f"column {number + 1}")
        return _Candidate(publication, signature.columns, tuple(missing), 0, is_of_shapes=True)
    best = [alternatives[0] for alternatives in signature.headers]
    for headers in shown.headers:
        if any(_has(headers, absent) for absent in signature.absent):
            continue
        lacking = [
            alternatives[0]
            for alternatives in signature.headers
            if not any(_has(headers, name) for name in alternatives)
        ]
        best = min(best, lacking, key=len)
    return _Candidate(publication, len(signature.headers), tuple(best), signature.may_lack)


_mark = cache(normal_header)


def _has(headers: set[str], wanted: str) -> bool:
    # Most marks are plain words: a look into the set, where a pattern would be tried on every header of every row.
    if not set("*#") & set(wanted):
        return _mark(wanted) in headers
    return any(is_like(header, wanted) for header in headers)


def _refuse_look_alikes(document: Document, known: list[Publication], previews: list[Preview]) -> None:
    """Refuse a file that is known to lie beside the one that is wanted, and a table of codes saved as a workbook."""

    def is_there(publication: Publication, form: Signature) -> bool:
        return any(not _candidate(publication, form, shown).missing for shown in previews)

    for publication in known:
        for other in publication.instead:
            if is_there(publication, other.signature):
                raise UnrecognisedFile(
                    f"it is {other.what}",
                    file=document.label,
                    expected=f"'{publication.title}'",
                    advice=f"Download {other.download}. Look for it at: {publication.page}",
                )
    if document.kind != "workbook":
        return
    # A workbook changes codes and days.
    for publication in publications().values():
        csv_only = "csv" in publication.kinds and "workbook" not in publication.kinds
        if csv_only and any(is_there(publication, form) for form in publication.signatures):
            raise UnrecognisedFile(
                f"it looks like '{publication.title}' saved as a workbook",
                file=document.label,
                expected="the CSV file as published",
                advice="Add that, or save the sheet as CSV UTF-8 and add it",
            )


def _refusal(document: Document, candidates: list[_Candidate]) -> UnrecognisedFile:
    best: dict[str, _Candidate] = {}
    for found in candidates:
        # A user's own table has too few marks, and so common ones, that any other may look like it.
        is_named = not found.is_of_shapes and found.publication.hint != "measure"
        key = found.publication.key
        if is_named and (
            key not in best or len(found.missing) / found.count < len(best[key].missing) / best[key].count
        ):
            best[key] = found
    near = [found for found in best.values() if found.held >= max(LEAST_TO_NAME * found.count, _FEWEST_TO_NAME)]
    near.sort(key=lambda found: (len(found.missing) / found.count, -found.count))
    if not near:
        return UnrecognisedFile(
            "not one of the publications that are known",
            file=document.label,
            expected=f"one of the {len(publications())} that 'sp-geo publications' lists, as published",
        )
    first, *others = (
        f"'{found.publication.title}': it has {found.held} of {found.count} columns that tell it, and lacks "
        + ", ".join(f"'{name}'" for name in found.missing)
        for found in near[:_MOST_NAMED]
    )
    return UnrecognisedFile(
        f"looks like {first}",
        file=document.label,
        expected=f"the file as published{''.join(f'; or {other}' for other in others)}",
        advice=f"Look for it at: {near[0].publication.page}",
    )


def hint_of(publication: Publication, directory: str, own_name: str) -> str:
    """What a reader must be told that the file may not say: its own name, or that of a directory; empty for the others.

    A reader believes the file first. The name of an archive around it and the day it was downloaded say nothing of
    what is in it. A directory is called after its file, without the days and numbers that change from one download to
    the next.

    Args:
        publication: which was recognised.
        directory: name of the directory, or of the file as it was added.
        own_name: name of the file itself, within its archive if it lies in one.
    """
    if publication.hint == "directory":
        return directory_id(directory)
    return own_name if publication.hint == "own_name" else ""


def directory_id(name: str) -> str:
    """The identifier of a directory from its name or its file's name: small letters, digits and hyphens."""
    stem = re.sub(r"(\.(?:csv|xlsx|json|zip|txt|tsv|gz))+$", "", name.lower())
    undated = re.sub(r"[\W_]*(?:19|20)\d\d(?:[-_.]?\d\d){0,2}(?!\d)", "", stem)
    return re.sub(r"[^a-z0-9]+", "-", undated or stem).strip("-")[:60] or "directory"
