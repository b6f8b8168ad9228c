"""Effects of factors on a figure: known answers, and what the draws cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc, rankdata

from earthprice.runs.sample import hypercube
from earthprice.study.drivers import curves_at, effect, nil, normal_scores, share_above_nil_along, turn
from earthprice.study.effects import ORDERS, Effects, effects, explained_variance, orders, steps_of
from earthprice.study.surrogate import design, polynomials, surrogate

ISHIGAMI_SHAPLEY = np.array([0.4358, 0.4424, 0.1218, 0.0, 0.0])
"""Ishigami & Homma (1990), a = 7, b = 0.1: S1 = 0.3139, S2 = 0.4424, S13 = 0.2437 of the variance, shared by half."""
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0, 0.0, 0.0), (0.5576, 0.4424, 0.2437, 0.0, 0.0)


def cube(draws: int, factors: int, seed: int = 1) -> np.ndarray:
    return qmc.LatinHypercube(d=factors, rng=np.random.default_rng(seed)).random(draws)


def ishigami(draws: int, factors: int = 5) -> tuple[np.ndarray, np.ndarray]:
    q = cube(draws, factors)
    x = np.pi * (2.0 * q - 1.0)
    return ndtri(q), np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.fixture(scope="module")
def found() -> Effects:
    return effects(*ishigami(300))


def test_ishigami(found: Effects) -> None:
    assert found.explained > 0.95
    assert found.share == pytest.approx(ISHIGAMI_SHAPLEY, abs=0.03)
    assert found.first == pytest.approx(ISHIGAMI_FIRST, abs=0.03)
    assert found.total == pytest.approx(ISHIGAMI_TOTAL, abs=0.04)


def test_shares_and_what_is_not_explained_sum_to_one(found: Effects) -> None:
    assert found.share.sum() + (1.0 - found.explained) == pytest.approx(1.0, abs=1e-12)
    assert all(low <= s <= high for s, (low, high) in zip(found.share, map(found.range, range(5)), strict=True))


def test_a_factor_without_effect_has_an_interval_that_holds_nil(found: Effects) -> None:
    assert max(found.range(i)[0] for i in (3, 4)) == 0.0 and (found.share[3:] < 0.02).all()
    assert min(found.range(i)[0] for i in range(3)) > 0.03, "the others do not"


def test_two_hundred_draws_of_many_factors_find_the_few_that_act() -> None:
    z = ndtri(cube(200, 80))
    noise = np.random.default_rng(5).normal(size=200)
    e = effects(z, 3.0 * z[:, 4] + 2.0 * z[:, 60] + 1.5 * z[:, 4] * z[:, 7] + noise, times=10)
    truth = np.array([9.0 + 1.125, 4.0, 1.125]) / 16.25
    assert e.share[[4, 60, 7]] == pytest.approx(truth, abs=0.07)
    assert np.delete(e.share, [4, 60, 7]).max() < 0.03
    assert e.explained == pytest.approx(15.25 / 16.25, abs=0.06)


def test_noise_has_no_drivers() -> None:
    z = ndtri(cube(200, 40))
    e = effects(z, np.random.default_rng(9).normal(size=200), times=5)
    assert e.explained < 0.1 and e.share.sum() == pytest.approx(e.explained)


def gaussian(correlation: np.ndarray, draws: int = 20_000) -> np.ndarray:
    z = np.random.default_rng(2).normal(size=(draws, len(correlation)))
    white = np.linalg.cholesky(np.linalg.inv(np.cov(z, rowvar=False)))
    return (z - z.mean(0)) @ white @ np.linalg.cholesky(correlation).T


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_two_correlated_factors_of_a_line(rho: float) -> None:
    """Owen & Prieur (2017), section 4.2: (b1² (1 - ρ²/2) + b1 b2 ρ + b2² ρ²/2) / variance."""
    r = np.array([[1.0, rho, 0.0], [rho, 1.0, 0.0], [0.0, 0.0, 1.0]])
    b = np.array([1.0, 2.0, 0.5])
    z = gaussian(r, 2000)
    e, variance = effects(z, z @ b, (0, 1), times=3), b @ r @ b
    first, second = ((x**2 * (1 - rho**2 / 2) + x * y * rho + y**2 * rho**2 / 2) for x, y in ((1.0, 2.0), (2.0, 1.0)))
    assert e.share == pytest.approx(np.array([first, second, 0.25]) / variance, abs=5e-4)
    assert e.first[:2] == pytest.approx(np.array([(1 + 2 * rho) ** 2, (2 + rho) ** 2]) / variance, abs=5e-4)
    assert e.total[:2] == pytest.approx((1 - rho**2) * np.array([1.0, 4.0]) / variance, abs=5e-4)
    assert e.share.sum() == pytest.approx(1.0, abs=1e-9)


def test_an_inert_factor_shares_with_the_one_it_moves_with() -> None:
    z = gaussian(np.array([[1.0, 0.8], [0.8, 1.0]]), 2000)
    e = effects(z, z[:, 0], (0, 1), times=3)
    assert e.share == pytest.approx([1 - 0.64 / 2, 0.64 / 2], abs=5e-4)
    assert e.total[1] == pytest.approx(0.0, abs=1e-6), "alone it does nothing"


def test_effects_without_correlation_are_those_of_independent_factors() -> None:
    z = gaussian(np.eye(3), 1000)
    y = z[:, 0] + 0.5 * (z[:, 1] ** 2 - 1.0) + 0.7 * z[:, 0] * z[:, 2]
    apart, together = (effects(z, y, group, times=2) for group in ((), (0, 1, 2)))
    for a, b in ((apart.share, together.share), (apart.first, together.first), (apart.total, together.total)):
        assert a == pytest.approx(b, abs=5e-3)
    mixed = effects(z, y, (0, 1), times=2)
    assert mixed.share == pytest.approx(apart.share, abs=5e-3), "one of the group times one outside"


def known_after(correlation: np.ndarray, ways: np.ndarray) -> np.ndarray:
    u = steps_of(correlation, ways)
    return np.cumsum(u[..., :, None] * u[..., None, :], axis=1)


def test_what_is_known_does_not_hang_on_the_order() -> None:
    r = np.corrcoef(np.random.default_rng(4).normal(size=(6, 30)))
    ways = orders(6, np.random.default_rng(0))
    assert len(ways) == 2 * ORDERS
    known = known_after(r, ways)
    assert known[:, -1] == pytest.approx(np.broadcast_to(r, known[:, -1].shape), abs=1e-9)
    at = ways[0, :3]
    assert known[0, 2] == pytest.approx(r[:, at] @ np.linalg.solve(r[np.ix_(at, at)], r[at]), abs=1e-9)
    same = np.ones((2, 2))
    assert known_after(same, orders(2, np.random.default_rng(0))) == pytest.approx(1.0), "one tells the other"


def test_what_steps_explain_is_what_is_known_after_them() -> None:
    r = np.corrcoef(np.random.default_rng(4).normal(size=(4, 30)))
    ways = orders(4, np.random.default_rng(0))
    parts = [(((0, 1),), 0.7), (((2, 1),), -0.4), (((1, 2),), 0.5), (((0, 1), (3, 1)), 0.3), (((3, 3),), 0.2)]
    line, bends, cubes = np.array([0.7, 0, -0.4, 0]), np.zeros((4, 4)), np.array([0, 0, 0, 0.2])
    bends[1, 1], bends[0, 3], bends[3, 0] = 0.5 / np.sqrt(2.0), 0.15, 0.15
    c = known_after(r, ways)
    direct = (c @ line) @ line + 2.0 * np.trace(bends @ c @ bends @ c, axis1=-2, axis2=-1) + (c**3 @ cubes) @ cubes
    assert np.cumsum(explained_variance(parts, steps_of(r, ways)), 1) == pytest.approx(direct, abs=1e-12)


@pytest.mark.parametrize("family", ["hermite", "legendre"])
def test_polynomials_are_orthonormal(family: str) -> None:
    z = ndtri((np.arange(200_000) + 0.5) / 200_000)
    p = polynomials(family, z)[:5]
    assert p @ p.T / len(z) == pytest.approx(np.eye(5), abs=0.01)


def test_what_is_explained_is_counted_on_draws_not_seen() -> None:
    z = ndtri(cube(60, 50))
    fit, _ = surrogate(z, np.random.default_rng(3).normal(size=60))
    assert fit.q2 < 0.15, "with as many factors as draws noise can be fitted, and is not foretold"
    fit, _ = surrogate(z, 2.0 * z[:, 3])
    assert fit.q2 == pytest.approx(1.0, abs=1e-6)


def line(shift: float, group: tuple[int, ...] = (), rho: float = 0.0) -> tuple[Effects, np.ndarray]:
    r = np.array([[1.0, rho], [rho, 1.0]])
    z = gaussian(r, 2000)
    y = shift + 2.0 * z[:, 0]
    return effects(z, normal_scores(y), group, times=2), y


def test_where_a_line_crosses_nil() -> None:
    e, y = line(1.0)
    assert turn(e, y, ((0, 1.0),)) == pytest.approx(-0.5, abs=0.05)
    assert np.isnan(turn(e, y, ((1, 1.0),))), "what does nothing turns nothing"
    assert effect(e, y, ((0, 1.0),)) == pytest.approx(2.0, rel=0.05)
    below, above = share_above_nil_along(e, y, ((0, 1.0),), np.array([-2.0, 2.0]))
    assert below < 0.01 and above > 0.99
    assert np.isnan(turn(*line(5.0), ((0, 1.0),))), "further out than the draws reach"
    e, y = line(50.0)
    assert np.isnan(turn(e, y, ((0, 1.0),))) and nil(y) == -np.inf
    assert share_above_nil_along(e, y, ((0, 1.0),), np.zeros(1)) == 1.0


def test_a_factor_turns_a_sign_through_the_one_it_moves_with() -> None:
    e, y = line(0.6, (0, 1), 0.8)
    assert turn(e, y, ((1, 1.0),)) == pytest.approx(-0.3 / 0.8, abs=0.05)
    assert np.diff(curves_at(e, [1], np.array([[0.0], [1.0]])), axis=0) == pytest.approx(0.8, abs=0.03)


def test_scores_are_ranks() -> None:
    y = np.array([3.0, -1e9, 0.0, 0.0, 1e12])
    s = normal_scores(y)
    assert np.argsort(s, kind="stable").tolist() == np.argsort(y, kind="stable").tolist() and s[2] == s[3]
    assert normal_scores(np.cbrt(y)) == pytest.approx(s)


def test_the_group_is_standardised() -> None:
    z = 0.3 * gaussian(np.eye(2), 500) + 1.0
    d = design(z, (1,))
    assert d.scores[:, 1].mean() == pytest.approx(0.0, abs=1e-12) and d.scores[:, 1].std() == pytest.approx(1.0)
    assert np.array_equal(d.scores[:, 0], z[:, 0])


def test_equal_outcomes_share_their_mean_rank() -> None:
    rng = np.random.default_rng(3)
    for outcome in (rng.normal(size=200), rng.integers(0, 9, 200) * 1.0, np.ones(5)):
        assert (normal_scores(outcome) == ndtri((rankdata(outcome) - 0.5) / len(outcome))).all()


@pytest.mark.parametrize(("draws", "size", "seed"), [(200, 131, 1), (1, 3, 2), (12, 40, 7)])
def test_the_hypercube_is_scipys_point_for_point(draws: int, size: int, seed: int) -> None:
    theirs = qmc.LatinHypercube(d=size, rng=np.random.default_rng(seed)).random(draws)
    ours = hypercube(draws, size, np.random.default_rng(seed).spawn(1)[0])
    assert (ours == theirs).all()
    assert (np.sort(np.floor(ours * draws), 0) == np.arange(draws)[:, None]).all(), "one point in every part"


def test_of_many_weak_factors_one_that_shows_is_taken_and_few_by_chance() -> None:
    """200 that do nothing beside two that act: unmarked, many pass by chance and foretell worse; marked, few do."""
    z = np.random.default_rng(10).normal(size=(200, 202))
    y = z[:, 0] + 0.5 * z[:, 201] + 0.5 * np.random.default_rng(11).normal(size=200)
    kept = effects(z, y, (), range(1, 202), times=2)
    loose = effects(z, y, times=2)
    assert kept.share[[0, 201]] == pytest.approx([1.0 / 1.5, 0.25 / 1.5], abs=0.08)
    assert 3 * (kept.share > 0).sum() < (loose.share > 0).sum() and kept.explained > loose.explained + 0.02
