"""Whatever a verb prints of a private result or world says so: JSON by name, text first of all, CSV on stderr."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.cli.screen import print_json, print_table, unmark_private
from earthprice.cli.starting import begun
from earthprice.facts.schema import packaged
from earthprice.results import explain
from earthprice.results.write import write_report
from earthprice.study import now as state
from earthprice.study.assessment import INDICATOR_COLUMNS, Assessment
from tests.results.test_monitor import BANDS, HEAD, row
from tests.results.test_public import private

WORDS = "PRIVATE: this world holds secret_mine in JPN."
READS = (
    "table exports --result FOLDER",
    "explain price_dy --result FOLDER",
    "cite FOLDER",
    "verify FOLDER --files",
    "monitor FOLDER --facts FACTS",
)
NOTHING = pd.DataFrame({"zone": [""], "flow": ["exports"], "p05": [1.0], "p50": [2.0], "p95": [3.0], "unit": ["kt"]})
STATE = state.Now(
    "2026-01-01",
    "2026 Q1",
    ("law",),
    "",
    2024,
    1,
    1,
    pd.DataFrame(),
    NOTHING.assign(age_months=1),
    pd.DataFrame(),
)


@pytest.fixture(autouse=True)
def traced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number whose trace is short."""
    monkeypatch.setattr(explain, "explain", lambda *_: {"number": {"what": "a price"}})


def written(a: Assessment, folder: Path) -> dict[str, str]:
    """A result and facts printed later, by the words that stand for them."""
    kept = pd.DataFrame(BANDS, columns=list(INDICATOR_COLUMNS))
    write_report(dataclasses.replace(a, indicators=kept), folder / "result", formats=("csv",))
    (folder / "new.csv").write_text("\n".join([HEAD, row(40.0, "2021"), ""]), encoding="utf-8")
    return {"FOLDER": str(folder / "result"), "FACTS": str(folder / "new.csv")}


@pytest.mark.parametrize("words", READS)
def test_what_reads_a_private_result_says_that_it_is(
    words: str, assessment: Assessment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = written(private(assessment), tmp_path)
    asked = [places.get(word, word) for word in words.split()]
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["private"] == ["secret_mine@JPN"]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert said.startswith(WORDS) and said.count("PRIVATE") == 1
    if words.startswith("table"):
        assert main([*asked, "--csv"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("row,") and err.strip() == WORDS


@pytest.mark.parametrize("words", READS)
def test_of_any_other_result_nothing_is_said_not_even_after_a_private_one(
    words: str, assessment: Assessment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_report(private(assessment), tmp_path / "private", formats=("csv",))
    places = written(assessment, tmp_path)
    assert main(["cite", str(tmp_path / "private")]) == 0 and "PRIVATE" in capsys.readouterr().out
    asked = [places.get(word, word) for word in words.split()]
    assert main([*asked, "--json"]) == 0
    assert "private" not in json.loads(capsys.readouterr().out)
    assert main(asked) == 0 and "PRIVATE" not in capsys.readouterr().out


def test_the_state_of_a_private_market_says_that_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "now", lambda *_args, **_more: STATE)
    shutil.copytree(packaged("world"), tmp_path / "w")
    (tmp_path / "w/private.csv").write_text("id,name,zone,stage,file\nsecret_mine,S,JPN,mining,s.yaml\n", "utf-8")
    words = ["now", "--as-of", "2026-01-01", "--world", str(tmp_path / "w"), "--quiet"]
    assert main(words) == 0 and capsys.readouterr().out.startswith(WORDS)
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["private"] == ["secret_mine@JPN"]


def test_what_begins_in_a_private_world_marks_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of mine, stress and all that start from the law in force: JSON and CSV said nothing."""
    shutil.copytree(packaged("world"), tmp_path / "w")
    (tmp_path / "w/private.csv").write_text("id,name,zone,stage,file\nsecret_mine,S,JPN,mining,s.yaml\n", "utf-8")
    unmark_private()
    begun(None, "2026-01-01", tmp_path / "w")
    print_json({"status": "ok"})
    assert json.loads(capsys.readouterr().out) == {"status": "ok", "private": ["secret_mine@JPN"]}
    print_table(pd.DataFrame({"a": [1]}), csv=True)
    out, err = capsys.readouterr()
    assert out == "a\n1\n" and err.strip() == WORDS
    unmark_private()
