"""The audit: sees a wrong price, a shortage and a floor of rounding; shares no code with the solver, yet agrees."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.demos.tiny import Book
from earthprice.market import UNIFORM, Status, audit, clear, excess, respond
from earthprice.market.audit import judge, levels
from tests.market.networks import binding, hard, plain, taxed

SOLVE = jax.jit(clear)


@pytest.mark.parametrize("node", [0, 5, 11])
def test_a_corrupted_price_is_not_cleared(node):
    market = plain(0)
    price = np.asarray(SOLVE(market, market.reference).price)
    assert audit(market, price).status is Status.CLEARED
    wrong = price.copy()
    wrong[node] *= 1.01
    seen = audit(market, wrong)
    assert seen.status is Status.NOT_CLEARED and seen.residual[node] > 1e-6


def test_a_price_that_is_no_number_is_not_cleared():
    market = plain(0)
    assert audit(market, np.full(16, np.nan)).status is Status.NOT_CLEARED


def test_a_stolen_tonne_is_seen():
    market = plain(1)
    price = np.asarray(SOLVE(market, market.reference).price)
    stolen = market._replace(endowment=market.endowment.at[3].add(-0.001 * market.flow[3]))
    assert audit(stolen, price).status is Status.NOT_CLEARED


def test_a_good_that_nobody_makes_is_a_shortage():
    # Users pay up to 100,000 for a good whose reference price is 10 and that has no supply at all.
    found = Book().good("dy", 10.0).demand("use", "dy", 1e5, 1e3).clear()
    assert found.audit.status is Status.SHORTAGE
    assert found.audit.shortage[0] * 30.0 == pytest.approx(found.level["use"], rel=1e-6)
    assert "backstop" in found.audit.status.value


@pytest.mark.parametrize("kind", ["taxed", "mixed", "binding", "dear", "famine"])
def test_levels_and_balances_agree_with_the_solver(kind):
    market = hard(kind, 3)
    price = np.asarray(market.reference) * np.exp(np.random.default_rng(3).normal(0.0, 1.0, 16))
    price[:3] *= -0.1  # straight below zero
    level = np.asarray(respond(market.b.T @ price, market.responses).level)
    assert levels(market, price) == pytest.approx(level, rel=1e-9, abs=1e-12)
    g = np.asarray(excess(market, jnp.asarray(price)))
    through = np.abs(np.asarray(market.a)) @ level + np.asarray(market.endowment) + 1e-3 * np.asarray(market.flow)
    assert audit(market, price).residual == pytest.approx(np.abs(g) / through, rel=1e-6, abs=1e-10)


def test_levels_of_straight_lines_agree():
    market = Book().good("oxide").supply("dig", {"oxide": 1}).demand("use", "oxide").market()
    assert set(np.asarray(market.responses.form)) == {UNIFORM}
    for price in (-5.0, 0.0, 30.0, 99.0, 250.0):
        at = np.array([price, *[1.0] * 5])
        assert levels(market, at) == pytest.approx(np.asarray(respond(market.b.T @ at, market.responses).level))


def test_the_solver_reports_the_residual_that_the_audit_finds():
    for edit in (binding, taxed):
        market = hard(edit.__name__, 0)
        found = SOLVE(market, market.reference)
        assert float(found.residual) <= 1e-8
        assert audit(market, np.asarray(found.price)).residual.max() <= 1e-8


@pytest.mark.parametrize(
    ("residual", "shortage", "status"),
    [
        (1e-9, 0.0, Status.CLEARED),
        (1e-7, 0.0, Status.ALMOST),
        (1e-9, 1e-3, Status.SHORTAGE),
        (1e-5, 1e-3, Status.NOT_CLEARED),
        (float("nan"), 0.0, Status.NOT_CLEARED),
    ],
)
def test_each_status_is_earned(residual, shortage, status):
    assert judge(residual, shortage) is status
    assert status.value.endswith(".")
