"""Verify: the rulebooks that a result keeps, and a run from them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from earthprice.errors import OptionError
from earthprice.law import load_rulebook
from earthprice.report import verify
from earthprice.report.write import write_books, write_records, write_tables
from earthprice.study.assess import Options
from earthprice.study.assessment import Assessment

NAME = "china-2021-draft"


def kept(assessment: Assessment, folder: Path, **book: Any) -> Path:
    """A result with its records and tables, of one book."""
    said = {"rulebook": NAME, "version": 3, "given": NAME, "ships": True, "text": load_rulebook(NAME).text, **book}
    meta = {**assessment.meta, "rulebook": said["given"], "books": [said], "options": {"draws": 3, "answers": []}}
    full = dataclasses.replace(assessment, meta=meta)
    write_records(full, folder)
    (folder / "tables").mkdir()
    write_tables(full, folder / "tables")
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> list[tuple[str, Options]]:
    """What the study is asked, in place of running it."""
    found: list[tuple[str, Options]] = []

    def assess(rulebook: str, options: Options, tell: object) -> Assessment:
        found.append((rulebook, options))
        return assessment

    monkeypatch.setattr(verify, "assess", assess)
    return found


def test_a_shipped_book_is_run_by_its_name(assessment, tmp_path, asked):
    rows = verify.rerun(kept(assessment, tmp_path), lambda *_: None)
    assert asked[0][0] == NAME and asked[0][1].draws == 3
    assert all(r["same"] for r in rows) and rows[0]["table"] == f"rulebooks/{NAME}.yaml"


def test_a_book_of_ones_own_is_run_from_the_copy(assessment, tmp_path, asked):
    verify.rerun(kept(assessment, tmp_path, given="gone/mine.yaml", ships=False), lambda *_: None)
    assert asked[0][0] == str(tmp_path / "rulebooks" / f"{NAME}.yaml")


def test_a_shipped_book_with_another_text_is_run_from_the_copy(assessment, tmp_path, asked):
    older = load_rulebook(NAME).text.replace("version: 3", "version: 2")
    rows = verify.rerun(kept(assessment, tmp_path, text=older), lambda *_: None)
    assert asked[0][0].endswith(f"{NAME}.yaml") and rows[0]["same"]


def test_a_book_below_with_another_text_is_told(assessment, tmp_path, asked):
    folder = kept(assessment, tmp_path, given="", text="older")
    run = json.loads((folder / "run.json").read_text("utf-8")) | {"rulebook": NAME}
    (folder / "run.json").write_text(json.dumps(run), "utf-8")
    rows = verify.rerun(folder, lambda *_: None)
    assert not rows[0]["same"] and "another text now" in rows[0]["words"]


def test_a_copy_that_was_touched_is_told(assessment, tmp_path, asked):
    folder = kept(assessment, tmp_path)
    copy = folder / "rulebooks" / f"{NAME}.yaml"
    copy.write_text(copy.read_text("utf-8") + "# a word\n", "utf-8")
    assert "changed after" in verify.rerun(folder, lambda *_: None)[0]["words"]
    copy.unlink()
    with pytest.raises(OptionError, match="missing"):
        verify.rerun(folder, lambda *_: None)


def test_the_text_stands_in_the_folder_not_in_run_json(assessment, tmp_path):
    kept(assessment, tmp_path)
    run = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert "text" not in run["books"][0] and len(run["books"][0]["sha256"]) == 64
    assert (tmp_path / "rulebooks" / f"{NAME}.yaml").read_text("utf-8") == load_rulebook(NAME).text
    assert write_books(assessment, tmp_path) == []
