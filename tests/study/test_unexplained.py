"""What the model leaves out: size, persistence and likeness come back from simulated records, and ranges cover."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.study.unexplained import MOST_LEFT, Kind, Prior, changes, learn, left, paths, prior, share

PRIOR = Prior((0.85, 0.6, 0.97), 5.0, 0.25, 4.0, 0.5)
SURE = 1e9
"""Degrees of freedom at which a size is as good as known."""


def simulated(r: float, common: float, draws: int = 4000, years: int = 60, count: int = 3) -> np.ndarray:
    return paths(Kind(0.4, SURE, common), count, years, 30.0, np.full(draws, r), np.random.default_rng(5))


@pytest.mark.parametrize("r", [0.0, 0.5, 0.85, 0.95])
def test_yearly_changes_have_the_size_once_it_has_run_for_long(r: float) -> None:
    late = simulated(r, 0.5)[:, :, 40:]
    assert np.sqrt(np.mean(np.diff(late, axis=2) ** 2)) == pytest.approx(0.4, rel=0.02)


@pytest.mark.parametrize("r", [0.5, 0.85])
def test_a_shock_fades_by_the_persistence_a_year(r: float) -> None:
    late = simulated(r, 0.5)[:, :, 40:]
    now, after = late[:, :, :-1], late[:, :, 1:]
    assert np.sum(now * after) / np.sum(now**2) == pytest.approx(r, abs=0.01)


def test_nothing_is_left_out_at_the_benchmark_and_ever_more_after() -> None:
    spread = simulated(0.95, 0.5).std(axis=(0, 1))
    assert spread[0] == 0.0 and (np.diff(spread[:20]) > 0).all()


@pytest.mark.parametrize("common", [0.0, 0.5, 0.9])
def test_series_of_a_kind_move_together_by_the_common_share(common: float) -> None:
    late = simulated(0.85, common)[:, :, 30]
    assert np.corrcoef(late[:, 0], late[:, 1])[0, 1] == pytest.approx(common, abs=0.04)


@pytest.mark.parametrize("common", [0.0, 0.6, 1.0])
def test_size_and_common_share_are_learned_from_a_long_record(common: float) -> None:
    steps = np.diff(simulated(0.85, common, draws=1, years=4000)[0], axis=1)
    found = learn([dict(enumerate(s.tolist())) for s in steps], PRIOR)
    assert found.common == pytest.approx(common, abs=0.06)
    assert found.size == pytest.approx(0.4, rel=0.06)


def test_where_there_is_no_record_the_prior_stands() -> None:
    assert learn([{}, {}], PRIOR) == Kind(0.25, 4.0, 0.5)


def test_series_that_are_one_count_once_and_series_apart_count_each() -> None:
    one = {2006: 0.3, 2007: -0.3, 2008: 0.3}
    assert learn([one, one, one], PRIOR).known == pytest.approx(PRIOR.weight + 3.0)
    apart = [{2007: 1.0, 2008: 1.0}, {2007: 1.0, 2008: -1.0}]
    assert learn(apart, PRIOR).common == 0.0 and learn(apart, PRIOR).known == pytest.approx(PRIOR.weight + 4.0)


def test_the_common_share_needs_two_years_that_two_series_share() -> None:
    assert share([{2007: 0.3, 2008: 0.1}, {2008: 0.2}]) is None
    assert share([{2007: 0.3}]) is None
    assert share([{2007: 0.3, 2008: -0.1}, {2007: -0.3, 2008: 0.1}]) == 0.0


def test_changes_stop_at_the_benchmark_and_skip_years_without_record() -> None:
    found = changes({2004: 1.0, 2006: 2.0, 2007: 4.0, 2008: 2.0, 2009: 200.0}, 2008)
    assert found == {2007: pytest.approx(np.log(2)), 2008: pytest.approx(-np.log(2))}


def test_ranges_from_a_short_record_cover_nine_in_ten() -> None:
    """Truth from the same process; its size is learned from three years of five series."""
    rng, held = np.random.default_rng(11), []
    for _ in range(400):
        size = 0.25 * np.sqrt(PRIOR.weight / rng.chisquare(PRIOR.weight))
        truth = paths(Kind(size, SURE, 0.5), 5, 34, PRIOR.tail, left(PRIOR, 1, rng), rng)[0]
        known = learn([dict(enumerate(np.diff(s[30:]).tolist())) for s in truth], PRIOR)
        ahead = paths(known, 1, 9, PRIOR.tail, left(PRIOR, 300, rng), rng)[:, 0, 1:]
        low, high = np.quantile(ahead, [0.05, 0.95], axis=0)
        fresh = paths(Kind(size, SURE, 0.5), 1, 9, PRIOR.tail, left(PRIOR, 1, rng), rng)[0, 0, 1:]
        held.append((low <= fresh) & (fresh <= high))
    assert np.mean(held) == pytest.approx(0.9, abs=0.04)


def test_a_size_known_from_little_has_wider_ranges() -> None:
    r = np.full(20000, 0.85)
    sure, unsure = (paths(Kind(0.4, n, 0.5), 1, 5, 5.0, r, np.random.default_rng(2))[:, 0, 4] for n in (SURE, 4.0))
    assert np.quantile(unsure, 0.95) > 1.1 * np.quantile(sure, 0.95)


def test_persistence_is_drawn_within_its_range_and_stays_stationary() -> None:
    drawn = left(PRIOR, 20000, np.random.default_rng(1))
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([0.6, 0.85, 0.97], abs=0.01)
    assert drawn.max() <= MOST_LEFT


def test_the_assumptions_stand_in_the_tables_with_range_and_reason() -> None:
    table = load_world(base_year=2008).numbers.table
    rows = table[table.index.str.startswith("model/unexplained/")]
    assert len(rows) == 5 and (rows["basis"] == "assumption").all() and (rows["why"].str.len() > 20).all()
    assert rows[["low", "high"]].notna().all().all()
    assert prior(load_world(base_year=2008).numbers).persistence == (0.85, 0.6, 0.97)
