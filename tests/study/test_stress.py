"""A stop of exports: its dates, what it refuses, and what is refused of the question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from earthprice.errors import OptionError
from earthprice.law.experiment import day
from earthprice.measures.answers import ANSWERS
from earthprice.past.posterior import central_quantiles, central_values
from earthprice.study.stress import WITHOUT, Stop, Stress, _stock, _why, _words, in_table_names, stress
from earthprice.world.world import World
from tests.small import proposal
from tests.study.test_zones import MEASURE


@pytest.fixture(scope="module")
def found(world: World) -> Stress:
    return stress(world, Stop(("JPN",), ("Dy",), 6.0))


@pytest.mark.parametrize(
    ("months", "last"),
    [(6, "2022-07-01"), (2, "2022-03-01"), (9, "2022-10-01"), (12, "2023-01-01"), (2.5, "2022-03-17")],
)
def test_a_stop_ends_on_its_day(months: float, last: str) -> None:
    assert day(2022.0 + months / 12) == last and day(2022.5 + months / 12) != last


def test_a_country_that_takes_an_article_has_it_in_a_sentence(world: World) -> None:
    said = _words(world, SimpleNamespace(home="CHN"), Stop(("JPN", "USA", "ROW"), ("dy",), 6.0))  # type: ignore[arg-type]
    assert "goes from China to Japan, the United States, the rest of the world as" in said


def test_symbols_and_names_are_read(world: World) -> None:
    stop = in_table_names(world, Stop(("all",), ("Dy", "nd", "pr", "tb")))
    assert stop.elements == ("dy", "ndpr", "tb")
    assert "JPN" in stop.to and "CHN" not in stop.to and "AUS" not in stop.to


@pytest.mark.parametrize(
    ("stop", "where"),
    [
        (Stop(("JPX",), ("Dy",)), "--to"),
        (Stop(("JPN",), ("Xx",)), "--elements"),
        (Stop(("JPN",), ()), "--elements"),
        (Stop(("JPN",), ("Dy",), 0.0), "--months"),
        (Stop(("JPN",), ("Dy",), 99.0), "--months"),
        (Stop(("JPN",), ("Dy",), 6.0, 2019.0), "--begin"),
        (Stop(("JPN",), ("Dy",), 6.0, 2022.2), "--begin"),
    ],
)
def test_what_cannot_be_asked(world: World, stop: Stop, where: str) -> None:
    with pytest.raises(OptionError, match=where):
        in_table_names(world, stop)


def test_a_zone_that_ships_no_oxide_can_stop_none(world: World, tmp_path: Path) -> None:
    text = proposal(tmp_path, MEASURE.format(zone="MMR"), "any-zone", "MMR", "2022-01-01", "2021-06-01")
    with pytest.raises(OptionError, match=r"--elements: MMR ships no Dy as oxide or metal to CHN"):
        in_table_names(world, Stop(("all",), ("Dy",), law=text))


def test_a_stop_takes_what_was_usual_and_is_filled(found: Stress) -> None:
    path = found.path.set_index("half_year")
    assert path.loc["2021-07", "dearer_pct"] == pytest.approx(0.0, abs=1e-6)
    assert path["dearer_pct"].idxmax() == "2022-01" and path.loc["2022-01", "dearer_pct"] > 1.0
    assert found.filled["tonnes"].sum() == pytest.approx(path.loc["2022-01", "lost_t"], abs=1e-6)
    assert set(found.filled["answer"]) == set(ANSWERS)
    cover = found.cover.iloc[0]
    assert 0.5 * cover["taken_t_per_year"] <= path.loc["2022-01", "lost_t"] + 1e-6
    assert cover["months_of_cover"] == pytest.approx(12 * cover["stock_t"] / cover["taken_t_per_year"])


def test_who_uses_magnets_where_nothing_arrives_loses(found: Stress) -> None:
    """Those who hold the element or work it there gain by its price, so that the zone as a whole may."""
    cost = found.cost.set_index(["zone", "group"])["MUSD2020"]
    assert cost["JPN", "magnet user"] < -1.0
    assert "averaged" in found.within


def test_the_centre_is_that_of_the_draws_beside_it(world: World, found: Stress) -> None:
    """It stood at the tables' numbers, half as dear as the draws of the fit."""
    drawn = stress(world, Stop(("JPN",), ("Dy",), 6.0, draws=6))
    dear = drawn.ranges.set_index(["what", "of"]).loc[("dearer at most", "dy")]
    assert dear["low"] < found.path["dearer_pct"].max() < dear["high"]
    fitted = world.numbers.draw(central_quantiles(world.fit("2020-12-31")))
    assert central_values(world, "2020-12-31") == fitted != world.numbers.central
    assert central_values(world, "2009-01-01") == pytest.approx(world.numbers.central)
    assert drawn.path.equals(found.path)


