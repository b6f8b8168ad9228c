"""facts add: rows into the record of a world of one's own, and what they move; all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.facts.schema import packaged
from earthprice.facts.world import load_world
from tests.facts.test_record import EXPORTS, HEAD, PRICE

DAY = ["--as-of", "2026-02-01", "--draws", "2"]


@pytest.fixture
def mine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["copy", "world", str(tmp_path / "mine")]) == 0
    capsys.readouterr()
    return tmp_path / "mine"


def test_a_month_moves_what_it_is_of(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.csv").write_text(HEAD + PRICE + EXPORTS, encoding="utf-8")
    before = (mine / "observed.csv").read_text(encoding="utf-8")
    assert main(["facts", "add", str(tmp_path / "new.csv"), "--world", str(mine), *DAY, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["added"], said["not_yet"]) == (2, 0)
    moved = {(row["what"], row["where"]): row for row in said["moved"]}
    assert {("ndpr", "home"), ("exports", "")} <= set(moved) and ("magnet exports", "") not in moved
    assert moved["exports", ""]["p50"] != moved["exports", ""]["p50_before"]
    after = (mine / "observed.csv").read_text(encoding="utf-8")
    assert after.startswith(before) and len(after.splitlines()) == len(before.splitlines()) + 2
    assert len(load_world(mine, 2024).observed) == len(load_world(None, 2024).observed) + 2


def test_a_faulty_file_leaves_the_record_alone(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (mine / "observed.csv").read_bytes()
    (tmp_path / "new.csv").write_text(HEAD + PRICE + EXPORTS.replace("kt product", "t"), encoding="utf-8")
    assert main(["facts", "add", str(tmp_path / "new.csv"), "--world", str(mine), *DAY]) == 2
    assert "line 3, column unit" in capsys.readouterr().err
    assert main(["facts", "add", str(tmp_path / "none.csv"), "--world", str(mine), *DAY]) == 2
    assert main(["facts", "add", str(tmp_path / "new.csv"), "--world", str(mine), "--as-of", "2126-01-01"]) == 2
    assert (mine / "observed.csv").read_bytes() == before
    assert main(["facts", "ad"]) == 2
    capsys.readouterr()
    assert main(["facts", "add", str(tmp_path / "new.csv"), "--world", str(tmp_path), *DAY]) == 2
    assert f"earthprice copy world {tmp_path}" in capsys.readouterr().err


def test_the_shipped_world_is_never_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was, where its own folder was named."""
    shipped = packaged("world")
    before = (shipped / "observed.csv").read_bytes()
    (tmp_path / "new.csv").write_text(HEAD + PRICE + EXPORTS, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("id: my_mine\n", encoding="utf-8")
    (tmp_path / "linked").symlink_to(shipped)
    for words in (["facts", "add", str(tmp_path / "new.csv")], ["world", "add", str(tmp_path / "mine.yaml")]):
        for place in (shipped, tmp_path / "linked"):
            assert main([*words, "--world", str(place)]) == 2
            assert "the shipped world is not changed" in capsys.readouterr().err
    assert (shipped / "observed.csv").read_bytes() == before
