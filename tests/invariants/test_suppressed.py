"""What may not be shown stands in no output: planted marks are looked for in everything that can be taken away."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest

from sp_geo.build.pipeline import build
from sp_geo.build.view import Build
from sp_geo.cli.main import run
from sp_geo.publications.add import Declared, add
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.reports.pack.files import write_pack
from sp_geo.web.application import PAGES, create_app
from sp_geo.workspace.store import Store
from tests.console.commands import COMMANDS
from tests.invariants.conftest import ADDED
from tests.invariants.searching import found_in, layers

pytestmark = pytest.mark.slow

NAME, EMAIL, PHONE = "Zq Canarywoman", "zq.canary@example.org", "01632 960731"
NOTE: Final = "zq canary note about one person"
PRIVATE: Final = (NAME, EMAIL, PHONE, PHONE.replace(" ", ""), NOTE)
SMALL: Final = {("2022Q1", "1", "housing"): 3, ("2022Q2", "4", "money"): 2}
PATIENTS: Final = {"1": 70_001, "2": 70_003, "3": 70_009, "4": 70_019, "5": 70_039}
REPORTED: Final = 4
WITHHELD_ANSWER: Final = "-987"
IN_EVERY_FORM: Final = {
    ("referrals", "--measure", "rates", "--category", "housing", "--by", "quarter", "--by", "fifth"),
    ("gaps", "--category", "all"),
    ("services", "--show", "services"),
    ("services", "--show", "refused"),
}
MADE: Final = date(2026, 11, 21)


def rate_marks() -> set[str]:
    """The rates that the small counts would give: so many digits stand nowhere by chance."""
    return {f"{10_000 * count / PATIENTS[fifth]:.12f}"[:10] for (_, fifth, _), count in SMALL.items()}


def directory(icb: str) -> list[dict[str, Any]]:
    """Services with everything about people that the standard has a place for."""
    person = {"id": "c1", "name": NAME, "email": EMAIL, "title": NOTE, "phones": [{"id": "p1", "number": PHONE}]}
    organisation = {
        "id": "o1",
        "name": "SYNTHETIC Association",
        "description": f"Ask {EMAIL} or {PHONE}",
        "email": EMAIL,
    }
    service = {
        "id": "s1",
        "name": f"SYNTHETIC Money advice {PHONE}",
        "description": f"SYNTHETIC advice, {icb}; write to {EMAIL}, ring {PHONE}",
        "email": EMAIL,
        "status": "active",
        "organization": {**organisation, "contacts": [person]},
        "contacts": [person],
        "phones": [{"id": "p2", "number": PHONE}],
        "service_at_locations": [
            {
                "id": "l1",
                "contacts": [person],
                "location": {
                    "id": "l2",
                    "location_type": "physical",
                    "name": f"SYNTHETIC hall {EMAIL}",
                    "latitude": 53.58,
                    "longitude": -2.42,
                    "contacts": [person],
                },
            }
        ],
    }
    return [service, {**service, "id": "s2", "status": f"{EMAIL} {PHONE}"}]


def referral_rows() -> list[str]:
    """Referral activity of two quarters, two of its counts small."""
    rows = ["quarter,area_code,category,fifth,sex,age_band,patients,referrals,contacted,supported,waiting"]
    for quarter in ("2022Q1", "2022Q2"):
        for place, fifth in enumerate(PATIENTS):
            for category, base in (("housing", 41), ("money", 67)):
                count = SMALL.get((quarter, fifth, category), base + 7 * place)
                rows.append(f"{quarter},QOP,{category},{fifth},all,all,{PATIENTS[fifth]},{count},{count},{count // 2},")
    return rows


@pytest.fixture(scope="module")
def planted(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A workspace with marks in every place where something private comes in, and the marks."""
    folder = tmp_path_factory.mktemp("planted")
    workspace = folder / "workspace"
    shutil.copytree(built, workspace)
    panel = Store(built).read("out_pcn_quarter")
    icb, pcn = str(panel["icb_code"].iloc[0]), str(panel["pcn_code"].iloc[0])
    texts = {
        "planted-services.json": json.dumps(directory(icb)),
        "planted-referrals.csv": "\n".join(referral_rows()) + "\n",
        "planted-gaps.csv": "report_id,reported,area_code,category,cause,people\n"
        + f"g1,2026-01-01,{pcn},money,hours,{REPORTED}\ng2,2026-01-02,{pcn},housing,hours,61\n"
        + f"g3,2026-01-03,{pcn},{NOTE},hours,7\ng4,2026-01-03,{pcn},creativity,full,53\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / f"{name}.origin.yaml").write_text("is_synthetic: true\n")
        outcome = add([folder / name], workspace, ADDED, Declared(covers=(icb,) if "services" in name else ()))
        assert outcome.first_refusal is None, (name, outcome.first_refusal)
    build(workspace)
    people = Store(workspace).read("out_lsoa11")
    size = people.loc[people["pcn_code"] == pcn, "patients_count"].sum()
    marks = {*PRIVATE, *rate_marks(), f"{10_000 * REPORTED / size:.12f}"[:9]}
    return workspace, marks


def clean(what: str, content: bytes | str, marks: set[str]) -> None:
    """Fail if any mark stands in it."""
    data = content.encode() if isinstance(content, str) else content
    assert not found_in(data, marks), what


def test_the_marks_are_in_what_was_added(planted: tuple[Path, set[str]]) -> None:
    """The planted marks are in the files that were added."""
    workspace, marks = planted
    shelf = b"".join(path.read_bytes() for path in (workspace / "sources").rglob("planted*") if path.is_file())
    assert found_in(shelf, marks) >= {NAME, EMAIL, PHONE, NOTE}
    store = Store(workspace)
    counts = store.read("core_referral_activity")["referrals"]
    assert set(SMALL.values()) <= set(counts)
    assert REPORTED in set(store.read("core_gap_report")["people"])
    assert len(store.read("core_service")) == 1


def said(workspace: Path, *arguments: str) -> tuple[int, str]:
    """Everything that a command says, on either stream."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--workspace", str(workspace), *arguments])
    return code, out.getvalue() + err.getvalue()


def _commands() -> Iterator[tuple[str, ...]]:
    """Every command that lists rows, with what it can be asked."""
    plain = (
        "silence",
        "need",
        "models",
        "trend",
        "attenuation",
        "inequality",
        "describe",
        "spatial",
        "icbs",
        "local-posts",
        "status",
        "record",
    )
    for name in plain:
        yield (name,)
    yield ("regress", "--need", "imd_score")
    yield ("panel", "--quarter", "latest")
    for measure in ("rates", "ratio", "trend", "path"):
        for category in ("all", "housing", "money"):
            yield ("referrals", "--measure", measure, "--category", category, "--by", "quarter", "--by", "fifth")
    for category in ("all", "money", "housing"):
        yield ("gaps", "--category", category)
        yield ("access", "--category", category)
    for show in (
        "services",
        "directories",
        "refused",
        "unplaced",
        "unmapped",
        "attributes",
        "charities",
        "grants",
        "assumptions",
    ):
        yield ("services", "--show", show)
    for show in ("clusters", "areas", "sensitivity"):
        yield ("deserts", "--show", show)
    for show in ("causes", "figures", "pcns"):
        yield ("changes", "--show", show)
    yield ("plan", "list")
    yield ("specifications", "--need", "imd_score")
    yield ("outcome-note", "--extra-fte", "2", "--patients", "100000")


def test_no_command_says_them(planted: tuple[Path, set[str]]) -> None:
    """No command says a planted mark, in any form of output."""
    workspace, marks = planted
    asked = list(_commands())
    lists_rows = {name for name, command in COMMANDS.items() if any("--format" in item.opts for item in command.params)}
    walked = {" ".join(words[:2]) if words[0] == "plan" else words[0] for words in asked}
    # Plans are walked with the pack; reproduce names files and tables, which other tests of it look at.
    assert lists_rows - walked == {"reproduce", "plan posts", "plan funding", "plan sites", "plan show", "plan compare"}
    for words in asked:
        for form in ("csv", "json", "table") if words in IN_EVERY_FORM else ("json",):
            code, text = said(workspace, *words, "--format", form)
            assert code in {0, 2, 5, 6}, (words, text)
            clean(f"{words} as {form}", text, marks)


def test_no_page_table_or_file_has_them(planted: tuple[Path, set[str]]) -> None:
    """No page, and nothing that is taken from one, has a planted mark."""
    workspace, marks = planted
    client = create_app(Store(workspace)).server.test_client()
    taken = 0
    for page in PAGES:
        answer = client.get("/_dash-layout", headers={"Referer": f"http://localhost{page.path}"})
        clean(page.name, answer.data, marks)
        for sheet in page.sheets:
            clean(f"{page.name}, {sheet}", client.get(f"/table/{page.name}/{sheet}").data, marks)
        for form in ("csv", "xlsx", "gpkg", "png", "svg"):
            if not page.offers(form):
                continue
            answer = client.get(f"/take/{page.name}.{form}")
            taken += answer.status_code == 200
            clean(f"{page.name} as {form}", answer.data, marks)
        clean(f"letters of {page.name}", client.get(f"/letters/{page.name}").data, marks)
    assert taken > 20
    for category in ("money", "housing", "creativity"):
        for form in ("csv", "xlsx"):
            clean(category, client.get(f"/take/services.{form}?category={category}").data, marks)
        clean(category, client.get(f"/table/services/gaps?category={category}").data, marks)
    for show in ("measure", "two"):
        clean("values", client.get(f"/values/none/{show}").data, marks)


def test_neither_pack_map_record_nor_plan_has_them(planted: tuple[Path, set[str]], tmp_path: Path) -> None:
    """Neither pack, map, record nor plan has a planted mark."""
    workspace, marks = planted
    held = Build(Store(workspace))
    area = str(held.table("out_pcn_quarter")["icb_code"].iloc[-1])
    for path in write_pack(held, tmp_path / "pack", PackRequest(area, "2026Q2"), MADE):
        clean(path.name, path.read_bytes(), marks)
    assert said(workspace, "map", "--out", str(tmp_path / "map.html"))[0] == 0
    clean("map", (tmp_path / "map.html").read_bytes(), marks)
    save = ("--author", "me", "--format", "json", "--save")
    posts = ("plan", "posts", "--area", area, "--unreported", "exclude", "--fte")
    money = ("--category", "money")
    for words in (
        (*posts, "2", *save, "p"),
        (*posts, "3", *save, "q"),
        ("plan", "funding", "--area", area, "--budget", "60000", *save, "f"),
        ("plan", "sites", "--area", area, "--opening", "2", *money, *save, "s"),
        *[("plan", "show", name, "--format", "json") for name in "ps"],
        ("plan", "compare", "p", "q", "--format", "json"),
    ):
        code, text = said(workspace, *words)
        # With access in every area that is known, there is nothing to fund: that is said, and no plan saved.
        assert code == 0 or (words[1] == "funding" and code == 9), text
        clean(str(words), text, marks)
    for name in ("plan.csv", "plan.json"):
        code, text = said(workspace, "plan", "export", "p", "--out", str(tmp_path / name))
        assert code == 0, text
        for path in tmp_path.glob(f"{name}*"):
            clean(path.name, path.read_bytes(), marks)


def test_no_refusal_repeats_what_it_refuses(planted: tuple[Path, set[str]], tmp_path: Path) -> None:
    """The line about a refused file repeats nothing of a note about a person."""
    workspace, marks = planted
    files = {
        "notes.csv": f"report_id,reported,area_code,category,cause,people,notes\n1,2026-01-01,U90001,money,hours,2,{NOTE}\n",
        "words.csv": f"report_id,reported,area_code,category,cause,people\n{NAME},{EMAIL},{PHONE},{NOTE},{NAME},{NOTE}\n",
    }
    own = tmp_path / "workspace"
    shutil.copytree(workspace, own)
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        code, text = said(own, "add", str(tmp_path / name))
        assert code != 0
        clean(name, text, marks)
    code, text = said(own, "status")
    clean("status", text, marks)


def test_a_withheld_answer_is_no_number(copy: Path, tmp_path: Path) -> None:
    """A withheld answer of the survey is neither an answer nor zero, in tables and on pages."""
    path = next((copy / "sources" / "patient_survey_2018").rglob("*.zip"))
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        head, first, *rest = archive.read(name).decode().splitlines()
    cells = first.split(",")
    for place, column in enumerate(head.split(",")):
        if column.startswith("q32"):
            cells[place] = WITHHELD_ANSWER
    shutil.rmtree(path.parents[1])
    (tmp_path / "survey.csv").write_text("\n".join([head, ",".join(cells), *rest]) + "\n")
    (tmp_path / "survey.csv.origin.yaml").write_text("is_synthetic: true\n")
    assert add([tmp_path / "survey.csv"], copy, ADDED).first_refusal is None
    build(copy)
    store = Store(copy)
    row = store.read("core_practice_survey").query("practice_code == @cells[1] and year == 2022").iloc[0]
    assert row["suppressed"]
    assert pd.isna(row["no_count"])
    assert pd.isna(row["base_count"])
    unmatched = store.read("out_unmatched").query("org_code == @cells[1] and cause == 'suppressed'")
    assert len(unmatched)
    assert unmatched["amount"].isna().all()
    client = create_app(store).server.test_client()
    number = re.compile(rf"(?<![\d.]){WITHHELD_ANSWER}(?![\d])")
    for address in ("/take/data-and-quality.csv", "/table/data-and-quality/unmatched", "/table/overview/pcns"):
        answer = client.get(address)
        assert answer.status_code == 200
        for layer in layers(answer.data):
            assert not number.search(layer.decode("utf-8", "replace")), address
