"""What the model leaves out: size, persistence and likeness come back from simulated records, and ranges cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2
from scipy.stats import t as student

from earthprice.facts.world import load_world
from earthprice.past import unexplained
from earthprice.past.unexplained import (
    MOST_LEFT,
    Prior,
    Seen,
    learn,
    prior,
    record_seen,
    share,
    unexplained_paths,
    yearly_changes,
)

PRIOR = Prior((0.85, 0.6, 0.97), 5.0, 0.25, 4.0, 0.5, (0.5, 0.1, 1.2))
STEP = 0.03
"""Step of the grid of sizes."""


def simulated(r: float, common: float, draws: int = 4000, years: int = 60, tail: float = 30.0) -> np.ndarray:
    return unexplained_paths(np.full(draws, 0.4), np.full(draws, r), common, (3, years), tail, np.random.default_rng(5))


def raw(*series: dict[int, float]) -> list[Seen]:
    """What is seen where no model says what the changes should have been."""
    return [Seen(s, {}) for s in series]


def left(residuals: dict[int, float]) -> Seen:
    """What is seen where a model says something of every year."""
    return record_seen({y: float(np.exp(v)) for y, v in residuals.items()}, 10**6, dict.fromkeys(residuals, 1.0))


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
    found = learn(raw(*(dict(enumerate(s.tolist())) for s in steps)), replace(PRIOR, tail=30.0))
    assert found.common == pytest.approx(common, abs=0.06)
    assert found.typical[0] == pytest.approx(0.4, rel=0.06)


@pytest.mark.parametrize("r", [0.65, 0.8, 0.92])
@pytest.mark.parametrize("tail", [5.0, 30.0])
def test_size_and_persistence_are_learned_from_what_a_model_leaves(r: float, tail: float) -> None:
    path = simulated(r, 0.0, draws=1, years=3000, tail=tail)[0]
    found = learn([left(dict(enumerate(s.tolist()))) for s in path], replace(PRIOR, tail=tail))
    assert found.typical == pytest.approx((0.4, r), rel=0.05)


def test_where_there_is_no_record_the_prior_stands() -> None:
    """4 s0^2 / s^2 is chi-square with 4 degrees of freedom, persistence in its range, and neither tells the other."""
    found = learn(raw({}, {}), PRIOR)
    size, left = (x[:, 0] for x in found.draw(40000, np.random.default_rng(3)))
    want = PRIOR.size * np.sqrt(4.0 / chi2.ppf([0.95, 0.5, 0.05], 4.0))
    assert found.common == PRIOR.common
    assert np.quantile(size, [0.05, 0.5, 0.95]) == pytest.approx(want, rel=2 * STEP)
    assert np.quantile(left, [0.05, 0.5, 0.95]) == pytest.approx([0.6, 0.85, 0.97], abs=0.02)
    assert abs(np.corrcoef(np.log(size), left)[0, 1]) < 0.02 and left.max() <= MOST_LEFT


def test_normal_changes_give_the_mean_of_squares_and_a_chi_square() -> None:
    """With hardly a tail the posterior is the conjugate one: n + 4 degrees of freedom around the pooled mean square."""
    rng = np.random.default_rng(8)
    record = dict(enumerate(rng.normal(scale=0.5, size=8).tolist()))
    size = learn(raw(record), replace(PRIOR, tail=1e6)).draw(40000, rng)[0][:, 0]
    pooled = (4 * 0.25**2 + sum(v * v for v in record.values())) / 12
    assert np.quantile(size, [0.1, 0.5, 0.9]) == pytest.approx(
        np.sqrt(12 * pooled / chi2.ppf([0.9, 0.5, 0.1], 12.0)), rel=2 * STEP
    )


def test_one_wild_year_widens_less_than_its_square() -> None:
    calm = {y: 0.2 * (-1) ** y for y in range(12)}
    fat, thin = (learn(raw(calm | {12: 3.0}), replace(PRIOR, tail=t)).typical[0] for t in (5.0, 1e6))
    assert thin > 2 * fat > 0.4


def test_size_from_fat_tails_is_surer_than_its_mean_square() -> None:
    """Spread of log size over records of 40 shocks: sqrt((nu + 3)/(2 nu n)) of a scale, Lange, Little & Taylor 1989."""
    rng, flat = np.random.default_rng(6), replace(PRIOR, weight=1e-3)
    scaled = np.sqrt(0.6) * 0.4 * rng.standard_t(5.0, size=(200, 40))
    likely = np.log([learn(raw(dict(enumerate(x.tolist()))), flat).typical[0] for x in scaled])
    assert likely.std() == pytest.approx(np.sqrt(8 / (2 * 5 * 40)), rel=0.12)
    assert likely.std() < 0.85 * np.log(np.sqrt(np.mean(scaled**2, axis=1))).std()


def test_a_shock_that_fades_is_told_from_one_that_stays() -> None:
    fades, stays = ({0: 0.0} | {t: 2.0 * r ** (t - 1) for t in range(1, 8)} for r in (0.5, 1.0))
    lasting = [learn([left(s)], PRIOR).typical[1] for s in (fades, {}, stays)]
    assert lasting[0] < lasting[1] < lasting[2]


def test_series_that_are_one_count_once_and_series_apart_count_each() -> None:
    one = {2006: 0.3, 2007: -0.3, 2008: 0.3}
    alone, thrice = (learn(raw(*[one] * n), PRIOR) for n in (1, 3))
    assert thrice.common == 1.0 and thrice.chance == pytest.approx(alone.chance, abs=1e-12)
    apart = [{2007: 1.0, 2008: 1.0}, {2007: 1.0, 2008: -1.0}]
    assert learn(raw(*apart), PRIOR).common == 0.0
    wide, narrow = (
        np.log(learn(raw(*x), PRIOR).draw(20000, np.random.default_rng(1))[0]).std() for x in (apart[:1], apart)
    )
    assert narrow < 0.9 * wide


def test_what_a_model_explains_is_not_left_out() -> None:
    """A record that follows the model in all its swings leaves nothing; years before the model's count in full."""
    record = {2006: 1.0, 2007: 2.0, 2008: 1.0, 2009: 8.0, 2010: 1.0, 2011: 5.0}
    model = {y: 3.0 * v for y, v in record.items() if y >= 2008}
    found = record_seen(record, 2010, model)
    assert found.raw == yearly_changes(record, 2008) and set(found.left) == {2009, 2010}
    assert np.array(list(found.left.values())) == pytest.approx(-np.log(3.0))
    assert found.changes == pytest.approx(yearly_changes(record, 2008) | {2009: 0.0, 2010: 0.0})
    assert record_seen(record, 2010, {}) == Seen(yearly_changes(record, 2010), {})
    assert 2009 not in record_seen(record, 2010, model | {2009: 0.0}).left


