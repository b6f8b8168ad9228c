"""The public copy of a private result: what may be seen stays, rounded; nothing else, and no file names the mine."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.cli.reading import citation
from earthprice.errors import OptionError, ResultError
from earthprice.results.public import FIGURES, HEAD, STRIPPED, export_public
from earthprice.results.write import write_report
from earthprice.study.assessment import Assessment

ROOT = Path(__file__).resolve().parents[2]


ASKED = ("set", "world_numbers_set", "delay_years", "period")


def private(a: Assessment, draws: int = 200) -> Assessment:
    """The assessment as one of a world with a private mine in Japan."""
    book = {"rulebook": "own", "given": "own.yaml", "text": "acts_on: {deposit: secret_mine}\n", "named": []}
    law = book | {"rulebook": "law", "given": "law.yaml", "text": "title: a law\n"}
    meta = dataclasses.replace(
        a.meta,
        private=["secret_mine@JPN"],
        draws=draws,
        flags=["PRIVATE: secret_mine", *a.meta.flags],
        books=[book, law],
        versions={"earthprice": "0"},
        options={**a.meta.options, "only": "figures"},
    )
    mine = pd.DataFrame([("s9", "private file secret.yaml", "C")], columns=["key", "source", "confidence"])
    return dataclasses.replace(a, meta=meta, sources=pd.concat([a.sources, mine], ignore_index=True))


@pytest.fixture
def result(assessment: Assessment, tmp_path: Path) -> Path:
    write_report(private(assessment), tmp_path / "result", formats=("csv",))
    return tmp_path / "result"


def test_a_private_result_says_so(result: Path) -> None:
    assert json.loads((result / "run.json").read_text("utf-8"))["private"] == ["secret_mine@JPN"]
    assert "PRIVATE" in (result / "PRIVATE.txt").read_text("utf-8")


def test_only_what_is_listed_stays_and_nothing_names_the_mine(result: Path, tmp_path: Path) -> None:
    files, left = export_public(result, tmp_path / "public")
    names = {str(f.relative_to(tmp_path / "public")) for f in files}
    assert names == {
        "README.txt",
        "figures.csv",
        "manifest.json",
        "public.json",
        "rulebook.txt",
        "rulebooks/law.yaml",
        "sources.bib",
    }
    assert left == ["rulebooks/own.yaml (names secret_mine)"]
    for f in files:
        text = f.read_text(encoding="utf-8-sig")
        assert "secret" not in text and json.loads((result / "run.json").read_text("utf-8"))["facts_hash"] not in text
    assert set(json.loads((tmp_path / "public/public.json").read_text("utf-8"))) == {*HEAD, *ASKED}
    assert not {"seed", "facts_hash", "command", "options", "private", "flags"} & set(HEAD)


def test_figures_are_differences_to_two_digits_without_the_gain_of_its_zone(result: Path, tmp_path: Path) -> None:
    export_public(result, tmp_path / "public")
    was, kept = (pd.read_csv(p / "figures.csv", encoding="utf-8-sig") for p in (result / "tables", tmp_path / "public"))
    assert tuple(kept) == FIGURES and not [c for c in kept if c.startswith(("base", "reform"))]
    assert "gain_JPN" in set(was["key"]) and set(was["key"]) - set(kept["key"]) == {"gain_JPN"}
    told = was.set_index("key").loc[kept["key"], "diff_p95"].to_numpy()
    known, now = np.isfinite(told), kept["diff_p95"].to_numpy()
    assert now[known] == pytest.approx(told[known], rel=0.051) and (now[known] != told[known]).any()
    for x in kept[["diff_p05", "diff_p50", "diff_p95"]].stack().dropna():
        assert x == pytest.approx(float(f"{x:.1e}"), rel=1e-12)


def test_of_a_zone_that_is_told_with_others_the_gain_of_the_others_goes(assessment: Assessment, tmp_path: Path) -> None:
    """Its own row is not there, so that nothing was left out."""
    a = private(assessment)
    a = dataclasses.replace(a, meta=dataclasses.replace(a.meta, private=["secret_mine@ROW"]))
    write_report(a, tmp_path / "result", formats=("csv",))
    export_public(tmp_path / "result", tmp_path / "public")
    was, kept = (
        set(pd.read_csv(p / "figures.csv", encoding="utf-8-sig")["key"])
        for p in (tmp_path / "result/tables", tmp_path / "public")
    )
    assert "gain_ROW" not in was and was - kept == {"gain_others"}


def test_a_law_that_was_changed_is_said_to_be(assessment: Assessment, tmp_path: Path) -> None:
    """Figures of a law with other numbers passed as those of the text, which stands beside them unchanged."""
    a, changed = private(assessment), {"more_checks.caught": "x0.5", "deposit/secret_mine/cost": "x2"}
    options = {**a.meta.options, "overrides": changed, "delay_years": 2.0}
    a = dataclasses.replace(a, meta=dataclasses.replace(a.meta, options=options))
    write_report(a, tmp_path / "result", formats=("csv",))
    export_public(tmp_path / "result", tmp_path / "public")
    told = json.loads((tmp_path / "public/public.json").read_text("utf-8"))
    assert told["set"] == {"more_checks.caught": "x0.5"} and told["world_numbers_set"] == 1 and told["delay_years"] == 2
    said = (tmp_path / "public/README.txt").read_text("utf-8")
    assert "more_checks.caught = x0.5; 1 number of the world; entry into force 2 years later" in said
    assert "secret" not in said


def test_files_of_a_copy_can_be_checked(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has a manifest, which nothing read."""
    copy = tmp_path / "copy"
    export_public(result, copy)
    assert main(["verify", str(copy), "--files", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"]["as_written"]
    assert main(["verify", str(copy)]) == 2 and "is a public copy" in capsys.readouterr().err
    (copy / "figures.csv").write_text("number\n", encoding="utf-8")
    assert main(["verify", str(copy), "--files"]) == 4 and "figures.csv" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["result", "result/public", "."])
def test_a_copy_is_never_put_over_its_result(result: Path, place: str) -> None:
    """The result was gone, and its copy stood in its place."""
    before = sorted(p.name for p in result.iterdir())
    with pytest.raises(OptionError, match="is the result itself, or holds it, or lies in it"):
        export_public(result, result.parent / place)
    assert sorted(p.name for p in result.iterdir()) == before


def test_too_few_draws_or_nothing_private_is_refused(assessment: Assessment, tmp_path: Path) -> None:
    write_report(private(assessment, draws=19), tmp_path / "few", formats=("csv",))
    public = private(assessment)
    write_report(
        dataclasses.replace(public, meta=dataclasses.replace(public.meta, private=[])),
        tmp_path / "open",
        formats=("csv",),
    )
    for name, words in (("few", "has 19 draws"), ("open", "holds nothing private")):
        with pytest.raises(ResultError, match=words):
            export_public(tmp_path / name, tmp_path / "public")
    assert not (tmp_path / "public").exists()


def test_the_verb_says_what_it_left_out(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(result), "--out", str(tmp_path / "p")]) == 2
    assert "--public" in capsys.readouterr().err
    assert main(["export", str(result), "--public", "--out", str(tmp_path / "p"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["left_out"] and len(said["stripped"]) == len(STRIPPED)


@pytest.mark.parametrize(("what", "why"), STRIPPED)
def test_the_page_on_security_says_what_is_stripped_and_why(what: str, why: str) -> None:
    assert f"| {what} | {why} |" in (ROOT / "docs/security.md").read_text(encoding="utf-8")


def test_nothing_that_is_passed_on_tells_the_folders_of_whoever_ran_it(assessment: Assessment, tmp_path: Path) -> None:
    """The rulebook stood with its whole path in public.json, on the page, in the workbook and in the citation."""
    a, path = private(assessment), "/home/ana/deal/d.yaml"
    asked = f"earthprice assess {path} --world /home/ana/deal/w --draws 200"
    a = dataclasses.replace(a, meta=dataclasses.replace(a.meta, rulebook=path, command=asked))
    write_report(a, tmp_path / "result", formats=("csv", "html", "xlsx", "nc"))
    told = [f.read_bytes() for f in export_public(tmp_path / "result", tmp_path / "public")[0]]
    told += [(tmp_path / "result" / name).read_bytes() for name in ("report.html", "certificate.json", "paths.nc")]
    front = openpyxl.load_workbook(tmp_path / "result/summary.xlsx").worksheets[0]
    told += [str([[cell.value for cell in row] for row in front.iter_rows()]).encode()]
    told += ["".join(citation(json.loads((tmp_path / "result/run.json").read_text("utf-8")))).encode()]
    assert not [text for text in told if b"ana/deal" in text]
    assert "Rulebook d.yaml" in (tmp_path / "result/report.html").read_text("utf-8")
    assert json.loads((tmp_path / "result/run.json").read_text("utf-8"))["command"] == asked


def test_a_public_copy_can_be_cited(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the one that is passed on, and was refused."""
    copy = tmp_path / "copy"
    export_public(result, copy)
    assert main(["cite", str(copy), "--json"]) == 0
    said, run = json.loads(capsys.readouterr().out), json.loads((result / "run.json").read_text("utf-8"))
    rests = (
        f"rulebook {run['book']} against {run['baseline']}, reading {run['reading']}, as of {run['as_of']}, 200 draws"
    )
    assert said["text"].endswith(f"{rests}, differences alone, made in a private world.")
    assert said["bibtex"].startswith("@misc{earthprice_") and "differences alone" in said["bibtex"]
    assert "private" not in said and run["facts_hash"] not in str(said)
    told = json.loads((copy / "public.json").read_text("utf-8"))
    (copy / "public.json").write_text(json.dumps(told | {"draws": 2000}), encoding="utf-8")
    assert main(["cite", str(copy)]) == 2 and "was changed after it was written" in capsys.readouterr().err
