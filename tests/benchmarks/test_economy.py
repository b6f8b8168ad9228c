"""What the peers are given is our market: at our prices it makes our levels, and it clears nowhere else."""

import jax
import numpy as np
import pytest

from benchmarks.economy import Economy, economies, gap, imbalance, respond
from benchmarks.workload import Cleared
from earthprice.market import clear, price_matrix
from earthprice.market import respond as responses_at
from tests.market.networks import OWNERS, plain

SOLVE = jax.jit(clear)
RESPOND = jax.jit(responses_at)


def charged(seed: int, charge: float) -> Cleared:
    """A cleared market with scarce permits, and a charge on the value of all that is dug and used."""
    market = plain(seed)
    permits = np.asarray(market.permit)
    rates = np.where((OWNERS == 0) | (OWNERS == 3), charge, 0.0)
    market = market._replace(
        endowment=np.where(permits, 0.3 * np.asarray(market.flow), 0.0),
        b=price_matrix(market.a, rates, market.responses.final),
    )
    price = SOLVE(market, market.reference).price
    level = RESPOND(market.b.T @ price, market.responses).level
    return Cleared(*jax.tree.map(np.asarray, (market, price, level)))


def economy(seed: int, charge: float = 0.2) -> Economy:
    return economies([charged(seed, charge)])[0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("charge", [0.0, 0.2])
def test_at_our_prices_the_peers_market_makes_our_levels_and_clears(seed, charge):
    e = economy(seed, charge)
    own = gap(e, e.price, respond(e, e.price))
    assert own.level < 1e-9 and own.price == 0.0 and own.residual < 1e-7
    assert imbalance(e, respond(e, 1.01 * e.price)) > 1e-4, "other prices must not clear it"


@pytest.mark.parametrize("seed", range(3))
def test_each_level_is_the_best_answer_to_our_prices(seed):
    """Cost and utility as the programme states them, differenced: their slopes are the prices that each one sees."""
    e = economy(seed)
    made = len(e.capacity)
    u, r = e.level[:made] / e.capacity, e.level[made:] / e.quantity

    def cost(u):
        return e.capacity * (e.cost * u + e.spread * (u * np.log(u) + (1 - u) * np.log(1 - u)))

    def utility(r):
        y = e.cut + (1.0 - e.cut) * r
        power = e.scale / ((1.0 - e.cut) * e.exponent) * y**e.exponent
        return e.quantity * (power - (e.shift + e.wedge) * r)

    inside, used = (u > 1e-4) & (u < 1 - 1e-4), r > 1e-4
    seen, paid = differenced(cost, np.clip(u, 1e-4, 1 - 1e-4)), differenced(utility, np.maximum(r, 1e-4))
    assert inside.sum() > 10 and used.sum() > 5
    assert (seen / e.capacity)[inside] == pytest.approx((e.supply.T @ e.price)[inside], rel=1e-4, abs=1e-4)
    assert (paid / e.quantity)[used] == pytest.approx((-e.demand.T @ e.price)[used], rel=1e-4, abs=1e-4)


def differenced(function, at, h=1e-6):
    return (function(at + h) - function(at - h)) / (2 * h)


def test_a_wrong_level_shows_in_the_gap():
    e = economy(0)
    level = e.level.copy()
    level[0] += 0.01 * e.flow.max()
    seen = gap(e, e.price * 1.001, level)
    assert seen.level > 1e-3 and seen.residual > 1e-4 and 5e-4 < seen.price < 2e-3
