"""``sp-geo fetch`` and ``status --releases`` against a local site that imitates the publishers' pages."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sp_geo.core.errors import NotFetched
from tests.conftest import REPOSITORY, Run, contents, hears_ctrl_c
from tests.publisher import File, Publisher, publishing, serving

SERIES = "/data-and-information/publications/statistical/primary-care-network-workforce"
NAME = "PCNWFIndividualCSV.062026.zip"
LINK = f"/A8/E524AA/{NAME}"
PUBLISHED = REPOSITORY / "data" / "workforce"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A site laid out as the publisher's: the series lists releases, a release lists its files."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with publishing() as served:
        lay_out(served)
        yield served


def lay_out(site: Publisher) -> None:
    """The pages of two releases, and the file of each."""
    released = {"30-june-2026": LINK, "31-march-2026": "/D5/3EB601/PCNWFIndividualCSV.032026.zip"}
    items = "".join(f'<li><a href="{SERIES}/{day}">PCN Workforce, {day}</a></li>' for day in released)
    site.page(
        SERIES, f"<h1>Primary Care Network Workforce</h1><ul>{items}</ul><a href='{SERIES}/30-september-2026'>soon"
    )
    for day, link in released.items():
        site.page(
            f"{SERIES}/{day}",
            f"<h1>{day}</h1><a class='nhsd-a-box-link' href='{link.replace('Individual', 'Bulletin')}'>Bulletin</a>"
            f"<a class='nhsd-a-box-link' href='{link}' aria-label='Individual level CSV'><p>Individual level</p></a>",
        )
        site.files[link] = File((PUBLISHED / link.rsplit("/", 1)[1]).read_bytes())


@pytest.fixture
def fetch(site: Publisher, sp_geo: Run, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs ``fetch`` against the site, into a new workspace."""

    def call(*arguments: str, publication: str = "pcn_workforce", path: str = SERIES) -> tuple[int, str, str]:
        page = ("--page", site.address + path, "--pause", "0")
        return sp_geo(tmp_path / "w", "fetch", publication, *page, *arguments)

    return call


def downloads(tmp_path: Path) -> dict[str, bytes]:
    """What was downloaded, without the lock."""
    found = contents(tmp_path / "w" / "downloads") if (tmp_path / "w" / "downloads").exists() else {}
    return {name: data for name, data in found.items() if name not in {".fetching", "ledger.json"}}


def test_a_quarter_is_found_fetched_and_added(fetch: Run, site: Publisher, sp_geo: Run, tmp_path: Path) -> None:
    """A quarter comes the whole way from a publication page into the workspace."""
    code, out, _ = fetch("--period", "2026Q2")
    assert code == 0, out
    assert f"fetched pcn_workforce 2026Q2: {NAME}" in out
    assert "took PCNWFIndividualCSV.062026.zip" in out
    body = (PUBLISHED / NAME).read_bytes()
    assert downloads(tmp_path) == {f"pcn_workforce/2026Q2/{NAME}": body}
    entry = json.loads((tmp_path / "w" / "downloads" / "ledger.json").read_text(encoding="utf-8"))["entries"][0]
    assert (entry["link"], entry["size"], entry["etag"]) == (site.address + LINK, len(body), '"v1"')
    assert all(headers["user-agent"].startswith("sp_geo/") for _, _, headers in site.asked)
    code, out, err = sp_geo(tmp_path / "w", "status", "--releases", "--format", "csv")
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("pcn_workforce") and ",2026Q2," in line)
    assert ",in workspace," in row
    assert row.endswith(",SYNTHETIC")
    assert "2026Q2" not in err.splitlines()[0]


def test_a_dry_run_says_everything_and_makes_no_file(fetch: Run, site: Publisher, tmp_path: Path) -> None:
    """A dry run says what would be fetched, and asks for no file."""
    code, out, _ = fetch("--period", "2026Q2", "--dry-run")
    assert code == 0
    for part in (f"{SERIES}/30-june-2026", site.address + LINK, "MB", "Open Government Licence", "--period"):
        assert part in out
    assert not (tmp_path / "w").exists()
    assert site.gets(LINK) == []


