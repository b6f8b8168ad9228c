"""Scores with known answers, and rivals that are what they say."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.study.scores import autoregression, crps, no_change, regression, score


def test_a_perfect_forecast_scores_nil() -> None:
    y = np.array([1.0, 2.0, 4.0])
    s = score(y, np.tile(y, (5, 1)), 0.5)
    assert (s.n, s.sign, s.coverage) == (3, 1.0, 1.0)
    assert s.log_rmse == pytest.approx(0.0, abs=1e-12) and s.crps == pytest.approx(0.0, abs=1e-12)


def test_an_error_of_a_factor_e_counts_one() -> None:
    s = score(np.ones(4), np.full((3, 4), np.e), 1.0)
    assert s.log_rmse == pytest.approx(1.0) and s.coverage == 0.0 and s.crps == pytest.approx(1.0)


def test_crps_of_a_normal_ensemble_is_that_of_the_normal() -> None:
    """At its centre a standard normal has CRPS (sqrt 2 - 1)/sqrt pi (Gneiting & Raftery 2007)."""
    x = np.random.default_rng(1).normal(size=(200_000, 1))
    assert crps(np.zeros(1), x)[0] == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=3e-3)


def test_a_calibrated_ensemble_covers_nine_of_ten() -> None:
    rng = np.random.default_rng(2)
    y = np.exp(rng.normal(size=2000))
    assert score(y, np.exp(rng.normal(size=(400, 2000))), 1.0).coverage == pytest.approx(0.9, abs=0.03)


def test_an_autoregression_finds_its_own_process() -> None:
    rng = np.random.default_rng(3)
    y = [0.0]
    for _ in range(4000):
        y.append(0.3 + 0.7 * y[-1] + 0.1 * rng.normal())
    ahead = np.log(autoregression(np.exp(np.array(y)), 60))
    assert ahead[-1] == pytest.approx(1.0, abs=0.05)
    assert (ahead[1] - 1.0) / (ahead[0] - 1.0) == pytest.approx(0.7, abs=0.1)


def test_too_short_a_past_gives_no_change() -> None:
    assert (autoregression(np.array([2.0, 3.0]), 2) == no_change(3.0, 2)).all()


def test_a_regression_on_quotas_finds_the_elasticity() -> None:
    quotas = np.array([60.0, 50.0, 55.0, 40.0])
    past = 100 * quotas**-1.5
    assert regression(past, quotas, np.array([30.0])) == pytest.approx(100 * 30.0**-1.5)


@pytest.mark.parametrize("bad", [np.array([1.0, -1.0]), np.array([1.0, 1.0, 1.0])])
def test_what_has_no_logarithm_or_no_outcome_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError):
        score(bad, np.ones((2, 2)), 1.0)
