"""Contracts for difference in markets worked out by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.demos.tiny import SOLVE, Book
from earthprice.market import LOGISTIC, Market, Status, account, audit, clear, respond
from earthprice.market.closed import earned, excess, jacobian, soften, weigh
from earthprice.market.contracts import WIDTH, Contracts, paid


def contract(made=1.0, strike=60.0, back=0.0, covered=1.0, activity=0, row=0) -> Contracts:
    one = lambda x, kind=float: jnp.asarray([x], kind)  # noqa: E731
    return Contracts(*(one(x, np.int32) for x in (activity, row, 0)), *(one(x) for x in (made, strike, back, covered)))


def market(rise_named=1.0) -> Market:
    """Two makers of one oxide, the first named by a contract: D = 100 - p, S = p / rise each."""
    book = Book().good("oxide", 50.0).supply("named", {"oxide": 1}, rise=rise_named).supply("other", {"oxide": 1})
    return book.demand("use", "oxide").market()


def solved(m: Market, c: Contracts | None):
    m = m._replace(contracts=c)
    price = SOLVE(m, m.reference).price
    found = respond(earned(m, price), m.responses)
    assert audit(m, np.asarray(price)).status is Status.CLEARED
    return float(price[0]), [float(x) for x in found.level[:3]], account(m, price)


def test_a_floor_above_the_price():
    # Without: 100 - p = 2 p, p = 33.33. With a floor of 60 the named maker makes 60 whatever the price:
    # 100 - p = 60 + p, p = 20, the other makes 20; the state pays (60 - 20) x 60 = 2,400.
    free, _, _ = solved(market(), None)
    assert free == pytest.approx(100 / 3, abs=1e-4)
    price, (named, other, used), money = solved(market(), contract())
    assert price == pytest.approx(20, abs=1e-4) and named == pytest.approx(60, abs=1e-4)
    assert other == pytest.approx(20, abs=1e-4) and used == pytest.approx(80, abs=1e-4)
    assert float(money.contracts.sum()) == pytest.approx(-2400, abs=0.02)


def test_a_share_of_the_upside_given_back():
    # Floor 20, 30 % of what lies above given back: the named maker earns 20 + 0.7 (p - 20) = 6 + 0.7 p, so
    # 100 - p = 6 + 0.7 p + p gives p = 94 / 2.7 = 34.815; it pays 0.3 (p - 20) on 6 + 0.7 p = 30.37, that is 134.97.
    price, (named, _, _), money = solved(market(), contract(strike=20.0, back=0.3))
    assert price == pytest.approx(94 / 2.7, abs=1e-3) and named == pytest.approx(6 + 0.7 * 94 / 2.7, abs=1e-3)
    assert float(money.contracts.sum()) == pytest.approx(0.3 * (94 / 2.7 - 20) * (6 + 0.7 * 94 / 2.7), rel=1e-4)


def test_half_of_the_output_under_contract():
    # Floor 60 on half: it earns p + (60 - p) / 2 = 30 + p / 2; 100 - p = 30 + p / 2 + p gives p = 28.
    price, (named, _, _), money = solved(market(), contract(covered=0.5))
    assert price == pytest.approx(28, abs=1e-4) and named == pytest.approx(44, abs=1e-4)
    assert float(money.contracts.sum()) == pytest.approx(-0.5 * 32 * 44, abs=0.02)


def test_welfare_falls_by_the_triangles_of_the_floor():
    # Users' benefit 100 q - q^2 / 2 less costs a^2 / 2 and b^2 / 2 of the two makers: 66.67, 33.33, 33.33 without,
    # 80, 60, 20 with the floor. What the state pays is a transfer and is in neither.
    def worth(q, a, b):
        return 100 * q - q * q / 2 - a * a / 2 - b * b / 2

    _, _, before = solved(market(), None)
    _, _, after = solved(market(), contract())
    lost = worth(200 / 3, 100 / 3, 100 / 3) - worth(80, 60, 20)
    assert float(before.total() - after.total()) == pytest.approx(lost, abs=0.02)


def test_without_cover_the_bits_are_those_without_a_contract():
    m = market()
    none = m._replace(contracts=contract(covered=0.0))
    price = jnp.linspace(1.0, 90.0, 6)
    assert (weigh(m, price).excess == weigh(none, price).excess).all()
    assert (jacobian(m, weigh(m, price)) == jacobian(none, weigh(none, price))).all()
    assert (SOLVE(m, m.reference).price == SOLVE(none, m.reference).price).all()


@pytest.mark.parametrize("price", [5.0, 59.8, 60.0, 60.3, 200.0])
def test_the_payment_and_its_slope(price):
    c = contract(made=0.2, back=0.3, covered=0.9)
    at = lambda p: paid(c, jnp.asarray([p]))[0][0]  # noqa: E731
    gap = 60.0 - price
    assert float(at(price)) == pytest.approx(0.18 * (max(gap, 0) - 0.3 * max(-gap, 0)), abs=0.18 * 60 * WIDTH)
    assert float(paid(c, jnp.asarray([price]))[1][0]) == pytest.approx(float(jax.grad(at)(price)), rel=1e-9)


def test_the_jacobian_is_that_of_excess_and_the_answer_has_a_derivative():
    m = market()._replace(contracts=contract(back=0.3, strike=35.0))
    price = jnp.asarray([34.9, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert jnp.allclose(jacobian(m, weigh(m, price)), jax.jacfwd(lambda p: excess(m, p))(price), atol=1e-9)

    def clears(strike):
        return clear(m._replace(contracts=m.contracts._replace(strike=strike)), m.reference).price[0]

    strike = jnp.asarray([60.0])
    slope = jax.jit(jax.jacfwd(clears))(strike)[0]
    # 100 - p = K + p: p = (100 - K) / 2, so a dollar more of the floor takes half a dollar off the price.
    assert float(slope) == pytest.approx(-0.5, abs=1e-3)


def test_two_names_for_one_maker_earn_what_one_does():
    """Splitting a plant in two under the same contract, or joining two, changes nothing that is paid."""
    whole = Book().good("oxide", 50.0).supply("named", {"oxide": 1}, rise=0.5).demand("use", "oxide").market()
    parts = Book().good("oxide", 50.0).supply("one", {"oxide": 1}).supply("two", {"oxide": 1}).demand("use", "oxide")
    both = jax.tree.map(lambda a, b: jnp.concatenate([a, b]), contract(), contract(activity=1))
    once, twice = solved(whole, contract()), solved(parts.market(), both)
    assert once[0] == pytest.approx(twice[0], abs=1e-6)
    assert float(once[2].contracts.sum()) == pytest.approx(float(twice[2].contracts.sum()), rel=1e-6)


@pytest.mark.parametrize("strike", [1.0, 60.0, 400.0])
def test_at_the_strike_the_rounding_is_worth_a_third_of_a_percent_of_it(strike: float) -> None:
    """w ln 2 (1 - g) with w half a percent of the strike."""
    gain, moves = paid(contract(strike=strike, back=0.3, made=2.0, covered=0.5), jnp.asarray([strike]))
    assert float(gain[0]) == pytest.approx(0.005 * strike * np.log(2.0) * 0.7)
    assert float(moves[0]) == pytest.approx(-0.5 * 1.3)


def test_a_softened_market_has_part_of_its_contracts_and_charges() -> None:
    """Where a market is looked for by way of easier ones: spreads are wider, part is charged, part is covered."""
    plain = market()._replace(contracts=contract(covered=0.8))
    plain = plain._replace(b=0.8 * plain.a)
    for charged, share in ((0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (2.0, 1.0)):
        eased = soften(plain, jnp.asarray(0.0), jnp.asarray(charged))
        assert np.asarray(eased.b) == pytest.approx(np.asarray(plain.a) * (1.0 - 0.2 * share))
        assert np.asarray(eased.contracts.covered) == pytest.approx(0.8 * share)
    wide = np.asarray(soften(plain, jnp.asarray(0.1), jnp.asarray(1.0)).responses.spread - plain.responses.spread)
    worth = np.abs(np.asarray(plain.a)).T @ np.asarray(plain.reference)
    logit = np.asarray(plain.responses.form) == LOGISTIC
    assert wide == pytest.approx(np.where(logit, 0.1 * worth, 0.0))