def test_where_one_past_ends_and_the_next_begins_is_no_shock() -> None:
    """What is left of 2010 by the earlier past and of 2011 by the later one are not set against each other."""
    record = {y: float(y - 2005) for y in range(2007, 2013)}
    early, late = dict.fromkeys((2008, 2009, 2010), 1.0), dict.fromkeys((2010, 2011, 2012), 9.0)
    found = record_seen(record, 2012, early, late)
    assert found.raw == yearly_changes(record, 2008)
    assert found.left[2010] == pytest.approx((np.log(4.0), np.log(5.0)))
    assert found.left[2011] == pytest.approx((np.log(5.0 / 9.0), np.log(6.0 / 9.0)))
    assert found.changes == pytest.approx(yearly_changes(record, 2012))


def test_the_common_share_needs_two_years_that_two_series_share() -> None:
    assert share([{2007: 0.3, 2008: 0.1}, {2008: 0.2}]) is None
    assert share([{2007: 0.3}]) is None
    assert share([{2007: 0.3, 2008: -0.1}, {2007: -0.3, 2008: 0.1}]) == 0.0


def test_changes_stop_at_the_benchmark_and_skip_years_without_record() -> None:
    found = yearly_changes({2004: 1.0, 2006: 2.0, 2007: 4.0, 2008: 2.0, 2009: 200.0}, 2008)
    assert found == {2007: pytest.approx(np.log(2)), 2008: pytest.approx(-np.log(2))}


