"""What a pack is asked for, and the same with its words resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.questions.panel import LATEST, in_quarters

COMMAND: Final = "export"


@dataclass(frozen=True)
class PackRequest:
    """What ``sp-geo export`` was asked.

    Attributes:
        area: code of an ICB or region; England if empty.
        quarter: such as ``2022Q2``, or ``latest``.
        need: measure that provision is set against; deprivation, or the first that has a value, if empty.
        icbs: set of ICBs that the area is of; each quarter's own if ``as_then``.
    """

    area: str = ""
    quarter: str = LATEST
    need: str = ""
    icbs: str = AS_THEN

    def as_record(self) -> dict[str, str]:
        """Enough to ask for the same again."""
        return {"command": COMMAND, **asdict(self)}

    @classmethod
    def from_record(cls, asked: Mapping[str, Any]) -> PackRequest:
        """What :meth:`as_record` wrote."""
        return cls(**{item.name: str(asked[item.name]) for item in fields(cls) if item.name in asked})


def quarter_of(build: Build, text: str) -> str:
    """The quarter asked for, as the panel has it.

    Raises:
        UsageError: it is not a quarter, or not in the workspace.
        WorkspaceError: nothing has been built, or no quarter of provision.
    """
    held = build.table("out_pcn_quarter", ["quarter"])
    if held.empty:
        raise WorkspaceError(
            "there is no quarter of link worker posts to make a pack of",
            advice="Add a workforce release, patient lists and memberships, and run 'sp-geo build'",
        )
    return str(in_quarters(held, (text,))["quarter"].iloc[0])
