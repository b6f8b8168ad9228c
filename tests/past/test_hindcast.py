"""The hindcast, short: it runs, it is scored, and nothing after the benchmark enters what it forecasts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.past.hindcast import PASTS, Hindcast, Past, PreparedPast, central, hindcast, prepared_past, shocks
from earthprice.past.scores import pooled
from earthprice.past.totals import BOTH
from earthprice.report.hindcast import as_dict, losers, picture, scores_in_words
from earthprice.study.figures import verdicts_of
from earthprice.study.replay import replay
from tests.drawn import PAPER, least_letters

PAST, LATER = PASTS


@pytest.fixture(scope="module")
def found() -> Hindcast:
    return hindcast(draws=4, seed=3, pasts=(PAST,))


@pytest.fixture(scope="module")
def later() -> Hindcast:
    return hindcast(draws=2, seed=3, pasts=(LATER,))


@pytest.fixture(scope="module")
def known() -> PreparedPast:
    return prepared_past(PAST)


def test_every_series_with_a_record_is_scored_against_its_rivals(found: Hindcast, known: PreparedPast) -> None:
    assert list(found.scores["series"]) == list(known.record) and len(known.record) > 10
    assert {"exports", "price_fob/ndpr_oxide", "mining elsewhere"} <= set(known.record)
    assert found.scores[["log_rmse", "no_change", "autoregression", "coverage"]].notna().all().all()
    assert found.cleared >= 3 and found.draws == 4
    assert (found.scores["match"].str.len() > 20).all()


def test_totals_pool_errors_by_years(found: Hindcast) -> None:
    rows = found.scores
    by_hand = np.sqrt((rows["log_rmse"] ** 2 * rows["n"]).sum() / rows["n"].sum())
    assert pooled(rows)["log_rmse"] == pytest.approx(by_hand)
    assert found.totals[PAST.name]["ratio_no_change"] == pytest.approx(by_hand / pooled(rows)["no_change"])


@pytest.mark.parametrize("past", PASTS, ids=lambda p: p.name)
def test_years_after_the_benchmark_change_no_forecast(past: Past) -> None:
    """Outcomes ten times as large leave the runs and the size of what is left out as they were."""
    known = prepared_past(past)
    other = {s: {y: v * (10.0 if y > past.base_year else 1.0) for y, v in r.items()} for s, r in known.record.items()}
    changed = replace(known, record=other)
    assert shocks(changed) == shocks(known)
    one, two = known.run({}), changed.run({})
    assert one is not None and two is not None
    assert all((one[name] == two[name]).all() for name in one)


def test_years_up_to_the_benchmark_do_enter(known: PreparedPast) -> None:
    other = {s: {y: v * (10.0 if y == PAST.base_year else 1.0) for y, v in r.items()} for s, r in known.record.items()}
    assert shocks(replace(known, record=other)) != shocks(known)


def test_what_the_first_past_explains_is_not_left_out_of_the_second() -> None:
    """A record up to 2015 as the first past has it leaves less than the record as it was."""
    later, said = prepared_past(LATER), central(PAST)
    assert {len(x) for x in said.values()} == {PAST.last - PAST.base_year + 1}
    followed = {n: r | {y: v for y, v in said.get(n, {}).items() if y in r and v > 0} for n, r in later.record.items()}
    assert shocks(replace(later, record=followed))["price"].typical[0] < 0.6 * shocks(later)["price"].typical[0]


def test_tonnes_start_at_the_record(known: PreparedPast) -> None:
    run = known.run({})
    assert run is not None
    assert run["magnet blanks"][0] == pytest.approx(known.record["magnet blanks"][PAST.base_year])


def test_it_is_shown_whole(found: Hindcast) -> None:
    drawn = picture(found, PAST.name)
    assert drawn.startswith("<svg") and least_letters(drawn, (PAPER[0], 2 * PAPER[1])) > 7.995, "on two pages"
    table = scores_in_words(found.scores)
    assert list(table["series"][: len(found.scores)]) == [s.replace("_oxide", "") for s in found.scores["series"]]
    assert table["series"].iloc[-1] == f"all, {PAST.name}"
    assert " to " in table["5 to 95 %"].iloc[-1] and (table["5 to 95 %"][: len(found.scores)] == "").all()
    assert {f"{k}, {PAST.name}" for k in ("prices", "gaps", "quantities")} <= set(table["series"])
    worse = found.scores.loc[found.scores["ratio_no_change"] >= 1, "series"]
    assert losers(found) == [f"{s} ({PAST.name})" for s in worse]
    keys = {"draws", "cleared", "series", "totals", "by_kind", "loses_to_no_change", "rolling"}
    ranges = load_world().rolling.set_index("ahead")
    ranges.loc["all"] = ranges.loc[f"all, {PAST.name}"]
    said = as_dict(found, ranges)
    assert set(said) == keys and set(said["totals"]) == {BOTH, PAST.name}
    assert said["totals"][BOTH] == said["totals"][PAST.name]
    assert 0.0 < said["totals"][BOTH]["autocorrelation"]["record"] < 1.0


def test_a_typical_series_is_not_carried_by_one_with_huge_errors(found: Hindcast) -> None:
    rows = found.scores.assign(ratio_no_change=0.5)
    rows.iloc[0, rows.columns.get_loc("ratio_no_change")] = 2.0
    assert pooled(rows)["typical_no_change"] == pytest.approx(0.5 * 4.0 ** (1 / len(rows)))


def test_a_fit_of_the_record_before_moves_the_later_past_and_no_earlier_one(later: Hindcast) -> None:
    world = prepared_past(LATER).world
    assert world.fit(f"{LATER.base_year + 1}-01-01") is world.fits[LATER.base_year]
    assert world.fit(f"{PAST.base_year + 1}-01-01") is None
    alone = hindcast(draws=2, seed=3, pasts=(LATER,), prior_only=True)
    assert (later.scores["crps"] != alone.scores["crps"]).any()


@pytest.mark.parametrize("past", PASTS, ids=lambda p: p.name)
def test_the_shipped_scores_are_of_the_series_that_are_scored(past: Past) -> None:
    shipped = load_world().hindcast
    of_past = shipped[shipped["past"] == past.name]
    assert list(of_past["series"]) == list(prepared_past(past).record)


def test_the_later_past_is_scored_beside_the_first(later: Hindcast) -> None:
    rows = later.scores.set_index("series")
    wanted = {"gap/ndpr_oxide", "exports value", "magnet exports", "imports USA", "feed from Myanmar", "ore from USA"}
    assert wanted <= set(rows.index) and set(later.totals) == {LATER.name}
    assert rows["inside"].notna().sum() == 1 and rows.loc["mining with unlicensed", "inside"] in (0.0, 1.0)
    assert np.isfinite(rows.loc["exports", "regression"]), "the mining total stands in for the export quota"
    lines = later.paths[later.paths["series"] == "mining with unlicensed"].set_index("year")
    assert (lines["low"] < lines["observed"]).sum() == lines["observed"].notna().sum() > 1
    assert picture(later, LATER.name).startswith("<svg")


def test_the_later_run_starts_where_its_benchmark_stands() -> None:
    run, record = prepared_past(LATER).run({}), prepared_past(LATER).record
    assert run is not None
    for name in ("price_home/la_oxide", "price_home/ce_oxide"):
        assert run[name][0] == pytest.approx(record[name][2015], rel=0.05)
    assert run["price_home/ndpr_oxide"][0] == pytest.approx(record["price_home/ndpr_oxide"][2015], rel=0.1)
    assert run["exports"][0] == pytest.approx(record["exports"][2015])
    assert run["gap/ndpr_oxide"][0] == pytest.approx(1.17, abs=0.05), "VAT alone, no duty, no quota"


def test_a_verdict_stands_beside_a_price_and_says_no_when_it_lost() -> None:
    scores = pd.DataFrame(
        {"past": "a", "series": ["price_home/dy_oxide", "price_fob/dy_oxide"], "ratio_no_change": [1.2, 0.5]}
    )
    assert verdicts_of(scores, ("dy", "ndpr"), "CHN") == {"price_dy": "no (1.20)", "fob_dy": "yes (0.50)"}
    assert verdicts_of(pd.DataFrame(), ("dy",), "CHN") == verdicts_of(scores, ("dy", "ndpr"), "JPN") == {}


def test_the_replay_shows_the_record_beside_the_model_and_nothing_before_its_time() -> None:
    rows = replay(("ndpr", "ce"), "CHN", "2021-03-01")
    assert set(rows["scenario"]) == {"baseline", "observed"} and set(rows["item"]) == {"ndpr", "ce"}
    wedge = rows[(rows["scenario"] == "baseline") & (rows["item"] == "ndpr")].set_index("year")["p50"]
    assert wedge[2011] > 2 * wedge[2008]
    assert replay(("ndpr",), "CHN", "2012-01-01").empty


def test_no_draws_are_refused() -> None:
    with pytest.raises(OptionError, match="--draws: 0 is out of bounds"):
        hindcast(draws=0)