def test_the_contact_is_told_to_servers(fetch: Run, site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher is told whom to write to, in a header that a variable cannot forge."""
    monkeypatch.setenv("SP_GEO_CONTACT", "mailto:analyst@icb.example\r\nX-Evil: 1")
    assert fetch("--period", "2026Q2", "--dry-run")[0] == 0
    agent = site.asked[0][2]["user-agent"]
    assert agent.endswith("(+mailto:analyst@icb.exampleX-Evil:1)")
    assert "x-evil" not in site.asked[0][2]


def test_a_page_that_has_moved_is_followed_and_said(fetch: Run, site: Publisher) -> None:
    """A page that moved is followed, and the line says where to."""
    site.files["/old"] = File(to=SERIES, status=301)
    code, out, _ = fetch("--period", "2026Q2", path="/old")
    assert code == 0
    assert f"has moved to {site.address}{SERIES}" in out


def test_a_page_that_is_gone_ends_in_what_to_do_by_hand(fetch: Run, tmp_path: Path) -> None:
    """A page that is gone is told with the way by hand."""
    code, out, _ = fetch("--period", "2026Q2", path="/gone")
    assert code == NotFetched.exit_code
    for part in (
        "By hand: Primary Care Network Workforce",
        "answer 404",
        "page: ",
        "1. Open the page",
        "sp-geo add FILE",
    ):
        assert part in out
    assert downloads(tmp_path) == {}


def test_the_page_of_the_release_itself_can_be_named(fetch: Run) -> None:
    """The page of a release can be named in place of its series."""
    code, out, _ = fetch("--period", "2026Q2", path=f"{SERIES}/30-june-2026")
    assert code == 0, out


def test_a_file_that_changed_under_its_link_is_told_and_kept_beside(
    fetch: Run, site: Publisher, sp_geo: Run, tmp_path: Path
) -> None:
    """A corrected file is told and used, and the first one is kept."""
    assert fetch("--period", "2026Q2")[0] == 0
    first = site.files[LINK].body
    code, out, _ = fetch("--period", "2026Q2")
    assert code == 0
    assert "unchanged pcn_workforce 2026Q2" in out
    assert "already here" in out
    assert site.gets(LINK)[-1]["if-none-match"] == '"v1"'
    changed = corrected(first)
    site.files[LINK] = File(changed, etag='"v2"')
    code, out, _ = fetch("--period", "2026Q2")
    assert code == 0
    assert "CHANGED under the same link since" in out
    assert "Both are kept" in out
    stem = NAME.removesuffix(".zip")
    assert downloads(tmp_path) == {
        f"pcn_workforce/2026Q2/{NAME}": first,
        f"pcn_workforce/2026Q2/{stem} (2).zip": changed,
    }
    assert "used instead of" in out or "was published later" in out
    _, listed, _ = sp_geo(tmp_path / "w", "status")
    assert listed.count("2026Q2") >= 2
    # The same bytes under a new mark are no change.
    site.files[LINK] = File(changed, etag='"v3"')
    assert "unchanged pcn_workforce" in fetch("--period", "2026Q2")[1]
    assert len(downloads(tmp_path)) == 2


def corrected(archive: bytes) -> bytes:
    """The same release with a corrected figure, later in the day."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        info = old.infolist()[0]
        text = old.read(info).decode("utf-8-sig").splitlines(keepends=True)
    cells = text[1].split(",")
    cells[-2] = "0.5"
    text[1] = ",".join(cells)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(info, "".join(text).encode("utf-8-sig"))
    return buffer.getvalue()


def test_a_file_that_was_lost_is_fetched_again(fetch: Run, site: Publisher, tmp_path: Path) -> None:
    """A file that somebody spoilt is fetched again."""
    assert fetch("--period", "2026Q2", "--no-add")[0] == 0
    path = tmp_path / "w" / "downloads" / "pcn_workforce" / "2026Q2" / NAME
    path.write_bytes(b"spoilt")
    code, out, _ = fetch("--period", "2026Q2", "--no-add")
    assert code == 0
    assert "fetched pcn_workforce 2026Q2" in out
    assert site.files[LINK].body in downloads(tmp_path).values()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (File(b"<!doctype html><p>Access denied by your organisation"), "a web page came instead"),
        (File(b"PK\x03\x04" + b"not an archive" * 50), "cannot be unpacked"),
        (File(b"role,fte\n"), "it is no archive"),
        (File(b""), "the file is empty"),
    ],
)
def test_what_is_not_the_file_is_refused_and_nothing_is_left(
    fetch: Run, site: Publisher, tmp_path: Path, file: File, words: str
) -> None:
    """Rubbish is named, and no download of it is kept."""
    site.files[LINK] = file
    code, out, _ = fetch("--period", "2026Q2")
    assert code == NotFetched.exit_code
    assert words in out
    assert "By hand" in out
    assert downloads(tmp_path) == {}


