"""A form of a figure: it tells of many weak factors what few terms cannot, and slopes are held to draws not seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from earthprice.study.effects import effects
from earthprice.study.form import NOISE, Kernel, gram, likelihoods, pulls
from earthprice.study.surrogate import design
from tests.study.test_effects import cube


def many_weak(draws: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A line in 60 own parts beside five factors, one product: scores, outcome, and the true line."""
    z, line = ndtri(cube(draws, 240, 3)), np.zeros(240)
    line[:5], line[100:160] = (1.0, 0.8, 0.6, 0.4, 0.2), 0.15
    return z, z @ line + 0.4 * z[:, 0] * z[:, 100], line


def test_a_form_tells_of_many_own_parts_what_few_terms_cannot_and_slopes_tell_more() -> None:
    z, y, line = many_weak()
    none = np.zeros((0, 240))
    sparse, alone, led = (
        effects(z, y, (), range(100, 240), times=5, slopes=s) for s in (None, none, np.abs(line)[None])
    )
    assert sparse.explained + 0.03 < alone.explained < 0.78 < 0.85 < led.explained, "also without slopes a form tells"
    variance = (line**2).sum() + 0.16
    truth = line**2 / variance
    truth[[0, 100]] += 0.08 / variance
    assert led.share[:5] == pytest.approx(truth[:5], abs=0.06)
    own = list(range(100, 240))
    assert led.share[own].sum() == pytest.approx(truth[own].sum(), abs=0.1)
    low, high = led.range(*own)
    assert low <= led.share[own].sum() <= high
    assert led.share.sum() == pytest.approx(led.explained) and 0.0 <= led.explained <= 1.0


def test_wrong_slopes_are_found_out_on_draws_not_seen() -> None:
    z, y, line = many_weak()
    wrong = effects(z, y, (), range(100, 240), times=2, slopes=np.roll(line, 50)[None])
    noise = effects(z, np.random.default_rng(9).normal(size=200), (), range(100, 240), times=2, slopes=line[None])
    assert wrong.explained < 0.75 and noise.explained < 0.1


def test_likelihoods_are_those_of_the_whole_matrix() -> None:
    z, y, line = many_weak(50)
    tried = [gram(design(z), Kernel(w), np.arange(50)) for w in (np.full(240, 1 / 240), line / line.sum())]
    y = y - y.mean()
    by_noise = np.zeros((2, len(NOISE)))
    for at, k in enumerate(tried):
        for n, s in enumerate(NOISE):
            size = y @ np.linalg.solve(k + s * np.eye(50), y) / 50
            by_noise[at, n] = -0.5 * (50 * np.log(size) + np.linalg.slogdet(k + s * np.eye(50))[1])
    assert likelihoods(y, tried) == pytest.approx(by_noise, rel=1e-12)


def test_a_draw_taken_again_pulls_again() -> None:
    z, y, line = many_weak(30)
    d, k, rows = design(z), Kernel(line / line.sum(), 0.3, 0.5), np.array([3, 3, 3, 7, 11, 11, 2])
    mean, at, pull = pulls(d, y, k, rows)
    apart = np.linalg.solve(gram(d, k, rows, rows) + 0.5 * np.eye(7), y[rows] - y[rows].mean())
    assert at.tolist() == [2, 3, 7, 11] and mean == y[rows].mean()
    assert pull == pytest.approx([apart[rows == i].sum() for i in at], rel=1e-10)
