"""The same symmetric markets in an interior-point solver that shares no code: prices agree to 1e-7.

Maximising the sum of surpluses over prices has as its dual: choose levels `K u`, least in real cost

    sum of K [c u + s (u log u + (1 - u) log(1 - u))]    subject to    a (K u) + endowment = 0,

for the surplus of a logistic activity is the conjugate of the entropy of its share. Prices are the multipliers of the
balances. `t >= u log u` is the exponential cone `(-t, u, 1)`.
"""

import clarabel
import jax
import numpy as np
from scipy import sparse

from earthprice.market import LOGISTIC, Market, Status, audit, clear
from earthprice.market.closed import DUMP_PRICE, PERMIT_DISPOSAL, PERMIT_SPREAD
from tests.market.networks import plain

SOLVE = jax.jit(clear)
MARKETS = 12
GOOD = (10.0, -DUMP_PRICE, 0.06)
PERMIT = (PERMIT_DISPOSAL, 0.0, PERMIT_SPREAD)
"""Disposal of a node (docs/market.md): capacity in flows or endowments, cost and spread in reference prices."""


def activities(market: Market) -> tuple[np.ndarray, ...]:
    """Coefficients, capacity, cost, spread of the activities and of every node's disposal."""
    r, permit, reference = market.responses, np.asarray(market.permit), np.asarray(market.reference)
    size, cost, spread = (np.where(permit, p, g) for g, p in zip(GOOD, PERMIT, strict=True))
    size = size * np.where(permit, np.asarray(market.endowment), np.asarray(market.flow))
    return (
        np.concatenate([np.asarray(market.a), -np.eye(permit.size)], axis=1),
        np.concatenate([np.asarray(r.capacity), size]),
        np.concatenate([np.asarray(r.cost), cost * reference]),
        np.concatenate([np.asarray(r.spread), spread * reference]),
    )


def interior_point(market: Market) -> tuple[np.ndarray, bool]:
    """Prices by Clarabel, and whether it reached its own tolerance, which hangs on the processor too.

    Variables are shares u, then bounds t and w of the two halves of the entropy.
    """
    a, capacity, cost, spread = activities(market)
    reference, flow = np.asarray(market.reference), np.asarray(market.flow)
    money = float((reference * flow).mean())
    m = capacity.size
    q = np.concatenate([capacity * cost, capacity * spread, capacity * spread]) / money
    balance = sparse.hstack([sparse.csc_matrix(a * capacity / flow[:, None]), sparse.csc_matrix((a.shape[0], 2 * m))])
    rows, right = [balance], [-np.asarray(market.endowment) / flow]
    for i in range(m):
        # cone points (-t, u, 1) and (-w, 1 - u, 1), as s = right - row x
        cell = ([1.0, -1.0, 1.0, 1.0], ([0, 1, 3, 4], [m + i, i, 2 * m + i, i]))
        rows.append(sparse.csc_matrix(cell, shape=(6, 3 * m)))
        right.append(np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0]))
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = 1e-12
    cones = [clarabel.ZeroConeT(a.shape[0]), *[clarabel.ExponentialConeT()] * (2 * m)]
    whole = sparse.csc_matrix(sparse.vstack(rows))
    solver = clarabel.DefaultSolver(sparse.csc_matrix((3 * m, 3 * m)), q, whole, np.concatenate(right), cones, options)
    found = solver.solve()
    return -np.asarray(found.z[: a.shape[0]]) * money / flow, found.status == clarabel.SolverStatus.Solved


def test_prices_agree_with_an_interior_point_solver():
    """All but few markets: on some processors it stops short of its own tolerance in one of them."""
    short = []
    for seed in range(MARKETS):
        market = plain(seed, demand=LOGISTIC)
        permits = np.asarray(market.permit)
        market = market._replace(endowment=np.where(permits, 0.3 * np.asarray(market.flow), 0.0))
        price = np.asarray(SOLVE(market, market.reference).price)
        seen = audit(market, price)
        assert seen.status is Status.CLEARED and seen.shortage.max() < 1e-11
        other, solved = interior_point(market)
        far = np.abs(other - price) / np.asarray(market.reference)
        assert far.max() < (1e-7 if solved else 1e-3), seed
        short += [] if solved else [seed]
    assert len(short) <= MARKETS // 4, f"a solver that gives up proves nothing: markets {short}"
