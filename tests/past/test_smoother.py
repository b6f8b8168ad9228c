"""The smoother against the exact posterior of a linear model, and against nothing to learn."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.past.smoother import smooth

RNG = np.random.default_rng(7)
SLOPE = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0]])
DATA, ERROR = np.array([1.5, -0.8]), np.array([[0.25, 0.2], [0.2, 0.49]])


def exact() -> tuple[np.ndarray, np.ndarray]:
    precision = np.eye(3) + SLOPE.T @ np.linalg.inv(ERROR) @ SLOPE
    cov = np.linalg.inv(precision)
    return cov @ SLOPE.T @ np.linalg.solve(ERROR, DATA), cov


def test_a_linear_model_gets_its_exact_posterior() -> None:
    z = smooth(RNG.normal(size=(6000, 3)), lambda z: z @ SLOPE.T, DATA, ERROR, 1)
    mean, cov = exact()
    assert z.mean(0) == pytest.approx(mean, abs=0.05)
    assert np.cov(z.T) == pytest.approx(cov, abs=0.06)


def test_what_the_data_do_not_touch_stays_the_prior() -> None:
    z = smooth(RNG.normal(size=(300, 3)), lambda z: z @ SLOPE.T, DATA, ERROR, 1)
    assert abs(z[:, 2].mean()) < 0.15 and z[:, 2].std() == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_failed_runs_are_replaced_by_others_with_what_these_found(share: float) -> None:
    """They took the scores of others and the median of what all found: too wide, and off the mean, the more failed."""
    slope, error, fails = np.array([[1.0, 0.0, 0.0], [0.7, 0.7, 0.0]]), 0.05 * np.eye(2), np.random.default_rng(5)

    def some_fail(z: np.ndarray) -> np.ndarray:
        out = z @ slope.T
        out[fails.random(len(z)) < share] = np.nan
        return out

    z = smooth(np.random.default_rng(3).normal(size=(6000, 3)), some_fail, np.array([1.5, 0.5]), error, 1)
    precision = np.eye(3) + slope.T @ np.linalg.solve(error, slope)
    mean = np.linalg.solve(precision, slope.T @ np.linalg.solve(error, np.array([1.5, 0.5])))
    assert z.mean(0) == pytest.approx(mean, abs=0.04)
    assert z.std(0) == pytest.approx(np.sqrt(np.diag(np.linalg.inv(precision))), abs=0.03)


def test_errors_of_nil_and_a_model_that_never_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        smooth(np.zeros((20, 3)), lambda z: z @ SLOPE.T, DATA, np.zeros((2, 2)), 1)
    with pytest.raises(ValueError, match="ten are needed"):
        smooth(np.zeros((20, 3)), lambda z: np.full((20, 2), np.nan), DATA, ERROR, 1)
