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


def test_failed_runs_are_replaced_not_learned_from() -> None:
    def some_fail(z: np.ndarray) -> np.ndarray:
        out = z @ SLOPE.T
        out[::7] = np.nan
        return out

    z = smooth(RNG.normal(size=(3000, 3)), some_fail, DATA, ERROR, 1)
    assert np.isfinite(z).all() and z.mean(0) == pytest.approx(exact()[0], abs=0.12)


def test_errors_of_nil_and_a_model_that_never_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        smooth(np.zeros((20, 3)), lambda z: z @ SLOPE.T, DATA, np.zeros((2, 2)), 1)
    with pytest.raises(ValueError, match="ten are needed"):
        smooth(np.zeros((20, 3)), lambda z: np.full((20, 2), np.nan), DATA, ERROR, 1)
