"""Files: complete, whole or not at all, readable by others."""

import errno
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from earthprice.errors import EarthpriceError, OptionError
from earthprice.measures.spread import SAME, SURE, UNCLEAR, UNKNOWN
from earthprice.report.draw import Drawing
from earthprice.report.summary import summary_text, to_json
from earthprice.results import write as writing
from earthprice.results.folder import claim
from earthprice.results.iamc import IAMC_COLUMNS
from earthprice.results.tables import TABLES, write_parquet
from earthprice.results.write import begin_early, write_report, write_tables
from earthprice.runs.crew import Crew

QUICK = ("html", "csv", "xlsx", "iamc", "nc", "parquet")


@pytest.fixture
def undrawn(monkeypatch, figures):
    """Takes the figures as drawn already."""
    monkeypatch.setattr(writing, "_drawn", lambda *_: lambda: [Drawing(f, None, None) for f in figures])


@pytest.fixture(scope="module")
def first_page(assessment):
    """The assessment when its first page stands."""
    blank = {name: getattr(assessment, name).head(0) for name in ("articles", "options", "rare")}
    said = [q for q in assessment.questions if q["question"] != "better"]
    return replace(assessment, **blank, questions=said, meta=replace(assessment.meta, command="", charges=""))


def test_pictures_begun_at_page_one_are_those_of_the_whole(assessment, first_page, tmp_path):
    with Crew(1) as crew:
        early = begin_early(first_page, crew)
        write_report(assessment, tmp_path / "early", runner=crew, early=early)
    write_report(assessment, tmp_path / "late")
    drawn = sorted((tmp_path / "early" / "figures").iterdir())
    assert [p.name for p in drawn] == everything_in(tmp_path / "late" / "figures")
    for path in drawn:
        own, other = (
            re.sub(rb"(clip|gradient_)\d+", b"", p.read_bytes())
            for p in (path, tmp_path / "late" / "figures" / path.name)
        )
        assert own == other, path.name
    quick = replace(first_page.meta, options={**first_page.meta.options, "only": "figures"})
    assert begin_early(replace(first_page, meta=quick), crew) is None


def everything_in(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_report_holds_every_file(assessment, tmp_path):
    files = write_report(assessment, tmp_path / "result")
    assert files[0] == tmp_path / "result" / "report.html"
    names = {str(f.relative_to(tmp_path / "result")) for f in files}
    assert all(f.is_file() for f in files)
    assert names >= {
        "summary.xlsx",
        "iamc.csv",
        "rulebook.txt",
        "assumptions.csv",
        "sources.bib",
        "certificate.json",
        "run.json",
        "paths.nc",
        "figures/figure-01-price.svg",
        "figures/figure-01-price.png",
        "figures/figure-01-price.csv",
        *(f"tables/{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")),
    }
    assert everything_in(tmp_path) == ["result"]
    read_back(assessment, tmp_path / "result")


