"""Verify: are the files as they were written, and does a run from the texts kept with them give them again."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from earthprice.cli import main
from earthprice.errors import OptionError, ResultError
from earthprice.facts.schema import packaged
from earthprice.facts.world import load_world
from earthprice.keep.manifest import MANIFEST, write_manifest
from earthprice.law import load_rulebook, stack
from earthprice.law.load import reading_only
from earthprice.results import verify
from earthprice.results.folder import claim
from earthprice.results.origin import TEXT, apart, origin
from earthprice.results.result import Result
from earthprice.results.verify import kept_texts
from earthprice.results.write import write_books, write_records, write_report, write_tables
from earthprice.study.assess import Options
from earthprice.study.assessment import Assessment
from earthprice.study.frame import frame
from earthprice.study.heading import _books
from earthprice.world.world import World

NAME = "china-2021-draft"
BOOK = f"rulebooks/{NAME}.yaml"


def kept(assessment: Assessment, folder: Path, *, books: Any = None, **book: Any) -> Path:
    """A result with its records and tables, of one book or of those given."""
    said = {"rulebook": NAME, "version": 3, "given": NAME, "ships": True, "text": load_rulebook(NAME).text, **book}
    options = {"draws": 3, "answers": [], "workers": 5000}
    full = dataclasses.replace(
        assessment,
        meta=dataclasses.replace(assessment.meta, rulebook=said["given"], books=books or [said], options=options),
    )

    def write(into: Path) -> None:
        write_records(full, into)
        (into / "tables").mkdir()
        write_tables(full, into / "tables")

    with claim(folder, 1 << 20) as place:
        place.put(write)
    return folder


@dataclasses.dataclass
class Asked:
    """What the study is asked, in place of running it: name, options, and the text that it reads under the name."""

    runs: list[tuple[str, Options, str]] = dataclasses.field(default_factory=list)
    gives: Callable[[Assessment], Assessment] = lambda a: a


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> Asked:
    found = Asked()

    def assess(rulebook: str, options: Options, tell: object, *, world: World) -> Assessment:
        found.runs.append((rulebook, options, load_rulebook(rulebook).text))
        return found.gives(assessment)

    monkeypatch.setattr(verify, "assess", assess)
    return found


def judged(folder: Path, **more: Any) -> verify.Verdict:
    return verify.verify(folder, lambda *_: None, **more)


def other(a: Assessment) -> Assessment:
    """The same with one number a little larger."""
    figures = a.figures.assign(diff_p50=a.figures["diff_p50"] * (1 + 1e-9))
    return dataclasses.replace(a, figures=figures)


def rewritten(folder: Path, **changes: Any) -> None:
    """A result of which run.json said something else when it was written."""
    run = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**run, **changes}), "utf-8")
    (folder / MANIFEST).unlink()
    write_manifest(folder, "0.1.0")


def test_both_answers_are_yes_for_what_was_written_here(assessment, tmp_path, asked, capsys):
    verdict = judged(kept(assessment, tmp_path / "r"))
    assert (verdict.exit_code, verdict.status, verdict.changed, verdict.differing) == (0, "ok", (), ())
    assert asked.runs[0][:2] == (NAME, Options(draws=3)), "how many workers did the work is left out"
    assert main(["verify", str(tmp_path / "r"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"]["as_written"] and said["run"]["same"] and said["files"]["sha256"] == verdict.digest


def test_the_text_that_is_run_is_the_one_kept_from_any_folder(assessment, tmp_path, asked, monkeypatch):
    older = load_rulebook(NAME).text.replace("version: 3", "version: 2")
    folder = kept(assessment, tmp_path / "r", given="gone/mine.yaml", ships=False, text=older)
    shutil.copytree(folder, tmp_path / "elsewhere")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "mine.yaml").write_text("no rulebook", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert judged(Path("elsewhere")).exit_code == 0
    assert asked.runs[0][0] == "gone/mine.yaml" and asked.runs[0][2] == older


def test_a_shipped_name_with_another_text_is_read_as_kept(assessment, tmp_path, asked):
    older = load_rulebook(NAME).text.replace("version: 3", "version: 2")
    judged(kept(assessment, tmp_path / "r", text=older))
    assert asked.runs[0][2] == older and load_rulebook(NAME).text != older


def test_no_file_is_read_that_the_result_does_not_keep(assessment, tmp_path, asked):
    (tmp_path / "other.yaml").write_text(load_rulebook(NAME).text, "utf-8")
    folder = kept(assessment, tmp_path / "r")
    rewritten(folder, rulebook=str(tmp_path / "other.yaml"))
    with pytest.raises(OptionError, match="is kept here"):
        judged(folder)


def test_a_text_that_builds_on_a_file_beside_it_finds_it_in_the_result(assessment, tmp_path, asked, monkeypatch):
    (tmp_path / "home").mkdir()
    lower = load_rulebook("china-in-force-2020").text
    (tmp_path / "home" / "below.yaml").write_text(lower.replace("china-in-force-2020", "our-law"), "utf-8")
    upper = load_rulebook(NAME).text.replace("builds_on: china-in-force-2020", "builds_on: below.yaml")
    (tmp_path / "home" / "mine.yaml").write_text(upper.replace(f"rulebook: {NAME}", "rulebook: mine"), "utf-8")
    given = str(tmp_path / "home" / "mine.yaml")
    books = _books(frame(given, Options(years=(2021, 2024)), load_world()))
    assert [b["named"] for b in books if b["rulebook"] == "our-law"] == [["below.yaml"]]
    folder = kept(assessment, tmp_path / "r", books=books, given=given)
    shutil.rmtree(tmp_path / "home")
    assert judged(folder).exit_code == 0 and "rulebook: mine" in asked.runs[0][2]
    with reading_only(kept_texts(Result(folder))):
        assert "our-law" in stack(load_rulebook(given)).name


@pytest.mark.parametrize("touched", ["tables/figures.csv", "certificate.json"])
def test_a_file_that_was_touched_is_told_and_the_run_is_still_asked(assessment, tmp_path, asked, touched, capsys):
    folder = kept(assessment, tmp_path / "r")
    (folder / touched).write_bytes((folder / touched).read_bytes() + b"\n")
    verdict = judged(folder)
    assert (verdict.exit_code, verdict.status) == (4, "changed") and str(verdict.changed[0]) == f"{touched} was changed"
    assert not verdict.unasked and not verdict.differing, "the run gives again what was written"
    assert main(["verify", str(folder)]) == 4
    out = capsys.readouterr().out
    assert "Files as written: no" in out and f"was changed            {touched}" in out
    assert "A run gives them again: yes" in out


@pytest.mark.parametrize(
    ("touched", "how"),
    [("run.json", "changed"), ("run.json", "link"), (BOOK, "changed"), (BOOK, "link"), (BOOK, "missing")],
)
def test_what_a_run_needs_is_not_run_when_it_was_touched(assessment, tmp_path, asked, touched, how):
    folder = kept(assessment, tmp_path / "r")
    if how == "changed":
        (folder / touched).write_text("{}", "utf-8")
    else:
        (folder / touched).rename(tmp_path / "away")
        if how == "link":
            (folder / touched).symlink_to(tmp_path / "away")
    verdict = judged(folder)
    assert verdict.exit_code == 4 and "not as it was written" in verdict.unasked and not asked.runs


def test_other_numbers_of_the_same_version_are_our_fault(assessment, tmp_path, asked, capsys):
    folder = kept(assessment, tmp_path / "r")
    asked.gives = other
    verdict = judged(folder)
    assert (verdict.exit_code, verdict.status, verdict.differing) == (1, "differs", ("figures",))
    words = verdict.tables[0]["words"]
    assert "lines differ, by 1e-09 of the number at most, in diff_p50" in words
    assert main(["verify", str(folder)]) == 1 and "fault of earthprice" in capsys.readouterr().out


def test_another_version_has_a_code_of_its_own_and_says_how_to_install_it(assessment, tmp_path, asked, capsys):
    folder = kept(assessment, tmp_path / "r")
    run = json.loads((folder / "run.json").read_text("utf-8"))
    rewritten(folder, made_on={**run["made_on"], "earthprice": "0.0.9", "numpy": "1.99"})
    assert judged(folder).exit_code == 0, "the same bits from another version are the same bits"
    asked.gives = other
    verdict = judged(folder)
    assert (verdict.exit_code, verdict.status) == (5, "other version") and len(verdict.apart) == 2
    assert main(["verify", str(folder), "--json"]) == 5
    said = json.loads(capsys.readouterr().out)
    assert "pip install 'earthprice==" in said["run"]["remedy"] and "numpy 1.99 there" in said["run"]["remedy"]


def test_an_option_that_this_version_does_not_have_is_told_with_the_version_that_has_it(assessment, tmp_path, asked):
    folder = kept(assessment, tmp_path / "r")
    rewritten(folder, options={"drws": 3})
    with pytest.raises(OptionError, match="Did you mean 'draws'"):
        judged(folder)
    rewritten(folder, made_on={"earthprice": "9.9"})
    verdict = judged(folder)
    assert verdict.exit_code == 5 and "no option 'drws'" in verdict.unasked


def test_files_alone_are_told_without_a_run(assessment, tmp_path, asked, capsys):
    folder = kept(assessment, tmp_path / "r")
    assert main(["verify", "--files", str(folder)]) == 0 and not asked.runs
    assert "Files as written: yes" in capsys.readouterr().out
    (folder / "note.txt").write_text("mine", "utf-8")
    assert main(["verify", "--files", str(folder)]) == 4
    out, count = capsys.readouterr().out, len(json.loads((folder / "manifest.json").read_text("utf-8"))["files"])
    assert "is not of the result   note.txt" in out
    assert f"Files as written: no, {count} of {count}, and 1 not of the result; SHA-256" in out


def test_a_result_without_a_manifest_cannot_be_told(assessment, tmp_path):
    folder = kept(assessment, tmp_path / "r")
    (folder / MANIFEST).unlink()
    with pytest.raises(ResultError, match=r"has no manifest\.json"):
        judged(folder)


def test_the_text_stands_in_the_folder_not_in_run_json(assessment, tmp_path):
    kept(assessment, tmp_path / "r")
    run = json.loads((tmp_path / "r" / "run.json").read_text("utf-8"))
    assert "text" not in run["books"][0] and len(run["books"][0]["sha256"]) == 64
    assert (tmp_path / "r" / "rulebooks" / f"{NAME}.yaml").read_text("utf-8") == load_rulebook(NAME).text
    assert write_books(assessment, tmp_path) == []


def test_what_bits_hang_on_is_recorded_and_compared_in_words():
    here = origin()
    assert {"earthprice", "jax", "numpy", "machine", TEXT} <= set(here) and all(here.values())
    assert apart(here, here) == []
    assert apart({**here, TEXT: "0"}, here) == ["the text of the program, of the same version"]
    assert apart({**here, TEXT: "0", "earthprice": "0"}, here) == [f"earthprice 0 there, {here['earthprice']} here"]


def test_a_folder_that_cannot_be_read_is_refused(assessment, tmp_path):
    for odd in ("a\0b", "a" * 300, "nowhere"):
        with pytest.raises(ResultError, match="no result folder"):
            judged(Path(odd))
    assert os.path.exists(tmp_path)


def test_a_result_of_another_world_says_so_and_wants_its_tables(tmp_path, assessment, asked) -> None:
    other = dataclasses.replace(assessment, meta=dataclasses.replace(assessment.meta, facts_hash="5eed"))
    write_report(other, tmp_path / "r", formats=("csv",))
    with pytest.raises(ResultError, match="made with other tables of the world: facts 5eed, here .*--world DIR"):
        judged(tmp_path / "r")
    assert not judged(tmp_path / "r", files_only=True).changed and not asked.runs


def test_other_tables_are_told_where_the_program_is_another_too(tmp_path, assessment, asked) -> None:
    """They were looked at only where nothing else differed, and with `--world OTHER` nothing was said of them."""
    facts = dataclasses.replace(assessment, meta=dataclasses.replace(assessment.meta, facts_hash="5eed"))
    folder = kept(facts, tmp_path / "r")
    run = json.loads((folder / "run.json").read_text("utf-8"))
    rewritten(folder, made_on={**run["made_on"], "numpy": "1.99"})
    shutil.copytree(packaged("world"), tmp_path / "w")
    with pytest.raises(ResultError, match="made with other tables of the world: facts 5eed, here .*--world DIR"):
        judged(folder, tables=tmp_path / "w")
    assert not asked.runs
    asked.gives = other
    verdict = judged(folder)
    assert verdict.exit_code == 5 and verdict.apart[0].startswith("numpy 1.99 there")
    assert verdict.apart[1].startswith("tables of the world: facts 5eed there") and "--world DIR" in verdict.remedy