def test_a_refusal_by_add_is_the_calls_exit_code(fetch: Run, site: Publisher, tmp_path: Path) -> None:
    """A file of another publication ends in the code of its refusal."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.csv", "a,b\n1,2\n")
    site.files[LINK] = File(buffer.getvalue())
    code, out, _ = fetch("--period", "2026Q2")
    assert code == 3
    assert "refused: " in out
    assert len(downloads(tmp_path)) == 1


def test_only_the_wanted_member_of_a_large_archive_is_added(
    fetch: Run, site: Publisher, miniature_files: Path, tmp_path: Path
) -> None:
    """Of the census archive the file of small areas is taken."""
    source = next(miniature_files.rglob("census2021-ts021-lsoa*.zip"))
    with zipfile.ZipFile(source) as archive:
        lsoa = archive.read(archive.namelist()[0])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("census2021-ts021-oa.csv", lsoa.replace(b"E01", b"E00"))
        archive.writestr("census2021-ts021-lsoa.csv", lsoa)
    site.files["/census2021-ts021.zip"] = File(buffer.getvalue())
    code, out, _ = fetch("--period", "2021", publication="census_ethnicity", path="/census2021-ts021.zip")
    assert code == 0, out
    assert out.count("took ") == 1
    assert "refused" not in out


def test_a_synthetic_workspace_is_not_sent_for_published_files(sp_geo: Run, copy: Path) -> None:
    """A synthetic workspace is refused before anything is fetched."""
    code, _, err = sp_geo(copy, "fetch", "pcn_workforce")
    assert code == 6
    assert "synthetic England" in err


def test_faults_are_said_for_programs_too(sp_geo: Run, site: Publisher, tmp_path: Path) -> None:
    """A program reads why nothing came."""
    arguments = ("fetch", "pcn_workforce", "--period", "2026Q2", "--pause", "0", "--page", f"{site.address}/gone")
    code, _, err = sp_geo(tmp_path / "w", "--json-errors", *arguments)
    assert code == NotFetched.exit_code
    assert json.loads(err.strip().splitlines()[-1])["kind"] == "NotFetched"
    code, _, err = sp_geo(tmp_path / "w", "fetch", "--latest", "--missing")
    assert code == 2
    assert "only one of" in err


def test_two_fetches_do_not_write_into_one_folder(fetch: Run, tmp_path: Path) -> None:
    """A second fetch is refused while the first one runs."""
    from sp_geo.core.lock import held

    with held(tmp_path / "w" / "downloads" / ".fetching", "a test"):
        code, _, err = fetch("--period", "2026Q2")
    assert code == 6
    assert "another fetch is running" in err


def test_a_proxy_stands_between_if_one_is_named(fetch: Run, site: Publisher) -> None:
    """Every request goes through the proxy that is named."""
    seen: list[str] = []

    def pass_on(handler: object) -> None:
        seen.append(handler.path)  # type: ignore[attr-defined]
        handler.path = handler.path.removeprefix(site.address)  # type: ignore[attr-defined]
        site.answer(handler)  # type: ignore[arg-type]

    with serving(pass_on) as proxy:
        code, out, _ = fetch("--period", "2026Q2", "--proxy", proxy)
    assert code == 0, out
    assert seen == [site.address + path for path in (SERIES, f"{SERIES}/30-june-2026", LINK)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_a_stopped_process_is_gone_on_with_by_the_next(site: Publisher, tmp_path: Path) -> None:
    """After a stop the next call goes on with the part that is here."""
    body = site.files[LINK].body
    site.files[LINK].trickle_s = 600
    command = [
        sys.executable, "-m", "sp_geo", "--workspace", str(tmp_path / "w"), "fetch", "pcn_workforce",
        "--period", "2026Q2", "--no-add", "--pause", "0", "--page", site.address + SERIES,
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src"), "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 - it touches no lock
    ) as process:
        part = tmp_path / "w" / "downloads" / "pcn_workforce" / "2026Q2" / f".{NAME}.part"
        # It is opened when the answer begins: the first bytes come at once, the next long after the process is gone.
        while process.poll() is None and not part.exists():
            time.sleep(0.05)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert b"the same command goes on from there" in err
    kept = part.stat().st_size
    assert 0 < kept < len(body)
    assert set(downloads(tmp_path)) == {f"pcn_workforce/2026Q2/.{NAME}.part", f"pcn_workforce/2026Q2/.{NAME}.part.json"}
    site.files[LINK].trickle_s = 0
    again = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert again.returncode == 0, again.stderr
    assert b"gone on from" in again.stdout
    assert downloads(tmp_path) == {f"pcn_workforce/2026Q2/{NAME}": body}
    assert site.gets(LINK)[-1]["range"] == f"bytes={kept}-"


def test_the_table_of_releases_says_what_is_missing(sp_geo: Run, copy: Path) -> None:
    """The table of releases names each quarter that is not here."""
    code, out, _ = sp_geo(copy, "status", "--releases")
    assert code == 0
    assert "SYNTHETIC: Releases on" in out
    assert "due, missing" in out
    # The miniature has 2022 and 2026Q1, Q2 only.
    assert "2023Q1" in out.partition("though nobody has looked: ")[2].partition(".")[0]
    code, out, _ = sp_geo(copy, "status", "--releases", "--since", "2020Q1", "--format", "json")
    rows = [row for row in json.loads(out) if row["publication"] == "pcn_workforce"]
    assert rows[0]["period"] == "2020Q1"
    assert {row["provenance"] for row in rows} == {"SYNTHETIC"}
    assert sp_geo(copy, "status", "--releases", "--since", "2020")[0] == 2


def test_a_file_found_but_not_added_is_called_published(fetch: Run, sp_geo: Run, tmp_path: Path) -> None:
    """What fetch has seen on the page is called published."""
    assert fetch("--period", "2026Q2", "--no-add")[0] == 0
    _, out, _ = sp_geo(tmp_path / "w", "status", "--releases", "--since", "2026Q2")
    assert "1 published quarter is missing: 2026Q2." in out
