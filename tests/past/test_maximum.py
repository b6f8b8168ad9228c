"""The most probable scores: a linear model's exact posterior, a curved one, and a model that cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.past.maximum import maximum

SLOPE = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0]])
DATA, ERROR = np.array([1.5, -0.8]), np.array([[0.25, 0.2], [0.2, 0.49]])


def test_a_linear_model_gets_its_exact_posterior_in_one_step() -> None:
    found = maximum(lambda z: SLOPE @ z, lambda z: SLOPE, DATA, ERROR, 3)
    cov = np.linalg.inv(np.eye(3) + SLOPE.T @ np.linalg.inv(ERROR) @ SLOPE)
    assert found.covariance == pytest.approx(cov)
    assert found.score == pytest.approx(cov @ SLOPE.T @ np.linalg.solve(ERROR, DATA))
    assert len(found.objective) <= 3


def test_a_curved_model_ends_where_the_gradient_is_nil() -> None:
    def says(z: np.ndarray) -> np.ndarray:
        return np.array([np.exp(0.4 * z[0]) + z[1], z[1] ** 2 + 0.3 * z[0]])

    def slopes(z: np.ndarray) -> np.ndarray:
        return np.array([[0.4 * np.exp(0.4 * z[0]), 1.0], [0.3, 2.0 * z[1]]])

    found = maximum(says, slopes, np.array([2.0, 1.0]), 0.1 * np.eye(2), 2)
    z = found.score
    gradient = z - slopes(z).T @ (np.array([2.0, 1.0]) - says(z)) / 0.1
    assert np.abs(gradient).max() < 0.5 and list(found.objective) == sorted(found.objective, reverse=True)


def test_what_the_data_do_not_touch_stays_the_prior() -> None:
    found = maximum(lambda z: SLOPE @ z, lambda z: SLOPE, DATA, ERROR, 3)
    assert found.score[2] == 0 and found.covariance[2, 2] == pytest.approx(1.0)


def test_a_model_that_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        maximum(lambda z: np.full(2, np.nan), lambda z: SLOPE, DATA, ERROR, 3)
