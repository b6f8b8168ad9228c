"""The fit: nothing after the cut-off enters it, it learns from what does, and its draws reach an assessment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import FactsError, OptionError
from earthprice.facts.made import read_fits
from earthprice.facts.world import load_world
from earthprice.past.calibrate import Problem, calibrate, problem
from earthprice.past.hindcast import PASTS, PreparedPast, prepared_past
from earthprice.past.posterior import learned
from earthprice.report.calibration import learned_table, picture, write_calibration
from earthprice.world.factors import OWN
from earthprice.world.world import Fit
from tests.drawn import least_letters
from tests.past.test_posterior import made

CUTOFF = 2012


@pytest.fixture(scope="module")
def known() -> PreparedPast:
    return prepared_past(PASTS[0])


@pytest.fixture(scope="module")
def posed(known: PreparedPast) -> Problem:
    return problem([known], CUTOFF)


def changed(b: PreparedPast, after: int, times: float) -> PreparedPast:
    """The same past with a record so many times as large after a year."""
    other = {s: {y: v * (times if y > after else 1.0) for y, v in r.items()} for s, r in b.record.items()}
    return replace(b, record=other)


def test_years_after_the_cutoff_change_no_parameter(known: PreparedPast, posed: Problem) -> None:
    other = problem([changed(known, CUTOFF, 10.0)], CUTOFF)
    assert (other.data == posed.data).all() and (other.error(1) == posed.error(1)).all()
    z = np.random.default_rng(2).normal(size=posed.size)
    assert (other.says(z) == posed.says(z)).all()
    assert (other.fitted, other.own) == (posed.fitted, posed.own)


def test_years_up_to_the_cutoff_do_enter(known: PreparedPast, posed: Problem) -> None:
    assert (problem([changed(known, CUTOFF - 1, 10.0)], CUTOFF).data != posed.data).any()


def test_every_fitted_factor_is_marked_and_behaviour_only(known: PreparedPast, posed: Problem) -> None:
    marks = known.world.numbers.factors.set_index("factor")["fitted"]
    assert all("yes" in set(marks[[name]]) for name in posed.fitted) and len(posed.fitted) > 8
    assert not {"damage_carbon", "unlicensed_output_china", "growth_magnets"} & set(posed.fitted)
    assert set(posed.fitted).isdisjoint(posed.own[0])


def test_the_error_covers_series_and_years_together(posed: Problem) -> None:
    """Years of one series share their shocks: a long series is no pile of independent data."""
    error = posed.error(1)
    rows = posed.known[0]
    one = np.flatnonzero(rows["series"] == rows["series"].iloc[0])
    r = error[np.ix_(one, one)] / np.sqrt(np.outer(np.diag(error)[one], np.diag(error)[one]))
    assert np.linalg.eigvalsh(error).min() > 0 and r[-2, -1] > 0.3


def test_a_small_fit_is_repeatable_and_finite(known: PreparedPast) -> None:
    fit = calibrate(2010, draws=20, seed=4, pasts=(PASTS[0],), exact=False)
    assert np.isfinite(fit.scores.to_numpy()).all() and len(fit.scores) == 20
    assert fit.recipe["facts"] == known.world.facts and fit.recipe["data"] > 10
    assert (learned(fit)["learned"] <= 1).all()


@pytest.mark.parametrize(("cutoff", "draws", "where"), [(1999, 40, "--cutoff"), (2012, 3, "--draws")])
def test_no_record_and_too_few_draws_are_refused(cutoff: int, draws: int, where: str) -> None:
    with pytest.raises(OptionError, match=where):
        calibrate(cutoff, draws, pasts=(PASTS[0],))


def test_an_assessment_sees_only_records_of_years_before_it() -> None:
    world = replace(load_world(), fits={2015: made(), 2020: made()})
    fits = [world.fit(day) for day in ("2015-12-31", "2016-01-01", "2021-03-01")]
    assert fits[0] is None and fits[1] is world.fits[2015] and fits[2] is world.fits[2020]


def test_fits_are_read_as_written_and_unknown_factors_refused(tmp_path) -> None:
    factors = load_world().numbers.factors
    few = Fit(2015, made(5).scores[["entry"]], {"data": 7})
    write_calibration({2020: made(), 2015: few}, {"entry": "speed of entry"}, tmp_path)
    back = read_fits(tmp_path, factors)
    assert list(back) == [2015, 2020] and list(back[2015].scores) == ["entry"] and back[2015].recipe == {"data": 7}
    assert back[2020].scores.to_numpy() == pytest.approx(made().scores.to_numpy(), abs=1e-4)
    text = (tmp_path / "fitted.csv").read_text().replace("storage", "storrage")
    (tmp_path / "fitted.csv").write_text(text)
    with pytest.raises(FactsError, match="storage"):
        read_fits(tmp_path, factors)


def test_a_cutoff_without_its_recipe_is_refused(tmp_path) -> None:
    write_calibration({2020: made()}, {}, tmp_path)
    (tmp_path / "fitted.json").write_text("{}")
    with pytest.raises(FactsError, match="2020"):
        read_fits(tmp_path, load_world().numbers.factors)


def test_the_shipped_fit_is_of_the_shipped_factors() -> None:
    world = load_world()
    for fit in world.fits.values():
        assert len(fit.scores) >= 100 and set(fit.scores) <= set(world.numbers.members)
        assert fit.recipe["facts"] == world.facts, "the facts have changed: run make calibrate"


def test_what_was_learned_is_drawn() -> None:
    table = learned_table({2020: made()}, {"entry": "speed of entry"})
    assert set(table["verdict"]) <= {"informed", "remains the prior"} and "speed of entry" in picture(table)
    assert least_letters(picture(table)) > 7.995


def test_slopes_of_the_record_agree_with_differences_of_runs(posed: Problem) -> None:
    z, factor = np.full(posed.size, 0.1), posed.fitted.index("entry")
    exact = posed.slopes(z, (0, (factor,)))[:, 0]
    step = np.zeros(posed.size)
    step[factor] = 0.01
    rough = (posed.says(z + step) - posed.says(z - step)) / 0.02
    assert np.abs(exact).max() > 0.01 and exact == pytest.approx(rough, abs=0.02 * np.abs(rough).max())


def test_every_score_is_moved_once_a_past(posed: Problem) -> None:
    moved = [f for _, batch in posed.jobs() for f in batch]
    names = [*posed.fitted, *(n for own in posed.own for n in own)]
    assert sorted(moved) == [i for i, n in enumerate(names) if not n.startswith(OWN)]
    blocks = [np.full((len(posed.known[0]), len(batch)), 1.0) for _, batch in posed.jobs()]
    assert (posed.jacobian(blocks)[:, sorted(moved)] == 1.0).all()
