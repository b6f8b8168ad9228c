"""explain on a written result, and the clauses that differ between two texts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.errors import OptionError, ResultError
from earthprice.results.explain import (
    _articles,
    _flows,
    _moved,
    _number,
    _parameters,
    _sources,
    _span,
    _value,
    explain,
    explainable,
)
from earthprice.results.result import Result
from earthprice.results.write import write_report
from earthprice.study.assessment import Assessment

KEYS = ("price_dy", "unlicensed", "gain_JPN", "exports.dy.JPN.2026", "price.ndpr.2026", "groups.CHN.licensed miner")


@pytest.fixture(scope="session")
def result(small_assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "result"
    write_report(small_assessment, folder, formats=("csv",))
    return folder


@pytest.mark.parametrize("key", KEYS)
def test_a_number_fits_one_screen(key: str, result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = explain(result, key)
    assert [name.split()[0] for name in tree] == ["number", "flows", "articles", "parameters", "sources"]
    assert all(tree.values())
    assert main(["explain", key, "--result", str(result)]) == 0
    assert len(capsys.readouterr().out.splitlines()) <= 40


def test_a_result_of_figures_alone_says_why_nothing_stands_behind_them(
    small_assessment: Assessment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = small_assessment
    meta = replace(a.meta, options={**a.meta.options, "only": "figures"})
    alone = replace(a, meta=meta, articles=a.articles.head(0), drivers=a.drivers.head(0))
    write_report(alone, tmp_path / "result", formats=("csv",))
    assert main(["explain", "price_dy", "--result", str(tmp_path / "result")]) == 0
    assert capsys.readouterr().out.count("only the figures were asked for") == 3


def test_every_path_ends_at_flows_of_its_own_place_and_at_sources(result: Path) -> None:
    r = Result(result)
    flows = r.table("flows").drop_duplicates("activity").set_index("activity")
    names = {str(e) for e in flows["district"] if e}
    known = explainable(r)
    keys = [key for key, (kind, row) in known.items() if kind == "series" and row["year"] == 2026]
    zones = sorted(set(flows["zone"]) - {"CHN"})
    untraded = {
        f"price.{e}.{z}.2026"
        for z in zones
        for e in {k.split(".")[1] for k in keys if k.startswith("price.")}
        if not (flows[["zone", "partner"]].eq(z).any(axis=1) & flows["good"].str.startswith(e)).any()
    }
    assert len(keys) > 80 and any(k.startswith("price.dy.JPN") or k.startswith("damage.MMR") for k in keys)

    @cache
    def of_figure(figure: str) -> tuple[list, list, list]:
        parameters = _parameters(r, figure)
        return _articles(r, figure), parameters, _sources(r, [row for _, row in parameters])

    for key in keys:
        number = _number(r, *known[key])
        behind, (articles, parameters, sources) = _flows(r, number), of_figure(number.figure)
        if "none" in behind[0]:
            assert key in untraded, key
            continue
        at = flows.loc[[line["activity"] for line in behind]]
        variable, item = key.split(".")[:2]
        place = item.split(":")[0]
        if variable in ("burden", "complaints") and place in names:
            assert set(at["district"]) == {place}, key
        if variable == "burden":
            assert "none" not in articles[0] and parameters and sources, key


def test_both_sides_bear_the_names_that_the_report_gives_them(result: Path) -> None:
    r = Result(result)
    known = explainable(r)
    assert list(_number(r, *known["price_dy"]).said)[1:3] == ["no reform", "draft"]
    assert explain(result, "price.dy.CHN.2026") == explain(result, "price.dy.2026"), "home may be named too"
    r.run.update(kind="law")
    assert list(_number(r, *known["exports.dy.JPN.2026"]).said)[1:3] == ["no such law", "this law"]
    r.run.update(against="china-in-force-2020", book="mine")
    assert list(_number(r, *known["price.dy.2026"]).said)[1:3] == ["china-in-force-2020", "mine"]


def test_a_number_of_a_part_of_a_year_says_its_months(small_assessment: Assessment, tmp_path: Path) -> None:
    """Of quarters the first begins with the year, and the last at 2022.75, which rounds to 2023."""
    a = small_assessment

    def quartered(table: pd.DataFrame) -> pd.DataFrame:
        rest, first = table[table["year"] // 1 != 2022], table[table["year"] == 2022.0]
        return pd.concat([rest, *(first.assign(year=2022 + q / 4) for q in range(4))])

    by_quarter = replace(a, series=quartered(a.series), flows=quartered(a.flows))
    write_report(by_quarter, tmp_path / "result", formats=("csv",))
    for key, when in (("2022", "January to March 2022"), ("2022.75", "October to December 2022")):
        tree = explain(tmp_path / "result", f"price.ndpr.{key}")
        assert tree["number"]["what"] == f"price ndpr, CHN, {when} [USD2020/kg]"
        assert f"flows {when}, central draw [kt/yr]" in tree
    assert explain(tmp_path / "result", "price.ndpr.2026")["number"]["what"] == "price ndpr, CHN, 2026 [USD2020/kg]"


def test_the_gain_of_a_group_counts_all_years_to_come(result: Path) -> None:
    r = Result(result)
    said = _number(r, *explainable(r)["groups.CHN.licensed miner"]).said["what"]
    first = r.run["first_year"]
    assert said.startswith(f"Gain of licensed miner, CHN, present value from {first} on, of all years to come [")


def test_less_than_a_kilogram_is_no_flow(result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Result.table
    tiny = read(Result(result), "flows")
    tiny = tiny.assign(level=tiny["level"] * 1e-12)
    monkeypatch.setattr(Result, "table", lambda r, name: tiny if name == "flows" else read(r, name))
    (flows,) = [part for name, part in explain(result, "price_dy").items() if name.startswith("flows")]
    assert {line["levels"] for line in flows} == {"0 to 0"}


def test_water_in_kachin_is_dug_in_kachin(result: Path) -> None:
    found = explain(result, "burden.Kachin:waste_water.2026")
    (behind,) = (v for k, v in found.items() if k.startswith("flows"))
    assert all("CHN" not in line["activity"] for line in behind) and behind
    articles = found["articles (damage_abroad), central draw"]
    assert articles[0]["article"].startswith("art. "), "a share of the central draw is none of the median above it"
    assert found["sources"]


def test_own_parts_end_at_the_numbers_of_those_that_weigh_most(result: Path) -> None:
    r = Result(result)
    known = r.table("assumptions")
    some = known[known["own"].fillna("").str.startswith("own/ore/")]
    two = [str(own).rpartition("/")[2] for own in dict.fromkeys(some["own"])][:2]
    words = f"ore, own parts ({', '.join(two).replace('_', ' ')} first)"
    rows = _moved(known, pd.Series({"parameter": "own/ore", "words": words}))
    assert set(rows["own"]) == {f"own/ore/{name}" for name in two} and (rows["factor"] != "").all()
    assert len(_moved(known, pd.Series({"parameter": "growth_magnets", "words": ""}))) > 1


def test_an_unknown_number_is_answered_with_the_nearest(result: Path) -> None:
    with pytest.raises(OptionError, match=r"Did you mean 'exports\.dy\.JPN\.2026'"):
        explain(result, "exports.dy.JPM.2026")


def test_of_a_key_that_is_none_every_kind_is_named_and_page_one_first(result: Path) -> None:
    r = Result(result)
    known = explainable(r)
    with pytest.raises(OptionError) as caught:
        explain(result, "burdens.Kachin:waste_water.2026")
    near, accepted = str(caught.value).split("Accepted: ")
    assert "Did you mean 'burden.Kachin:waste_water.2026'?" in near
    assert accepted.startswith("a figure of page one (gap_ndpr, gap_dy, ") and "..." not in accepted
    assert all(f"{kind}." in accepted for kind in ("exports", "groups", "price", "unlicensed_share"))
    for key in known:
        if key in accepted:
            assert _number(r, *known[key]).said
    with pytest.raises(OptionError, match="Did you mean 'unlicensed'"):
        explain(result, "unlicenced")


def test_no_range_stands_beside_nothing_or_the_unknown(result: Path) -> None:
    nan = float("nan")
    assert (_span(nan, nan, nan), _span(0.0, 0.0, 0.0), _span(2.0, 1.0, 3.0)) == ("unknown", "0", "2 (1 to 3)")
    r = Result(result)
    known = {key: found for key, found in explainable(r).items() if found[0] != "series"}
    said = [str(v) for found in known.values() for v in _number(r, *found).said.values()]
    assert said and not [s for s in said if "nan" in s or "unknown (" in s or "(0 to 0)" in s]


def test_a_folder_that_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"run\.json"):
        explain(tmp_path, "price_dy")


def test_a_range_of_a_text_has_no_point_in_it_and_a_number_of_ours_has() -> None:
    """A draft that prints 1 to 5 times was shown to say 3."""
    row = {"value": 3.0, "low": 1.0, "high": 5.0, "unit": "times", "basis": "text"}
    assert _value(pd.Series(row)) == "1 to 5 times (taken in the middle as 3)"
    assert _value(pd.Series(row | {"basis": "assumption"})) == "3 (1 to 5) times"
    assert _value(pd.Series(row | {"low": float("nan")})) == "3 times"
