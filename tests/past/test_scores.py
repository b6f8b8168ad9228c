"""Scores with known answers, and rivals that are what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.past.scores import autoregression, crps, no_change, regression, resampled, score, summed


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
    years = np.arange(len(y))
    ahead = np.log(autoregression(years, np.exp(np.array(y)), years[-1] + 1 + np.arange(60)))
    assert ahead[-1] == pytest.approx(1.0, abs=0.05)
    assert (ahead[1] - 1.0) / (ahead[0] - 1.0) == pytest.approx(0.7, abs=0.1)


def test_too_short_a_past_gives_no_change() -> None:
    assert (autoregression(np.arange(2), np.array([2.0, 3.0]), np.array([2, 3])) == no_change(3.0, 2)).all()


def test_an_autoregression_over_a_missing_year_is_that_of_years_in_a_row() -> None:
    """`log y` halves each year. Without the year 3 what is left says so too, and a record that ends early goes on."""
    years = np.arange(9)
    whole = np.exp(4.0 * 0.5**years)
    some = np.delete(years, [3, 8])
    found = autoregression(some, whole[some], np.array([9, 10]))
    assert np.log(found) == pytest.approx(4.0 * 0.5 ** np.array([9.0, 10.0]), rel=1e-9)


def test_a_regression_on_quotas_finds_the_elasticity() -> None:
    quotas = np.array([60.0, 50.0, 55.0, 40.0])
    past = 100 * quotas**-1.5
    assert regression(past, quotas, np.array([30.0])) == pytest.approx(100 * 30.0**-1.5)


@pytest.mark.parametrize("bad", [np.array([1.0, -1.0]), np.array([1.0, 1.0, 1.0])])
def test_what_has_no_logarithm_or_no_outcome_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError):
        score(bad, np.ones((2, 2)), 1.0)


def rows(error: list[float], rival: list[float], past: str = "a") -> pd.DataFrame:
    """Scores of series that differ in nothing but their errors."""
    of = {"log_rmse": error, "no_change": rival, "autoregression": rival, "regression": [np.nan] * len(error)}
    ratios = {f"ratio_{k}": np.array(error) / np.array(v) for k, v in of.items() if k != "log_rmse"}
    return pd.DataFrame(
        {
            "past": past,
            "series": [f"x{i}" for i in range(len(error))],
            "n": 5,
            "coverage": 1.0,
            "sign": 1.0,
            **of,
            **ratios,
        }
    )


def test_series_that_are_all_alike_leave_no_doubt_about_the_ratio() -> None:
    assert resampled(np.full(6, 0.3), np.full(6, 0.6), np.arange(1.0, 7.0)) == pytest.approx((0.5, 0.5))


def test_the_range_of_two_series_runs_from_one_to_the_other() -> None:
    """Each alone comes up in a quarter of the resamples, more than the twentieth at either end."""
    assert resampled(np.array([0.2, 0.8]), np.ones(2), np.array([3.0, 3.0])) == pytest.approx((0.2, 0.8))


def test_the_range_of_many_series_is_that_of_a_normal() -> None:
    """The ratio of mean squares has the spread of its summands; that of its root is half as wide, relative to it."""
    error = np.sqrt(np.random.default_rng(7).uniform(0.5, 1.5, 300))
    spread = np.std(error**2) / np.sqrt(300) / 2 / np.sqrt(np.mean(error**2))
    low, high = resampled(error, np.ones(300), np.ones(300))
    assert high - low == pytest.approx(2 * 1.645 * spread, rel=0.1)
    assert low < np.sqrt(np.mean(error**2)) < high


def test_the_range_is_the_same_each_time_and_needs_two_series() -> None:
    x, y, n = np.array([0.2, 0.5, 0.8]), np.array([1.0, 1.0, np.nan]), np.array([1.0, 2.0, 90.0])
    assert resampled(x, y, n) == resampled(x, y, n) == resampled(x[:2], y[:2], n[:2])
    assert np.isnan(resampled(x[1:], y[1:], n[1:])).all()


def test_sums_of_kinds_pasts_and_all_have_a_range_around_the_ratio() -> None:
    found = summed(pd.concat([rows([0.2, 0.5, 0.4], [0.6, 0.6, 0.6]), rows([0.9, 0.3], [0.6, 0.6], "b")]))
    assert set(found) == {"quantities, a", "all, a", "quantities, b", "all, b", "all"}
    assert all(f["low_no_change"] < f["ratio_no_change"] < f["high_no_change"] for f in found.values())