def read_back(a, folder):
    csv = pd.read_csv(folder / "tables" / "figures.csv", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(csv, a.figures.replace("", np.nan), check_dtype=False)
    assert (folder / "tables" / "exports.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    iamc = pd.read_csv(folder / "iamc.csv", encoding="utf-8-sig")
    assert tuple(iamc.columns) == IAMC_COLUMNS
    assert iamc["value"].notna().all()
    with xr.open_dataset(folder / "paths.nc", engine="scipy") as paths:
        assert paths["price"].attrs["long_name"] == "price [USD2020/kg]"
    run = json.loads((folder / "run.json").read_text("utf-8"))
    assert run["facts_hash"] == a.meta.facts_hash
    assert json.loads((folder / "certificate.json").read_text("utf-8"))["cleared"] == 1.0
    assert "@misc{draft21," in (folder / "sources.bib").read_text("utf-8")


@pytest.mark.parametrize("raised", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing_and_keeps_the_earlier_result(
    assessment, tmp_path, monkeypatch, undrawn, raised
):
    write_report(assessment, tmp_path / "r", formats=("csv",))
    before = {p: p.read_bytes() for p in (tmp_path / "r").rglob("*") if p.is_file()}

    def fail(*_):
        raise raised

    monkeypatch.setattr(writing, "iamc", fail)
    for target in ("r", "fresh"):
        with pytest.raises((EarthpriceError, KeyboardInterrupt)) as caught:
            write_report(assessment, tmp_path / target, formats=("csv", "iamc"))
        if isinstance(raised, OSError):
            assert "No space left on device" in str(caught.value)
            assert str(tmp_path / target) in str(caught.value)
    assert everything_in(tmp_path) == ["r"]
    assert {p: p.read_bytes() for p in (tmp_path / "r").rglob("*") if p.is_file()} == before


def test_a_second_report_replaces_the_first_whole(assessment, tmp_path, undrawn):
    write_report(assessment, tmp_path / "r", formats=("csv", "iamc"))
    write_report(assessment, tmp_path / "r", formats=("csv",))
    assert not (tmp_path / "r" / "iamc.csv").exists()


def test_somebody_elses_folder_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("years of work")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(OptionError, match="Accepted: a new or empty folder"), claim(tmp_path / name):
            pass
    assert (tmp_path / "mine" / "thesis.doc").read_text() == "years of work"


def test_unknown_formats_and_languages_are_refused(assessment, tmp_path):
    with pytest.raises(OptionError, match="Did you mean 'html'"):
        write_report(assessment, tmp_path / "r", formats=("htm",))
    with pytest.raises(OptionError, match="no labels"):
        write_report(assessment, tmp_path / "r", language="de")
    assert not (tmp_path / "r").exists()


def test_figures_csv_is_the_figures_data(assessment, tmp_path, undrawn):
    write_report(assessment, tmp_path / "r", formats=("csv",))
    held = pd.read_csv(tmp_path / "r" / "figures" / "figure-01-price.csv", encoding="utf-8-sig")
    source = assessment.series
    at = held[(held["panel"] == "Dy") & (held["scenario"] == "reform") & (held["year"] == 2026)]
    want = source[(source["variable"] == "price") & (source["item"] == "dy") & (source["scenario"] == "reform")]
    assert at["p50"].iloc[0] == pytest.approx(want.loc[want["year"] == 2026, "p50"].iloc[0], rel=1e-15)


def test_nothing_optional_still_makes_a_report(bare, tmp_path):
    files = write_report(bare, tmp_path / "r", formats=QUICK)
    assert (tmp_path / "r" / "report.html") in files


def test_tables_alone_are_the_same_bytes_each_time(assessment, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_tables(assessment, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_column_of_mixed_kinds_can_be_parquet(tmp_path):
    write_parquet(pd.DataFrame({"x": [1.0, "two", None]}), tmp_path / "x.parquet")
    assert list(pd.read_parquet(tmp_path / "x.parquet")["x"])[:2] == ["1.0", "two"]


def test_json_has_null_for_what_is_missing(assessment, tmp_path):
    made = to_json(assessment, [tmp_path / "report.html"])
    text = json.dumps(made, allow_nan=False)
    keys = {"status", "cleared", "questions", "figures", "articles", "money", "versions", "files"}
    assert keys <= set(json.loads(text)) and set(made["money"]) == {"checked", "broken", "worst", "words"}
    europe = next(f for f in made["figures"] if f["key"] == "gain_EUR")
    assert europe["difference"] == {"median": pytest.approx(-0.2), "low": None, "high": None}
    assert {f["number"] for f in made["figures"]} == set(range(1, 11))
    assert {f["sign"] for f in made["figures"]} <= {*SURE, UNCLEAR, SAME, UNKNOWN}
    assert europe["sign"] == UNKNOWN and europe["share_positive"] is None
    assert np.isfinite(made["figures"][0]["baseline"]["median"])


def test_the_summary_says_what_page_one_says(assessment):
    text = summary_text(assessment, colour=False)
    assert "\x1b" not in text
    assert "\x1b[1m" in summary_text(assessment, colour=True)
    for needed in (assessment.meta.title, "Will exports fall?", "Ten figures for 2026", "How sure", "no clear sign"):
        assert needed in text
