"""The peer that most modellers would take: a linear programme in linopy, solved by HiGHS, every curve cut into steps.

A logistic supply becomes `STEPS` equal parts of its capacity, each at the cost of its middle, `c + s ln(v/(1 - v))`;
a use becomes `STEPS` equal parts of `REACH` times its level, each worth what a user would pay for its middle. linopy
keeps the model between periods; bounds, costs and permits are replaced.
"""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.economy import Economy

Answer = tuple[np.ndarray, np.ndarray]
"""Prices [USD/kg; N + P] and levels [kt/yr; L + D]."""
STEPS = 8
"""Steps of a curve."""
REACH = 1.6
"""Use that the steps reach to, in units of its level at base cost."""
PLENTY = 1e6
"""Permits issued while a cap is not in force, in flows: never scarce."""
DIMS = ("activity", "step")


class Steps:
    """One linear programme for all periods."""

    def __init__(self, periods: list[Economy]) -> None:
        """Build the programme from all periods that it will be given."""
        e = periods[0]
        self.supply, goods = e.disposal, len(e.flow) - (e.supply.shape[1] - e.disposal)
        self.permit = np.arange(len(e.flow)) >= goods
        self.row = 1.0 / e.flow
        self.money = float((e.reference * e.flow).mean())
        self.middle = (np.arange(STEPS) + 0.5) / STEPS
        # a permit's coefficients are those of a period in which it is in force
        made = np.stack([_coefficients(p) for p in periods])
        a = np.take_along_axis(made, np.abs(made).argmax(0)[None], 0)[0] * self.row[:, None]
        shape = (a.shape[1], STEPS)
        self.coords = {"activity": np.arange(shape[0]), "step": np.arange(STEPS)}
        self.model = linopy.Model()
        self.x = self.model.add_variables(0.0, self._grid(np.ones(shape)), name="x")
        self.balances = [
            self._balance(a, np.flatnonzero(~self.permit), "=", "goods"),
            self._balance(a, np.flatnonzero(self.permit), ">=", "permits"),
        ]

    def _grid(self, values: np.ndarray) -> xr.DataArray:
        return xr.DataArray(values, coords=self.coords, dims=DIMS)

    def _balance(self, a: np.ndarray, rows: np.ndarray, sense: str, name: str) -> linopy.Constraint:
        """Rows of `a x`, from their entries alone."""
        at, activity = np.nonzero(a[rows])
        entry = pd.RangeIndex(len(at), name="entry")
        weight = xr.DataArray(a[rows][at, activity], coords={"entry": entry})
        node = xr.DataArray(rows[at], coords={"entry": entry}, name="node")
        taken = self.x.sel(activity=xr.DataArray(activity, coords={"entry": entry})) * weight
        left = taken.sum("step").groupby(node).sum()
        return self.model.add_constraints(left, sense, xr.zeros_like(left.const), name=name)

    def solve(self, e: Economy) -> Answer:
        """A period's prices and levels."""
        size = np.concatenate([e.capacity[: self.supply], REACH * e.quantity])
        rise = e.spread[: self.supply, None] * np.log(self.middle / (1.0 - self.middle))
        y = np.maximum(e.cut[:, None] + (1.0 - e.cut[:, None]) * REACH * self.middle, 1e-6)
        worth = e.scale[:, None] * y ** (e.exponent[:, None] - 1.0) - (e.shift + e.wedge)[:, None]
        cost = np.concatenate([e.cost[: self.supply, None] + rise, -worth])
        issued = np.where(np.abs(e.supply[:, : self.supply]).sum(1) > 0, e.endowment * self.row, PLENTY)
        self.x.upper = self._grid(np.repeat(size[:, None] / STEPS, STEPS, axis=1))
        self.balances[1].rhs = xr.DataArray(
            -issued[self.permit], dims=["node"], coords={"node": np.flatnonzero(self.permit)}
        )
        self.model.add_objective((self.x * self._grid(cost / self.money)).sum(), overwrite=True)
        self.model.solve("highs", io_api="direct", output_flag=False, threads=1, progress=False)
        dual = np.concatenate([b.dual.to_numpy() for b in self.balances])
        level = self.x.solution.transpose(*DIMS).to_numpy().sum(1)
        unused = (e.supply[:, : self.supply] @ level[: self.supply] + e.demand @ level[self.supply :])[self.permit]
        unused = np.minimum(unused + e.endowment[self.permit], e.capacity[self.supply :])
        return dual * self.money * self.row, np.concatenate([level[: self.supply], unused, level[self.supply :]])


def _coefficients(e: Economy) -> np.ndarray:
    return np.hstack([e.supply[:, : e.disposal], e.demand])
