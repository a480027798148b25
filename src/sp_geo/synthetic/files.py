"""From a synthetic England to a folder: every file with its origin beside it, all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import yaml

from sp_geo.core.errors import WorkspaceError
from sp_geo.synthetic import activity
from sp_geo.synthetic.layouts import areas, fingertips, lists, organisations, payments, survey, voluntary, workforce
from sp_geo.synthetic.layouts.text import Published
from sp_geo.synthetic.truth import Truth, write_truth
from sp_geo.synthetic.voluntary import Voluntary, draw
from sp_geo.synthetic.voluntary_truth import write_voluntary_truth
from sp_geo.synthetic.world import World

PUBLISHER: Final = "sp_geo demonstration (synthetic)"
LICENCE: Final = "None needed: invented values. Codes and names of areas: ONS, Open Government Licence v3.0"
_LAYOUTS: Final = (
    ("workforce releases", workforce.write),
    ("practices and PCNs", organisations.write),
    ("registered patients", lists.write),
    ("small areas", areas.write),
    ("patient surveys", survey.write),
    ("practice deprivation", fingertips.write),
    ("payments to practices", payments.write),
)
_NOTICE: Final = """SYNTHETIC

Every file in this folder was invented by the demonstration generator of sp_geo. Names of practices and PCNs, patients,
staff, survey answers, deprivation scores and census counts are not real. Only the codes and names of areas are.

scale: {scale}
seed: {seed}
"""


def write_folder(world: World, truth: Truth, folder: Path, progress: Callable[[str], None]) -> None:
    """Write everything beside the folder, then rename it into place.

    Raises:
        WorkspaceError: the folder has something in it, or cannot be written.
    """
    check_free(folder)
    aside = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        services = draw(world)
        for file in _files(world, services, progress):
            path = aside / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
            origin = {
                "title": f"SYNTHETIC {file.title}",
                "publisher": PUBLISHER,
                "licence": LICENCE,
                "publication": file.publication,
                "period": file.period,
                "is_synthetic": True,
                "scale": world.scale,
                "seed": world.seed,
                **file.note,
            }
            text = yaml.safe_dump(origin, sort_keys=False, allow_unicode=True)
            path.with_name(path.name + ".origin.yaml").write_text(text, encoding="utf-8", newline="\n")
        (aside / "truth").mkdir()
        write_truth(truth, aside / "truth")
        if services is not None:
            write_voluntary_truth(world, truth, services, aside / "truth")
        (aside / "SYNTHETIC.txt").write_text(
            _NOTICE.format(scale=world.scale, seed=world.seed), encoding="utf-8", newline="\n"
        )
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    except OSError as fault:
        raise WorkspaceError(
            "the demonstration could not be written, and nothing of it was left",
            file=str(folder),
            found=fault.strerror or str(fault),
            advice="Free some space (about 60 MB), or choose another folder",
        ) from fault
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_free(folder: Path) -> None:
    """Refuse a folder that exists and has something in it.

    Raises:
        WorkspaceError: it is not an empty folder.
    """
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        raise WorkspaceError(
            "there is something there already, so the demonstration was not written",
            file=str(folder),
            expected="a new or empty folder",
        )


def _files(world: World, services: Voluntary | None, progress: Callable[[str], None]) -> Iterator[Published]:
    for words, write in _LAYOUTS:
        progress(f"writing {words}")
        yield from write(world)
    if services is not None:
        progress("writing voluntary services")
        yield from voluntary.write(services)
        for name, title, frame in (
            ("referral_activity", "Referral activity", activity.referrals(world, services)),
            ("gap_log", "Gap log of link workers", activity.gaps(world, services)),
        ):
            data = frame.to_csv(index=False, lineterminator="\n").encode()
            yield Published(f"activity/example-{name.replace('_', '-')}.csv", data, name, title, "2026")
