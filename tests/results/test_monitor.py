"""Facts printed later, held to the bands of a result: what left its band, since when, and whether a review is due."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from earthprice.cli.app import main
from earthprice.errors import ResultError
from earthprice.report.draw import Drawing
from earthprice.results import write
from earthprice.results.monitor import monitor
from earthprice.results.result import Result
from earthprice.results.write import write_report
from earthprice.study.assessment import INDICATOR_COLUMNS

PRICE, UNIT = "price_home/ndpr_oxide", "USD2020/kg"
BANDS = [
    *((PRICE, "CHN", "text", y, UNIT, 30.0, 45.0, 60.0, 0) for y in (2021, 2022, 2023)),
    *((PRICE, "CHN", "no text", y, UNIT, 10.0, 45.0, 99.0, 0) for y in (2021, 2022, 2023)),
    *((PRICE, "CHN", "review R1", y, UNIT, np.nan, np.nan, 52.0, 1) for y in (2022, 2023)),
]
HEAD = "series,zone,year,value,value_nominal,unit,date,published,source,confidence,fact"


def row(value: float, date: str, series: str = PRICE, unit: str = UNIT) -> str:
    return f"{series},CHN,{date[:4]},{value},,{unit},{date},2024-02-01,customs,A,new-1"


@pytest.fixture
def folder(assessment, figures, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "_drawn", lambda *_: lambda: [Drawing(f, None, None) for f in figures])
    kept = pd.DataFrame(BANDS, columns=list(INDICATOR_COLUMNS))
    write_report(dataclasses.replace(assessment, indicators=kept), tmp_path / "r", formats=("csv",))
    return tmp_path / "r"


@pytest.fixture
def told(folder, tmp_path, capsys):
    """Exit code and JSON of the verb for some rows of facts."""

    def tell(*rows: str, law: str = "text") -> tuple[int, dict]:
        (tmp_path / "new.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
        code = main(["monitor", str(folder), "--facts", str(tmp_path / "new.csv"), "--law", law, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return tell


def test_inside_its_band_nothing_is_due(told) -> None:
    code, out = told(row(40.0, "2021"), row(50.0, "2022"))
    assert code == 0 and out["status"] == "ok" and not out["review_due"]
    assert {s["side"] for s in out["seen"]} == {"inside"} and {s["band"] for s in out["seen"]} == {"text", "review R1"}


def test_what_left_its_band_is_said_with_since_when_and_who_looks_at_it(told) -> None:
    code, out = told(row(70.0, "2023-06"), row(61.0, "2022"), row(80.0, "2021"))  # in any order
    assert code == 6 and out["status"] == "left its band" and out["review_due"]
    ours = [s for s in out["seen"] if s["band"] == "text"]
    assert [(s["date"], s["side"], s["since"]) for s in ours] == [
        ("2021", "above", "2021"),
        ("2022", "above", "2021"),
        ("2023-06", "above", "2021"),
    ]
    last = [s for s in out["seen"] if s["band"] == "review R1" and s["latest"]]
    assert [(s["high"], s["low"], s["looks"], s["since"]) for s in last] == [(52.0, None, 2024, "2022")]


def test_one_that_came_back_is_not_due_and_a_new_run_begins_anew(told) -> None:
    code, out = told(row(70.0, "2021"), row(40.0, "2022"))
    assert code == 0 and [s["since"] for s in out["seen"] if s["band"] == "text"] == ["2021", ""]
    _, out = told(row(70.0, "2021"), row(20.0, "2022"))
    assert [(s["side"], s["since"]) for s in out["seen"] if s["band"] == "text"] == [
        ("above", "2021"),
        ("below", "2022"),
    ]


def test_the_band_is_that_of_the_law_that_was_made(told) -> None:
    assert told(row(70.0, "2021"))[0] == 6 and told(row(70.0, "2021"), law="no text")[0] == 0


def test_what_no_band_is_kept_for_is_named(told) -> None:
    _, out = told(row(40.0, "2021"), row(40.0, "2030"), row(1.0, "2021", series="mining_quota", unit="kt REO"))
    assert out["unheld"] == [
        [PRICE, "CHN", 2030, "bands are kept from 2021 to 2023"],
        ["mining_quota", "CHN", 2021, "no band is kept for this series"],
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(1.0, "2021", series="price_hom/ndpr_oxide")], "none of 1 facts is of a series and a year with a band"),
        ([row(40.0, "2030")], "price_home/ndpr_oxide CHN: bands are kept from 2021 to 2023"),
        ([row(40.0, "2021", unit="USD/kg")], "price_home/ndpr_oxide of 2021 is in 'USD/kg'"),
        ([row(40.0, "2021").replace(",A,", ",X,")], "line 2, column confidence: unknown word 'X'"),
        ([], "the file holds no rows"),
    ],
)
def test_bad_facts_are_refused(rows, said, told) -> None:
    code, out = told(*rows)
    assert code == 2 and said in out["message"]


def test_a_result_without_bands_is_refused(assessment, figures, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(write, "_drawn", lambda *_: lambda: [Drawing(f, None, None) for f in figures])
    write_report(assessment, tmp_path / "r", formats=("html",))
    with pytest.raises(ResultError, match="keeps no bands"):
        monitor(Result(tmp_path / "r"), pd.DataFrame())


def test_words_on_the_terminal(folder, tmp_path, capsys) -> None:
    (tmp_path / "new.csv").write_text("\n".join([HEAD, row(70.0, "2022"), ""]), encoding="utf-8")
    assert main(["monitor", str(folder), "--facts", str(tmp_path / "new.csv")]) == 6
    out = capsys.readouterr().out
    assert "lies above 60, the end of the assessment's band (text), since 2022" in out
    assert "lies above 52, the end of the band of review R1, since 2022; the rule looks at it in 2023." in out
    assert "Review due: yes." in out
