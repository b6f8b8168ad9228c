"""Levels: what the model leaves out starts at the record that a day knew, and returns at the pace that is learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.measures.lens import Lens
from earthprice.past.hindcast import PASTS, Past, central, prepared_past
from earthprice.past.levels import (
    GAP,
    WEDGE,
    Ahead,
    Process,
    conditioned,
    distance,
    known_shocks,
    left_out,
    quota_years,
    record_on,
    with_next,
)
from earthprice.past.unexplained import unexplained_paths

DAY = "2019-03-01"
YEARS = tuple(range(2015, 2025))
AHEAD = Ahead(YEARS, {})
NDPR = ("price_fob/ndpr_oxide", "price_home/ndpr_oxide", "gap/ndpr_oxide")
SIZE, LEFT = 0.4, 0.8


@pytest.fixture(scope="module")
def lens() -> Lens:
    return prepared_past(PASTS[1]).lens


def said(lens: Lens, past: str = "2015-2024") -> dict[str, np.ndarray]:
    """What the central run of a past says, by series."""
    rows = lens.engine.world.replayed
    return {str(s): of["value"].to_numpy() for s, of in rows[rows["past"] == past].groupby("series")}


def process(draws: int = 40000, years: int = 10, count: int = 1, common: float = 0.5) -> np.ndarray:
    whole = np.full(draws, SIZE), np.full(draws, LEFT)
    return unexplained_paths(*whole, common, (count, years), 30.0, np.random.default_rng(5))


@pytest.mark.parametrize("last", [0, 3])
def test_from_nil_the_variance_is_that_of_an_autoregression_by_horizon(last: int) -> None:
    free = Process(process()[:, 0], np.full((40000, 10), LEFT))
    found = conditioned(free, {last: np.zeros(1)})
    ahead = np.arange(10 - last)
    want = SIZE**2 * (1.0 + LEFT) / 2.0 * (1.0 - LEFT ** (2 * ahead)) / (1.0 - LEFT**2)
    assert found[:, : last + 1] == pytest.approx(0.0, abs=1e-12)
    assert found[:, last:].var(0) == pytest.approx(want, rel=0.03, abs=1e-12)


def test_it_passes_through_what_is_known_and_returns_at_its_pace() -> None:
    found = conditioned(Process(process()[:, 0], np.full((40000, 10), LEFT)), {1: np.full(1, 0.5), 4: np.full(1, -0.7)})
    assert np.ptp(found[:, :5], axis=0) == pytest.approx(0.0, abs=1e-12)
    assert found[0, :5] == pytest.approx([0.0, 0.5, 0.1, -0.3, -0.7])
    assert found[:, 4:].mean(0) == pytest.approx(-0.7 * LEFT ** np.arange(6), abs=0.01)


@pytest.mark.parametrize("common", [0.0, 0.6])
def test_series_of_a_kind_stay_as_alike_as_they_were(common: float) -> None:
    free, left = process(count=2, common=common), np.full((40000, 10), LEFT)
    one, two = (conditioned(Process(free[:, i], left), {2: np.full(1, 0.3)}) for i in range(2))
    assert np.corrcoef(one[:, 7], two[:, 7])[0, 1] == pytest.approx(common, abs=0.02)


def test_what_is_scaled_counts_from_the_benchmark_and_not_without_it() -> None:
    record, model = {2015: 2.0, 2016: 4.0}, np.array([10.0, 10.0, 10.0])
    assert distance(record, model, 2015, scaled=True) == pytest.approx({0: 0.0, 1: np.log(2.0)})
    assert distance(record, model, 2015, scaled=False)[1] == pytest.approx(np.log(0.4))
    assert distance({2016: 4.0}, model, 2015, scaled=True) == {}
    assert distance(record, np.array([10.0, 0.0, 1.0]), 2015, scaled=False).keys() == {0}


def test_in_the_last_year_known_a_level_is_the_record_in_every_draw(lens: Lens) -> None:
    model = {n: x * np.exp(np.linspace(-0.3, 0.3, 50))[:, None] for n, x in said(lens).items()}
    factors, record = left_out(lens, DAY, model, AHEAD, 50, 1), record_on(lens, DAY)
    for name, last in zip(NDPR[:2], (2015, 2018), strict=True):  # FOB of 2016 to 2018 was printed later
        known = [y for y in record[name] if y >= 2015]
        assert known == list(range(2015, last + 1))
        levels = (model[name] * factors[name])[:, : len(known)]
        assert levels == pytest.approx(np.tile([record[name][y] for y in known], (50, 1)), rel=1e-9)
    scaled = model["exports"] * factors["exports"]
    assert scaled[:, 3] / scaled[:, 0] == pytest.approx(record["exports"][2018] / record["exports"][2015])


def test_price_abroad_price_at_home_and_their_gap_agree(lens: Lens) -> None:
    factors = left_out(lens, DAY, {n: said(lens)[n] for n in NDPR}, AHEAD, 20, 1)
    abroad, home, gap = (factors[n] for n in NDPR)
    assert abroad / home == pytest.approx(gap)
    assert np.std(np.log(gap[:, 6])) < np.std(np.log(home[:, 6]))


def test_the_same_seed_gives_the_same_bits(lens: Lens) -> None:
    one, same, other = (left_out(lens, DAY, said(lens), AHEAD, 20, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(one[n], same[n]) for n in one)
    assert not np.array_equal(one["exports"], other["exports"])


def test_what_was_printed_later_changes_nothing(lens: Lens) -> None:
    world = lens.engine.world
    later, after = world.observed["published"] > DAY, world.replayed["year"] >= 2019
    changed = replace(
        world,
        observed=world.observed.assign(value=world.observed["value"].where(~later, world.observed["value"] * 10)),
        replayed=world.replayed.assign(value=world.replayed["value"].where(~after, world.replayed["value"] * 10)),
    )
    other = Lens(replace(lens.engine, world=changed), lens.home)
    assert later.any() and known_shocks(other, DAY) == known_shocks(lens, DAY)
    one, two = (left_out(x, DAY, said(lens), AHEAD, 20, 1) for x in (lens, other))
    assert all(np.array_equal(one[n], two[n]) for n in one)


def test_mirror_images_leave_the_middle_where_it_is(lens: Lens) -> None:
    found = left_out(lens, DAY, {n: said(lens)[n] for n in NDPR}, AHEAD, 40, 1, mirrored=True)
    for x in map(np.log, found.values()):
        both = x[:20] + x[20:]  # twice the middle, which returns at a pace of its own in each pair
        assert np.ptp(both, axis=0).max() < 0.3 < np.ptp(x, axis=0).max()


def test_without_a_record_it_starts_from_nil_at_the_benchmark(lens: Lens) -> None:
    empty = replace(lens.engine.world, observed=lens.engine.world.observed.iloc[:0])
    found = left_out(Lens(replace(lens.engine, world=empty), lens.home), DAY, said(lens), AHEAD, 20, 1)
    assert all((x[:, 0] == 1.0).all() and np.ptp(x[:, 1]) > 0 for x in found.values())


def test_a_name_or_years_that_do_not_fit_are_refused(lens: Lens) -> None:
    with pytest.raises(OptionError, match="price_home/ndpr_oxide"):
        left_out(lens, DAY, {"price_home/ndpr": np.ones(10)}, AHEAD, 2, 1)
    with pytest.raises(OptionError, match="2015, 2016"):
        left_out(lens, DAY, {"exports": np.ones(9)}, Ahead(YEARS[1:], {}), 2, 1)


@pytest.mark.parametrize("past", PASTS, ids=lambda p: p.name)
def test_what_ships_is_what_the_central_run_says(past: Past) -> None:
    rows = prepared_past(past).world.replayed
    rows = rows[rows["past"] == past.name]
    for name, of in central(past).items():
        shipped = rows[rows["series"] == name].set_index("year")["value"]
        assert list(shipped) == pytest.approx(list(of.values()), rel=1e-4), f"{name}: run make hindcast"


def test_what_is_left_out_of_a_gap_is_learned_apart_where_a_quota_stands(lens: Lens) -> None:
    kinds = known_shocks(lens, "2021-03-01")
    assert kinds[GAP].typical[0] < 0.6 * kinds[WEDGE].typical[0]
    before = known_shocks(lens, "2016-03-01")
    assert before[GAP].typical[0] > kinds[GAP].typical[0], "no year without a quota was seen yet"
    assert quota_years(lens) == set(range(2005, 2015)) and with_next({2013, 2014}) == {2013, 2014, 2015}


def test_a_gap_is_wider_in_years_with_a_licence_and_no_price_abroad_is(lens: Lens) -> None:
    goods, day, years = ("price_fob", "price_home", "gap"), "2021-03-01", range(2015, 2031)
    model = {f"{what}/{e}_oxide": np.ones(16) for what in goods for e in ("ndpr", "dy")}
    ahead = Ahead(years, {"dy_oxide": {2025, 2026}})
    found = {n: np.log(x).std(0) for n, x in left_out(lens, day, model, ahead, 4000, 1).items()}
    free = {n: np.log(x).std(0) for n, x in left_out(lens, day, model, Ahead(years, {}), 4000, 1).items()}
    gap, calm = found["gap/dy_oxide"], free["gap/dy_oxide"]
    assert gap[9] == pytest.approx(calm[9], rel=0.1) and gap[10] > 1.4 * calm[10] and gap[12] > 1.5 * calm[12]
    assert gap[15] < gap[12], "and falls back after it"
    assert found["gap/ndpr_oxide"][12] == pytest.approx(free["gap/ndpr_oxide"][12], rel=0.1)
    assert found["price_fob/dy_oxide"][12] == pytest.approx(free["price_fob/dy_oxide"][12], rel=0.1)
