"""table, cite and verify on a small result folder."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from earthprice.cli import main

ROWS = "row,partner,year,change_p50\ndy,JPN,2026,-3.5\ndy,USA,2026,\nndpr,JPN,2023,1.0\n"


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A folder with one table and no more."""
    folder = tmp_path / "result"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "exports.csv").write_text("\ufeff" + ROWS, encoding="utf-8")
    (folder / "run.json").write_text("{}", encoding="utf-8")
    return folder


def test_table_as_csv_is_the_table(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "exports", "--result", str(result), "--csv"]) == 0
    assert capsys.readouterr().out == ROWS


def test_table_filtered_and_arranged(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["table", "exports", "--result", str(result), "--where", "partner=JPN", "--by", "year,row", "--json"]
    assert main(words) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(r["year"], r["row"]) for r in rows] == [(2023, "ndpr"), (2026, "dy")]
    assert list(rows[0]) == ["year", "row", "partner", "change_p50"]


def test_an_empty_cell_is_null(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "exports", "--result", str(result), "--where", "partner=USA", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["change_p50"] is None


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["export"], "'exports'"),
        (["exports", "--by", "partnr"], "'partner'"),
        (["exports", "--where", "partner=JPM"], "'JPN'"),
        (["exports", "--where", "partner"], "COLUMN=VALUE"),
    ],
)
def test_misspelt_names_are_answered_with_the_nearest(
    words: list[str], near: str, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["table", *words, "--result", str(result)]) == 2
    assert near in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["verify", "cite"])
def test_a_folder_that_is_no_result(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, str(tmp_path)]) == 2
    assert "run.json" in capsys.readouterr().err


def test_a_broken_run_file(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (result / "run.json").write_text("{", encoding="utf-8")
    assert main(["cite", str(result)]) == 2
    assert "run.json:1" in capsys.readouterr().err


def test_cite_names_what_the_result_rests_on(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = {
        "title": "A draft",
        "rulebook": "china-2021-draft",
        "baseline": "china-in-force-2020",
        "reading": "as_before",
        "as_of": "2021-03-01",
        "draws": 200,
        "seed": 1,
        "versions": {"earthprice": "0.1.0"},
        "facts_hash": "abc123",
    }
    (result / "run.json").write_text(json.dumps(run), encoding="utf-8")
    assert main(["cite", str(result), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bibtex"].startswith("@misc{earthprice_china2021draft,")
    for words in ("0.1.0", "abc123", "china-in-force-2020", "2021-03-01", "seed 1"):
        assert words in said["text"] and words in said["bibtex"]
    assert "200 draws, seed" in said["text"]
    (result / "run.json").write_text(json.dumps(run | {"draws": 1}), encoding="utf-8")
    assert main(["cite", str(result)]) == 0
    assert "1 draw, seed" in capsys.readouterr().out


def test_cite_refuses_a_run_that_lacks_something(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", str(result)]) == 2
    assert "'title' is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("assess shut/x.yaml", "shut/x.yaml: cannot be read: Permission denied."),
        ("cite shut", "RESULT: 'shut' cannot be read: Permission denied. Accepted: a folder that you may read."),
    ],
)
def test_what_may_not_be_read_is_not_said_to_be_missing(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was no name of a file, and a folder without a run.json."""
    stat = Path.stat

    def refused(path: Path, **more: bool) -> os.stat_result:
        if path.parts[0] == "shut":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, **more)

    monkeypatch.setattr(Path, "stat", refused)
    assert main(words.split()) == 2
    assert said in capsys.readouterr().err
