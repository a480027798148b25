"""Services of Open Referral UK 3.0 taken or refused one by one, whichever file they came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.json_stream import Repeated, TooDeep
from sp_geo.publications.reading.records import RecordFaultError, Taken, cleaned, service_frames, text
from sp_geo.publications.reading.referral_service import MOST_FAULTS, Warnings, costs_record, faults_of, service_record

_LONGEST_IDENTIFIER: Final = 60
_MARKS: Final = {"status", "fees", "schedules", "service_areas", "service_at_locations", "assured_date", "minimum_age"}
"""What only a service has; organisations and taxonomies have identifiers and names too."""


class Directory:
    """The services of one file so far, and the names its organisations go by."""

    def __init__(self) -> None:
        self.taken = Taken()
        self._organisations: dict[str, tuple[str, str]] = {}
        self._seen_service = False

    def take(self, item: Any, place: str, warnings: Iterable[tuple[str, str]] = ()) -> None:
        """Take one service, or list why it is refused.

        Args:
            item: the service, as the standard has it.
            place: where it stands, such as ``item 12``.
            warnings: faults noticed already that do not cost it.
        """
        if isinstance(item, Repeated):
            self.refuse(place, "a name stands twice in one object", "each name once, with one value")
            return
        if isinstance(item, TooDeep):
            self.refuse(place, "the record is nested too deeply", "a service has a dozen levels at most")
            return
        identifier = cleaned(item.get("id"))[:_LONGEST_IDENTIFIER] if isinstance(item, dict) else ""
        record = f"{place} {identifier}".rstrip()
        if isinstance(item, dict) and _MARKS & item.keys():
            self._seen_service = True
        faults = faults_of(item)
        lost = [fault for fault in faults if costs_record(fault)]
        if lost:
            for fault in lost[:MOST_FAULTS]:
                self.refuse(record, fault.cause, fault.detail)
            return
        noticed: Warnings = [*warnings, *((fault.cause, fault.detail) for fault in faults[:MOST_FAULTS])]
        service = self.taken.attempt(record, lambda: service_record(item, record, noticed))
        if service is not None and self.taken.attempt(record, lambda: self._meet(item, record)) is not None:
            # JSON can write half of a pair of characters, and no file can hold it.
            texts = [value for value in vars(service).values() if isinstance(value, str)]
            texts += [part for pair in (*service.terms, *service.warnings) for part in pair]
            if all(part == _readable(part) for part in texts):
                self.taken.services.append(service)
            else:
                self.refuse(record, "the text cannot be read", "half of a pair of characters stands alone")

    def warn(self, place: str, cause: str, detail: str = "") -> None:
        """List a fault that costs no service."""
        self.taken.refused.append((place, "warned", cause, detail))

    def frames(self, directory_id: str, label: str) -> dict[str, pd.DataFrame]:
        """Everything as core tables.

        Raises:
            InvalidContent: nothing in the file was a service.
        """
        if not self._seen_service:
            first = self.taken.refused[0] if self.taken.refused else None
            raise InvalidContent(
                "the file holds no service",
                file=label,
                found=f"{first[2]} ({first[0]})" if first else "nothing",
                expected="services of Open Referral UK 3.0, each with id, name and status",
            )
        self.taken.refused = [
            (_readable(place), outcome, _readable(cause), _readable(detail))
            for place, outcome, cause, detail in self.taken.refused
        ]
        return service_frames(self.taken, directory_id)

    def refuse(self, place: str, cause: str, detail: str = "") -> None:
        """List a record that is not taken in."""
        self.taken.refused.append((place, "refused", cause, detail))

    def _meet(self, item: Mapping[str, Any], record: str) -> bool:
        """Remember the name of an organisation; two names of one identifier may be two organisations."""
        organisation = item.get("organization") or {}
        identifier, name = text(organisation, "id"), text(organisation, "name")
        if identifier is None or name is None:
            return True
        known, first = self._organisations.setdefault(identifier, (name, record))
        if known.casefold() != name.casefold():
            raise RecordFaultError(
                "two organisations have one identifier", f"'{name[:60]}' here, '{known[:60]}' in {first}"
            )
        return True


def _readable(said: str) -> str:
    return said.encode("utf-8", errors="replace").decode("utf-8")
