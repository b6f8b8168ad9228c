"""Joint production: what Brown and Eggert show for rare earths holds on random ore networks.

A leader and followers dig ores of different assay; each oxide is used and surplus oxide can be thrown away.
"""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earthprice.market import ISOELASTIC, LOGISTIC, Market, Responses, Status, audit, clear, exponent, respond

OXIDES, MINES, PERMIT = 5, 4, 5
SOLVE = jax.jit(clear)
SEEDS = st.integers(0, 10_000)
few = settings(max_examples=15)


def ores(seed: int, single: bool = False, elasticity: tuple[float, float] = (0.2, 1.2)) -> Market:
    """Mines 0 to 3 (0 leads), users of oxides 0 to 4, disposal of each; a permit for the leader's ore.

    `single`: the followers dig the first oxide alone, are small, and answer little.
    """
    rng = np.random.default_rng(seed)
    assay = rng.dirichlet(np.ones(OXIDES) * 2.0, MINES).T
    size = np.array([1.0, *rng.uniform(0.05, 0.4, MINES - 1)])
    if single:
        assay[:, 1:], size[1:] = np.eye(OXIDES)[:, :1], 0.05 * assay[0, 0]
    price = np.exp(rng.normal(3.0, 1.0, OXIDES))
    made = assay @ size
    mines = np.vstack([assay, -np.eye(MINES)[:1]])
    use = np.vstack([-np.eye(OXIDES), np.zeros((1, OXIDES))])
    a = np.hstack([mines, use, use])
    value = assay.T @ price
    spread = value * (3.0 if single else rng.uniform(0.1, 0.6))
    f = jnp.asarray
    responses = Responses(
        capacity=f(np.concatenate([2.0 * size, made, 10.0 * made])),
        cost=f(np.concatenate([value, price, 0.05 * price])),
        spread=f(np.concatenate([spread, exponent(rng.uniform(*elasticity, OXIDES), 50.0), 0.01 * price])),
        choke=f(np.concatenate([value, 50.0 * price, price])),
        form=f(np.repeat([LOGISTIC, ISOELASTIC, LOGISTIC], (MINES, OXIDES, OXIDES))),
        final=f(np.repeat([False, True, False], (MINES, OXIDES, OXIDES))),
    )
    reference, flow = np.append(price, value[0]), np.append(made, 1.0)
    endowment = np.append(np.zeros(OXIDES), 1e3)
    return Market(f(a), f(a), responses, f(endowment), f(reference), f(flow), f(np.arange(OXIDES + 1) == PERMIT))


def cleared(market: Market) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prices, levels and margins."""
    price = SOLVE(market, market.reference).price
    assert audit(market, np.asarray(price)).status is Status.CLEARED
    margin = market.b.T @ price
    return np.asarray(price), np.asarray(respond(margin, market.responses).level), np.asarray(margin)


@few
@given(SEEDS, st.integers(0, OXIDES - 1))
def test_a_stockpile_raises_its_own_oxide_and_followers_follow_their_revenue(seed, oxide):
    market = ores(seed)
    bought = market._replace(endowment=market.endowment.at[oxide].add(-0.1 * market.flow[oxide]))
    before, after = cleared(market), cleared(bought)
    assert after[0][oxide] > before[0][oxide]
    moved, earned = (after[i][:MINES] - before[i][:MINES] for i in (1, 2))
    clear_sign = np.abs(earned) > 1e-7 * np.abs(before[2][:MINES])
    assert np.all(np.sign(moved[clear_sign]) == np.sign(earned[clear_sign]))


@few
@given(SEEDS)
def test_a_tax_below_the_rent_of_a_binding_quota_moves_nothing(seed):
    market = ores(seed)
    dug = cleared(market)[1][0]
    capped = market._replace(endowment=market.endowment.at[PERMIT].set(0.7 * dug))
    price, level, _ = cleared(capped)
    rent = price[PERMIT]
    assert rent > 0
    tax = 0.5 * rent
    taxed = capped._replace(responses=capped.responses._replace(cost=capped.responses.cost.at[0].add(tax)))
    other, same, _ = cleared(taxed)
    # The rent falls into the spread of idle permits only if it was within it, so allow for that much.
    blur = 1e-6 if rent - tax > 0.1 * market.reference[PERMIT] else 1e-2
    assert np.all(np.abs(same - level) <= blur * np.abs(level).max())
    assert np.all(np.abs(other - price)[:PERMIT] <= blur * np.asarray(market.reference)[:PERMIT])
    assert abs(other[PERMIT] - (rent - tax)) <= blur * market.reference[PERMIT]


@few
@given(SEEDS)
def test_better_recovery_of_an_inelastic_oxide(seed):
    """The oxide cheapens, the leader earns less and digs less: the others dear, the oxide's own diggers dig less."""
    market = ores(seed, single=True, elasticity=(0.1, 0.4))
    better = market.a.at[0, 0].multiply(1.1)
    before, after = cleared(market), cleared(market._replace(a=better, b=better))
    assert after[0][0] < before[0][0]
    assert np.all(after[0][1:OXIDES] > before[0][1:OXIDES])
    assert np.all(after[1][:MINES] < before[1][:MINES])
