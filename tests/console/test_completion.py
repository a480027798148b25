"""What Tab offers, through the protocol that the shells speak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from sp_geo.cli import completion
from sp_geo.cli.anywhere import WORKSPACE_NAMED
from sp_geo.cli.main import run
from sp_geo.questions.requests import words
from tests.conftest import REPOSITORY

QUICK_SECONDS = 1.0
"""Bound of reading the workspace in a test: on a laptop it takes a tenth."""


def called(tmp_path: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, at home in a folder of its own."""
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src"), "HOME": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-m", "sp_geo", *arguments],
        env={**known, **variables}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def offered(line: str, **more: str) -> list[str]:
    """What bash is offered at the end of a line."""
    variables = {"_SP_GEO_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), **more}
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        for name, value in variables.items():
            patch.setenv(name, value)
        assert run([]) == 0
    assert err.getvalue() == ""
    return out.getvalue().split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sp-geo pan", {"panel"}),
        ("sp-geo plan s", {"sites", "show"}),
        ("sp-geo panel --qu", {"--quarter", "--quiet"}),
        ("sp-geo regress --need imd", {"imd_score", "imd_2019_score", "imd_2025_score"}),
        ("sp-geo regress --need al", {"all"}),
        ("sp-geo regress --non-response ", {*words.SLOPE_NON_RESPONSES, "all"}),
        ("sp-geo panel --format ", {"table", "csv", "json"}),
        ("sp-geo template g", {"gap-log"}),
        ("sp-geo fetch pcn", {"pcn_workforce"}),
        ("sp-geo demo --scale r", {"region"}),
        ("sp-geo panel --area Q", set()),
        ("sp-geo panel --quarter 2022", set()),
        ("sp-geo plan show ", set()),
        ("sp-geo plan nonsense xyz", set()),
        ("sp-geo --workspace", {"--workspace"}),
    ],
)
def test_words_are_offered_without_a_workspace(
    line: str, expected: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tab offers commands, options and their words where there is no workspace."""
    monkeypatch.chdir(tmp_path)
    assert set(offered(line)) == expected


def test_codes_of_the_workspace_are_offered_wherever_it_is_named(region: Path) -> None:
    """Tab offers the workspace's codes, quarters and directories wherever it is named."""
    for line in (
        f"sp-geo --workspace {region} panel --area Q",
        f"sp-geo panel --workspace {region} --area Q",
        f"sp-geo plan --workspace {region} posts --area Q",
    ):
        assert "QOP" in offered(line)
    assert "QOP" in offered("sp-geo panel --area Q", SP_GEO_WORKSPACE=str(region))
    assert "2022Q2" in offered(f"sp-geo panel --workspace {region} --quarter 2022")
    assert all(code.startswith("U") for code in offered(f"sp-geo panel --workspace {region} --area U"))
    assert offered(f"sp-geo services --workspace {region} --directory ")


def test_names_stand_beside_codes_where_the_shell_shows_them(region: Path, tmp_path: Path) -> None:
    """Fish, zsh and PowerShell are given each code with its name."""
    line = f"sp-geo panel --workspace {region} --area QO"
    bash = {"_SP_GEO_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": "5"}
    assert called(tmp_path, bash).stdout == "QOP\n"
    fish = {
        "_SP_GEO_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
    }
    assert "QOP\tNHS Greater Manchester Integrated Care Board" in called(tmp_path, fish).stdout
    zsh = {"_SP_GEO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
    assert '"QOP":"NHS Greater Manchester Integrated Care Board"' in called(tmp_path, zsh).stdout
    power = {
        "_SP_GEO_COMPLETE": "complete_powershell", "_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_WORD_TO_COMPLETE": "QO"
    }  # fmt: skip
    assert "QOP:::NHS Greater Manchester Integrated Care Board" in called(tmp_path, power).stdout


@pytest.mark.parametrize("damage", ["empty", "cut", "folder", "gone"])
def test_a_broken_workspace_offers_nothing_and_says_nothing(damage: str, copy: Path) -> None:
    """Tab in a broken workspace prints nothing into the line that is typed."""
    manifest = copy / "derived" / "manifest.json"
    if damage == "empty":
        manifest.write_text("", encoding="utf-8")
    elif damage == "cut":
        for path in (copy / "derived").glob("*.parquet"):
            path.write_bytes(path.read_bytes()[:40])
    elif damage == "folder":
        manifest.unlink()
        manifest.mkdir()
    else:
        for path in (copy / "derived").glob("*.parquet"):
            path.unlink()
    (copy / "plans.sqlite").write_bytes(b"no database")
    for line in ("panel --area ", "panel --quarter 2", "plan show ", "services --directory "):
        assert offered(f"sp-geo --workspace {copy} {line}") == []


def test_reading_the_workspace_is_quick(region: Path) -> None:
    """Codes of a workspace are read in less than a second."""
    started = time.process_time()
    found = completion.areas(SimpleNamespace(meta={WORKSPACE_NAMED: str(region)}), "U")
    assert len(found) > 100
    assert time.process_time() - started < QUICK_SECONDS


@pytest.mark.parametrize(
    ("shell", "mark"),
    [("bash", "complete -o default -F"), ("zsh", "#compdef sp-geo"), ("fish", "complete --command sp-geo"),
     ("powershell", "Register-ArgumentCompleter"), ("pwsh", "Register-ArgumentCompleter")],
)  # fmt: skip
def test_every_shell_is_given_its_script(shell: str, mark: str, tmp_path: Path) -> None:
    """Each shell is given a script that switches completion on."""
    done = called(tmp_path, {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}, "--show-completion", shell)
    assert done.returncode == 0, done.stderr
    assert mark in done.stdout
    assert "_SP_GEO_COMPLETE=complete_" in done.stdout.replace(' = "', "=")


@pytest.mark.parametrize(("shell", "file"), [("bash", ".bashrc"), ("zsh", ".zshrc"), ("fish", ".config/fish")])
def test_completion_is_installed_at_home(shell: str, file: str, tmp_path: Path) -> None:
    """Installing writes into the shell's own file at home."""
    done = called(tmp_path, {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}, "--install-completion", shell)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / file).exists()


def test_words_are_those_of_the_modules_that_obey_them() -> None:
    """Help and Tab offer the words that commands take, and all of them."""
    from sp_geo.geography.icbs import AS_THEN
    from sp_geo.panel.indicator import indicators
    from sp_geo.planning import problem
    from sp_geo.publications.catalogue import publications
    from sp_geo.questions import icbs, local_posts, panel, plans, referrals, sites
    from sp_geo.questions.changes import answers, pcns
    from sp_geo.questions.services import access as reach
    from sp_geo.questions.services import listings
    from sp_geo.questions.services.request import PUBLISHED_NEEDS
    from sp_geo.reports.templates import TEMPLATES
    from sp_geo.services import access, asked, decay, supply
    from sp_geo.statistics import inference, need_values, non_response
    from sp_geo.synthetic.world import SCALES

    assert (words.ALL, words.LATEST, words.AS_THEN) == (panel.ALL, panel.LATEST, AS_THEN)
    assert words.needs() == {name: item.label for name, item in sorted(indicators().items())}
    assert words.publications() == {key: item.title for key, item in publications().items()}
    pairs = [
        (words.NON_RESPONSES, non_response.NON_RESPONSES), (words.ROLES, panel.ROLES), (words.WEIGHTS, non_response.WEIGHTS),
        ((*words.CATEGORIES, words.ALL), access.CATEGORIES), (tuple(words.STANDARD_ERRORS), inference.ERRORS),
        (asked.DECAYS, decay.SHAPES), (asked.COUNTED, supply.MEASURES), (words.SMALL_AREA_NEEDS, PUBLISHED_NEEDS),
        (words.POST_OBJECTIVES, problem.OBJECTIVES), (words.POST_VIEWS, plans.POST_VIEWS),
        (words.NEED_VALUES, need_values.NEED_VALUES), (words.PATIENTS, plans.PATIENTS), (words.UNREPORTED, problem.UNREPORTED), (words.LEVELS, plans.LEVELS),
        (words.SITE_OBJECTIVES, sites.OBJECTIVES), (words.CANDIDATES, sites.CANDIDATES),
        (words.SERVICE_VIEWS, listings.SHOWN), (words.DESERT_VIEWS, reach.DESERT_VIEWS),
        (words.REFERRAL_MEASURES, referrals.MEASURES), (words.GROUPINGS, referrals.GROUPINGS),
        (words.ICB_VIEWS, icbs.VIEWS), (words.LOCAL_POST_VIEWS, local_posts.VIEWS),
        (words.TEMPLATES, TEMPLATES), (words.SCALES, SCALES), (words.CHANGE_VIEWS, answers.VIEWS),
        (words.CHANGE_MEASURES, pcns.MAIN),
    ]  # fmt: skip
    for offered_words, obeyed in pairs:
        assert list(offered_words) == list(obeyed)
