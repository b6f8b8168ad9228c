"""Bands: a level of an assessment starts at the record and holds what is left out; a difference does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.past.levels import record_on
from earthprice.study.bands import ABROAD, HOME, Bands, bands, series_behind, wedged
from earthprice.study.ensemble import Pair
from earthprice.study.figures import ALONE, BOTH, catalogue, series, table
from earthprice.study.frame import Frame

DAY = "2021-03-01"
LEVELS = ["base_p05", "base_p50", "base_p95", "reform_p05", "reform_p50", "reform_p95"]
SAME = ["diff_p05", "diff_p50", "diff_p95", "share_positive", "sign", "draws"]


@pytest.fixture(scope="module")
def held(small: Frame, done: list[Pair]) -> Bands:
    return bands(small.plan.lens, DAY, done, 1)


def sides(held: Bands, name: str, done: list[Pair]) -> tuple[np.ndarray, np.ndarray]:
    draws = [p.draw for p in done]
    return held.paths(name, [p.baseline for p in done], draws), held.paths(name, [p.reform for p in done], draws)


def test_in_the_last_year_known_every_path_of_a_price_is_the_record(
    small: Frame, held: Bands, done: list[Pair]
) -> None:
    for element in ("ndpr", "dy"):
        base, _ = sides(held, f"price/{element}_oxide@CHN", done)
        record = record_on(small.plan.lens, DAY)[f"price_home/{element}_oxide"]
        assert max(record) == 2020 and small.plan.engine.years[:2].tolist() == [2019.0, 2020.0]
        assert base[:, 1] == pytest.approx(record[2020], rel=1e-9)
        spread = np.log(base[:, 2:]).std(0)
        assert spread[0] > 0.1 and spread[-1] > spread[0]


@pytest.mark.parametrize("name", ["price/ndpr_oxide@CHN", "exports/dy/all", "damage"])
def test_both_laws_of_a_draw_have_the_same_shocks(name: str, held: Bands, done: list[Pair]) -> None:
    base, reform = sides(held, name, done)
    model = np.stack([p.reform.series[name] / p.baseline.series[name] for p in done])
    assert reform / base == pytest.approx(np.tile(model, (len(base) // len(done), 1)))


def test_the_gap_is_the_price_abroad_less_that_at_home_on_every_path(held: Bands, done: list[Pair]) -> None:
    gap, abroad, home = (sides(held, n, done)[0] for n in ("price_gap/dy", "fob/dy", "price/dy_oxide@CHN"))
    assert gap == pytest.approx(abroad - home)


def test_levels_of_the_ten_figures_hold_it_and_differences_do_not(small: Frame, held: Bands, done: list[Pair]) -> None:
    shown = catalogue(small.plan, small.year, small.first, 0.03)
    bare, full = (table(shown, done, small.year, {}, h).set_index("key") for h in (None, held))
    assert full[SAME].equals(bare[SAME])
    told = {"price_ndpr", "fob_ndpr", "exports_magnets", "damage", "damage_abroad", "wasted"}
    assert told <= set(full.index[full["holds"] == BOTH]) and (bare["holds"] == ALONE).all()
    alone = full["holds"] == ALONE
    assert full.loc[alone, LEVELS].equals(bare.loc[alone, LEVELS])
    assert {"gap_ndpr", "unlicensed", "recovery", "gain_CHN", "cost_firms"} <= set(full.index[alone])
    with_it, without = (t.loc["price_ndpr", "base_p95"] / t.loc["price_ndpr", "base_p05"] for t in (full, bare))
    assert with_it > max(3, 2 * without), "two draws may lie far apart by themselves: what is left out widens that"


def test_paths_of_prices_hold_it_and_shares_do_not(small: Frame, held: Bands, done: list[Pair]) -> None:
    rows = series(small.plan, done, held)
    rows = rows[(rows["scenario"] == "baseline") & (rows["year"] == 2026)].set_index(["variable", "item", "zone"])
    price = rows.loc["price", "ndpr", "CHN"]
    assert price["p95"] / price["p05"] > 3
    share = np.array([small.plan.engine.of_year(p.baseline.series["unlicensed_share"], 2026) for p in done])
    assert rows.loc["unlicensed_share", "", "CHN"][["p05", "p95"]].tolist() == pytest.approx([share.min(), share.max()])


def test_a_middle_stays_where_model_and_record_put_it(held: Bands, done: list[Pair]) -> None:
    """Paths and their mirror images: the middle of a flow that no record tells of is that of the model."""
    base, _ = sides(held, "feed/imported", done)
    model = np.stack([p.baseline.series["feed/imported"] for p in done])
    both = np.exp(np.log(base).reshape(-1, len(done), base.shape[1]).mean(0))
    assert both == pytest.approx(model)


def test_it_hangs_on_the_seed_and_not_on_which_draws_are_asked_for(small: Frame, held: Bands, done: list[Pair]) -> None:
    again, other = (bands(small.plan.lens, DAY, done, seed) for seed in (1, 2))
    one = [sides(h, "damage", done)[0] for h in (held, again, other)]
    assert np.array_equal(one[0], one[1]) and not np.array_equal(one[0], one[2])
    assert np.array_equal(sides(held, "damage", done[1:])[0], one[0][1 :: len(done)])


def test_what_a_measure_follows(small: Frame) -> None:
    lens = small.plan.lens
    abroad = next(p for p, z in zip(lens.engine.names.places, lens.engine.place_zones, strict=True) if z != "CHN")
    want = {
        "price/dy_oxide@CHN": "price_home/dy_oxide",
        "price/dy_metal@JPN": "price_fob/dy_oxide",
        "price/magnet_high@JPN": "",
        "fob/dy": "price_fob/dy_oxide",
        "exports/magnets/all": "magnet exports",
        "exports/dy_raw/JPN": "exports",
        "feed/imported": ABROAD,
        "damage": HOME,
        f"burden/{abroad}:residue": ABROAD,
        "damage_zone/CHN": HOME,
        "unlicensed_share": "",
        "recovery/own": "",
        "loop/price": "",
        "compliance/firms": "",
    }
    assert {name: series_behind(lens, name) for name in want} == want


def test_for_another_home_prices_follow_the_record_and_its_exports_have_none(small: Frame, done: list[Pair]) -> None:
    lens = replace(small.plan.lens, home="USA")
    found = bands(lens, DAY, done, 1)
    base, _ = sides(found, "price/dy_oxide@CHN", done)
    assert base[:, 1] == pytest.approx(record_on(small.plan.lens, DAY)["price_home/dy_oxide"][2020])
    assert (found.factors["exports"][:, :, 0] == 1.0).all() and found.factors["exports"][:, :, 3].std() > 0.05


def test_a_gap_is_as_wide_as_what_stands_on_exports_makes_it(small: Frame, held: Bands, done: list[Pair]) -> None:
    """A permit that is worth a tenth of the price in every draw widens the gap of its element alone."""
    lens, last = small.plan.lens, small.plan.engine.last
    priced = [replace(p, reform=replace(p.reform, series=_with_permit(p.reform.series, "dy"))) for p in done]
    found = bands(lens, DAY, priced, 1)
    wide, calm = (np.log(sides(h, "fob/dy", done)[0] / sides(h, "price/dy_oxide@CHN", done)[0]) for h in (found, held))
    assert wide[:, -1].std() > 1.3 * calm[:, -1].std()
    years = range(lens.engine.world.base_year, last + 1)
    assert wedged(lens, priced, years)["dy_oxide"] == set(years)
    assert wedged(lens, priced, years)["ndpr_oxide"] == wedged(lens, done, years)["ndpr_oxide"]


def _with_permit(series: dict[str, np.ndarray], element: str) -> dict[str, np.ndarray]:
    return {**series, f"gap_licence/{element}": 0.1 * series[f"fob/{element}"]}
