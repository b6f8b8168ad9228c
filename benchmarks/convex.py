"""The peer that solves the same convex programme: cvxpy with Clarabel, compiled once, parameters re-used (DPP).

Supply's entropy goes through exponential cones; use's power `y^k` through power cones where k > 0, and where k < 0
through `exp(k w)`, `w <= ln y` in two exponential cones, which the solver takes better than a power cone near its edge.
Levels are counted in the largest capacity of any period, nodes in their flow, money in its mean.
"""

from __future__ import annotations

import cvxpy as cp
import numpy as np

from benchmarks.economy import Economy

Answer = tuple[np.ndarray, np.ndarray]
"""Prices [USD/kg; N + P] and levels [kt/yr; L + D]."""


class Convex:
    """One programme for all periods: what changes from period to period is a parameter."""

    def __init__(self, periods: list[Economy]) -> None:
        """Build the programme from all periods that it will be given: they set its scales."""
        e = periods[0]
        supply, use, nodes = e.supply.shape[1], e.demand.shape[1], len(e.flow)
        self.money = float((e.reference * e.flow).mean())
        self.row = 1.0 / e.flow
        self.most = np.max([p.capacity for p in periods], axis=0), np.max([p.quantity for p in periods], axis=0)
        # a permit's coefficients are those of a period in which it is in force
        made = np.stack([np.hstack([p.supply, p.demand]) for p in periods])
        full = np.take_along_axis(made, np.abs(made).argmax(0)[None], 0)[0] * self.row[:, None]
        self.p = {
            name: cp.Parameter(n, nonneg=positive)
            for name, n, positive in (
                ("capacity", supply, True),
                ("cost", supply, False),
                ("spread", supply, True),
                ("quantity", use, True),
                ("wedge", use, False),
                ("curve", use, True),
                ("endowment", nodes, False),
                ("on", nodes, True),
            )
        }
        self.u, self.r, self.t = cp.Variable(supply), cp.Variable(use), cp.Variable(use)
        self.x, self.q = cp.Variable(supply), cp.Variable(use)
        p = self.p
        bill = p["cost"] @ self.u + p["spread"] @ (-cp.entr(self.u) - cp.entr(1.0 - self.u)) + p["wedge"] @ self.r
        flows = (full[:, :supply] * self.most[0]) @ self.x + (full[:, supply:] * self.most[1]) @ self.q
        self.balance = cp.multiply(p["on"], flows) + p["endowment"] == 0.0
        self.problem = cp.Problem(
            cp.Minimize(bill + p["curve"] @ self.t),
            [
                self.balance,
                self.x == cp.multiply(p["capacity"], self.u),
                self.q == cp.multiply(p["quantity"], self.r),
                self.r >= 0.0,
                *self._cones(e),
            ],
        )
        assert self.problem.is_dpp(), "parameters would not be re-used"

    def _cones(self, e: Economy) -> list[cp.Constraint]:
        """`t` at least -y^k where 0 < k = 1 - 1/e < 1, and at least y^k elsewhere."""
        k = e.exponent
        y = e.cut + cp.multiply(1.0 - e.cut, self.r)
        bent, steep, falling = (np.flatnonzero(at) for at in ((k > 0) & (k < 1), k >= 1, k < 0))
        out = []
        if len(bent):
            out.append(cp.PowCone3D(y[bent], np.ones(len(bent)), -self.t[bent], k[bent]))
        if len(steep):
            out.append(cp.PowCone3D(self.t[steep], np.ones(len(steep)), y[steep], 1.0 / k[steep]))
        if len(falling):
            w = cp.Variable(len(falling))
            out += [w <= cp.log(y[falling]), self.t[falling] >= cp.exp(cp.multiply(k[falling], w))]
        return out

    def solve(self, e: Economy) -> Answer | None:
        """A period's prices and levels; None where the solver gives up."""
        values = {
            "capacity": e.capacity / self.most[0],
            "quantity": e.quantity / self.most[1],
            "cost": e.capacity * e.cost / self.money,
            "spread": e.capacity * e.spread / self.money,
            "wedge": e.quantity * (e.wedge + e.shift) / self.money,
            "curve": e.quantity * e.scale / np.abs((1.0 - e.cut) * e.exponent) / self.money,
            "endowment": e.endowment * self.row,
            "on": (np.abs(e.supply[:, : e.disposal]).sum(1) > 0).astype(float),
        }
        for name, value in values.items():
            self.p[name].value = value
        try:
            self.problem.solve(solver=cp.CLARABEL, enforce_dpp=True)
        except cp.error.SolverError:
            return None
        price = -np.asarray(self.balance.dual_value) * self.money * self.row
        return price, np.concatenate([self.x.value * self.most[0], self.q.value * self.most[1]])