def test_a_series_has_a_size_of_its_own_as_far_as_its_record_tells_it() -> None:
    """A calm series of a wild kind is calm, hardly so after one year; one of one size, and one not seen, are wild."""
    rng = np.random.default_rng(12)
    wild, calm = ({y: float(v) for y, v in enumerate(rng.normal(scale=s, size=12))} for s in (0.5, 0.05))
    seen = raw(wild, calm, {0: 0.05})
    found, one = learn(seen, PRIOR, ("wild", "calm", "short")), learn(seen, PRIOR)
    size, left = found.draw(4000, rng, ("wild", "calm", "short", "not seen"))
    middle = np.median(size, axis=0)
    assert 0.3 < middle[0] < 0.7 and 0.03 < middle[1] < 0.09
    assert middle[1] < 0.6 * middle[2] and middle[2] < middle[3]
    assert np.log(size).std(0)[3] > 1.5 * np.log(size).std(0)[0] and left.shape == size.shape
    assert one.own == {} and np.ptp(one.draw(50, rng, ("wild", "calm"))[0], axis=1).max() == 0.0
    assert sum(found.own["calm"]) == pytest.approx(1.0) == pytest.approx(sum(found.chance))


@pytest.mark.parametrize("modelled", [False, True])
def test_ranges_from_a_short_record_cover_nine_in_ten(modelled: bool) -> None:
    """Truth from the same process; what is known of it is three years of five series, raw or against a model."""
    rng, held, before = np.random.default_rng(11), [], learn([], PRIOR)
    for _ in range(400):
        size, r = (x[:, 0] for x in before.draw(1, rng))
        truth = unexplained_paths(size, r, 0.5, (5, 34), PRIOR.tail, rng)[0]
        told = [left(dict(enumerate(s[30:].tolist()))) for s in truth]
        known = learn(told if modelled else raw(*(s.changes for s in told)), PRIOR)
        drawn = (x[:, 0] for x in known.draw(300, rng))
        ahead = unexplained_paths(*drawn, known.common, (1, 9), PRIOR.tail, rng)[:, 0, 1:]
        low, high = np.quantile(ahead, [0.05, 0.95], axis=0)
        fresh = unexplained_paths(size, r, 0.5, (1, 9), PRIOR.tail, rng)[0, 0, 1:]
        held.append((low <= fresh) & (fresh <= high))
    assert np.mean(held) == pytest.approx(0.9, abs=0.04)


def test_the_assumptions_stand_in_the_tables_with_range_and_reason() -> None:
    table = load_world(base_year=2008).numbers.table
    rows = table[table.index.str.startswith("model/unexplained/")]
    assert len(rows) == 7 and (rows["basis"] == "assumption").all() and (rows["why"].str.len() > 20).all()
    assert rows[["low", "high"]].notna().all().all()
    assert prior(load_world(base_year=2008).numbers).persistence == (0.85, 0.6, 0.97)


@pytest.mark.parametrize("tail", [2.5, 5.0, 30.0])
def test_the_density_is_that_of_a_student_t_with_this_standard_deviation(tail: float) -> None:
    x, spread = np.linspace(-4.0, 4.0, 33)[:, None], np.array([0.1, 1.0, 5.0])
    known = student.logpdf(x, tail, scale=spread * np.sqrt((tail - 2.0) / tail))
    assert unexplained._density(x, spread, tail) == pytest.approx(known, rel=1e-12)
