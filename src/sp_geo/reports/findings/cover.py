"""What is said on everything that leaves: sources, licences, day, digest, and the same in short for a picture."""

from __future__ import annotations

from datetime import date

import pandas as pd

from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import Cover
from sp_geo.workspace.store import Manifest


def subject_of(rows: pd.DataFrame, area: str, quarter: str) -> str:
    """Area, period and coverage in words.

    Args:
        rows: of the panel, of the area and quarter.
        area: its name.
        quarter: such as 2022Q2.
    """
    reported = int((rows["reporting_status"] != "not_reported").sum())
    return f"{area}, {quarter}, {reported:,} of {len(rows):,} active PCNs reported"


def cover_of(manifest: Manifest, title: str, subject: str, made: date, address: str = "") -> Cover:
    """The cover of what was made from a build.

    Args:
        manifest: of the build.
        title: of the page or pack.
        subject: area, period and coverage in words.
        made: today.
        address: link to the same view; empty if there is none.
    """
    return Cover(
        title=title,
        subject=subject,
        sources=tuple(sorted({f"{item['publisher']}: {item['title']}" for item in manifest.inputs})),
        licences=manifest.licences,
        made=made,
        mark=manifest.mark,
        digest=manifest.digest,
        version=str(manifest.versions.get("sp_geo", "")),
        address=address,
    )


def caption_of(cover: Cover) -> Caption:
    """The same, short enough to be burnt into a picture."""
    publishers = sorted({source.split(":")[0] for source in cover.sources})
    lines = [
        cover.subject,
        f"Source: {'; '.join(publishers)}. Licence: {'; '.join(cover.licences)}.",
        f"Made {cover.made.day} {cover.made:%B %Y} with sp_geo {cover.version}, data {cover.digest}. "
        "Associations between PCNs, not effects.",
    ]
    return Caption(title=cover.title, below="\n".join(line for line in lines if line), mark=cover.mark)