def test_what_is_stopped_counts_what_is_in_magnets_where_they_are_stopped(world: World, found: Stress) -> None:
    alone, both = (x.cover.iloc[0] for x in (found, stress(world, Stop(("JPN",), ("Dy",), 6.0, magnets=True))))
    assert both["taken_t_per_year"] > alone["taken_t_per_year"] + 0.1
    assert both["stock_t"] == alone["stock_t"] and both["months_of_cover"] < alone["months_of_cover"]


def test_stocks_for_less_than_a_month_are_not_told_as_none(found: Stress) -> None:
    cover = found.cover.assign(months_of_cover=0.35)
    assert "for 0.3 months" in _why(Stop(("JPN",), ("dy",), 6.0), cover, found.filled, found.cost)


def test_a_short_stop_says_what_the_length_of_a_period_does_to_it(found: Stress) -> None:
    peak = found.lengths.set_index("period")["dearer_pct"]
    assert list(peak.index) == ["year", "half", "quarter"] and peak["year"] < 0.8 * peak["half"]
    assert abs(peak["quarter"] - peak["half"]) < 0.5 * (peak["quarter"] - peak["year"]), "it shrinks"
    assert f"{peak['year']:.0f} % dearer in years" in found.within
    assert f"{peak['quarter']:.0f} % dearer in quarters" in found.within


def test_it_says_why_it_costs_so_little_or_so_much(found: Stress) -> None:
    lost = found.filled["tonnes"].sum()
    without = found.filled.set_index("answer")["tonnes"].reindex(["recipes with less", "used less"]).sum()
    assert (
        f"of {lost:.0f} t that do not arrive" in found.why
        and f"{100 * without / lost:.0f} % is done without" in found.why
    )
    assert ("so little because" in found.why) == (without < 0.5 * lost)
    assert found.ranges.empty


def test_stocks_answers_law_and_draws_are_taken(world: World, found: Stress) -> None:
    upon = {"stock/dy_oxide/JPN/stock": "x3"}
    asked = Stop(("JPN",), ("Dy",), 12.0, law="china-2021-draft", answers=("japan-answer",), changes=upon, draws=2)
    more = stress(world, asked)
    assert "against china-2021-draft with japan-answer continued" in more.words
    assert more.cover["stock_t"].iloc[0] > 2.0 * found.cover["stock_t"].iloc[0]
    r = more.ranges.set_index(["what", "of"])
    assert {("dearer at most", "dy"), ("gains", "JPN"), ("gains", "CHN")} == set(r.index) and (r["n"] <= 2).all()
    assert (r["low"] <= r["median"]).all() and (r["median"] <= r["high"]).all() and r["low"].lt(r["high"]).any()
    with pytest.raises(OptionError, match="stock/dy_oxide/JPN/stok.*Did you mean"):
        stress(world, replace(asked, changes={"stock/dy_oxide/JPN/stok": "x3"}))


def test_what_was_not_taken_lasts_no_number_of_months() -> None:
    """No stock over nil, and no "gain 0 MUSD"."""
    cover = pd.DataFrame({"months_of_cover": [np.nan, 4.0]})
    answered = pd.DataFrame({"answer": list(WITHOUT), "tonnes": [5.0, 5.0]})
    cost = pd.DataFrame({"zone": ["JPN"], "group": "all", "MUSD2020": [0.2]})
    said = _why(Stop(("JPN",), ("Dy",), 6.0), cover, answered, cost)
    assert "Those who get none lose next to nothing." in said and "stopped for 4 months, the stop lasts 6." in said
    none = _why(Stop(("JPN",), ("Dy",), 6.0), cover.head(1), answered, cost)
    assert none.endswith("done without. The stop lasts 6.")


def test_what_the_state_stores_covers_a_stop_too() -> None:
    """With Japan's answer the state's reserve is the stock that lasts."""
    names = ("dy_oxide@JPN", "dy_oxide@USA", "tb_oxide@JPN", "dy_oxide@EUR")
    runs: Any = SimpleNamespace(lens=SimpleNamespace(engine=SimpleNamespace(names=SimpleNamespace(stocks=names))))
    record = SimpleNamespace(stock=np.array([[1.0, 2.0, 4.0, 8.0]]), reserve=np.array([[0.5, 0.0, 9.0, 0.25]]))
    run: Any = SimpleNamespace(record=record)
    assert _stock(runs, run, "dy", ("JPN",)) == pytest.approx([1500.0])
    assert _stock(runs, run, "dy", ("JPN", "EUR")) == pytest.approx([9750.0])
