"""Textbook markets in words: goods, straight-line supply and demand, permits, and what they clear at.

They go through the same `market.clear` as the world does, so that an answer worked out by hand tests the engine itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.errors import NotClearedError
from earthprice.market import (
    ISOELASTIC,
    UNIFORM,
    Accounts,
    Audit,
    Market,
    Responses,
    Status,
    account,
    audit,
    clear,
    price_matrix,
    respond,
)

NODES, ACTIVITIES = 6, 12
"""Every book is padded to this shape, so that the solver is compiled once."""

SOLVE = jax.jit(clear)
LARGEST = 200.0
"""Level at which a straight-line supply ends."""
FLAT = 2e-5
"""Rise over the whole capacity of a supply that is flat, in USD/kg."""


@dataclass(frozen=True)
class Activity:
    """One activity: recipe, response and charges."""

    recipe: Mapping[str, float]
    capacity: float
    cost: float
    spread: float
    form: int = UNIFORM
    choke: float = 10.0
    tax: float = 0.0
    share: float = 0.0
    final: bool = False


@dataclass(frozen=True)
class Cleared:
    """Prices and levels by name, money and audit."""

    price: dict[str, float]
    level: dict[str, float]
    money: Accounts
    audit: Audit

    @property
    def welfare(self) -> float:
        """Surpluses, charges and rents together."""
        return float(self.money.total())


@dataclass
class Book:
    """A market under construction; goods first, then who makes, moves and uses them."""

    goods: dict[str, tuple[float, float, bool]] = field(default_factory=dict)
    lines: dict[str, Activity] = field(default_factory=dict)

    def good(self, name: str, around: float = 50.0, endowment: float = 0.0, permit: bool = False) -> Book:
        """A commodity with a price around a value; or a permit."""
        self.goods[name] = (around, endowment, permit)
        return self

    def supply(
        self,
        name: str,
        recipe: Mapping[str, float],
        start: float = 0.0,
        rise: float = 1.0,
        *,
        tax: float = 0.0,
        share: float = 0.0,
    ) -> Book:
        """Marginal cost `start + rise x level`, up to a level of 200; `tax` per unit, `share` ad valorem."""
        spread = max(rise * LARGEST, FLAT)
        self.lines[name] = Activity(recipe, LARGEST, start + tax, spread, tax=tax, share=share)
        return self

    def demand(
        self, name: str, good: str, choke: float = 100.0, fall: float = 1.0, worth: float = 1.0, **permits: float
    ) -> Book:
        """Willingness to pay `worth x (choke - fall x quantity)`; `worth` discounts a later period."""
        recipe = {good: -1.0, **permits}
        self.lines[name] = Activity(recipe, choke / fall, -worth * choke, worth * choke, final=True)
        return self

    def isoelastic(self, name: str, good: str, quantity: float, base: float, elasticity: float) -> Book:
        """Demand of constant elasticity around a base price."""
        self.lines[name] = Activity({good: -1.0}, quantity, base, elasticity, ISOELASTIC, 1e4 * base, final=True)
        return self

    def market(self) -> Market:
        """The closed market, padded."""
        names = list(self.goods)
        a = np.zeros((NODES, ACTIVITIES))
        for column, line in enumerate(self.lines.values()):
            for good, amount in line.recipe.items():
                a[names.index(good), column] = amount
        lines = [*self.lines.values(), *[Activity({}, 0.0, 0.0, 1.0)] * (ACTIVITIES - len(self.lines))]
        goods = [*self.goods.values(), *[(1.0, 0.0, False)] * (NODES - len(names))]
        take = lambda key, dtype=float: np.array([getattr(line, key) for line in lines], dtype)  # noqa: E731
        r = Responses(
            take("capacity"), take("cost"), take("spread"), take("choke"), take("form", int), take("final", bool)
        )
        reference, endowment, permit = (np.array(v) for v in zip(*goods, strict=True))
        return _closed(a, take("share"), r, 1.0 * endowment, 1.0 * reference, permit)

    def clear(self) -> Cleared:
        """The market's equilibrium, whatever its audit says."""
        market = self.market()
        price = SOLVE(market, market.reference).price
        tax = np.array([*[line.tax for line in self.lines.values()], *[0.0] * (ACTIVITIES - len(self.lines))])
        level, money = _earned(market, price, tax)
        return Cleared(
            dict(zip(self.goods, np.asarray(price), strict=False)),
            dict(zip(self.lines, np.asarray(level), strict=False)),
            money,
            audit(market, np.asarray(price)),
        )

    def found(self) -> Cleared:
        """The market's equilibrium.

        Raises:
            NotClearedError: its audit is not clean.
        """
        done = self.clear()
        if done.audit.status is not Status.CLEARED:
            raise NotClearedError(done.audit.status.value)
        return done


@jax.jit
def _closed(a: Array, share: Array, r: Responses, endowment: Array, reference: Array, permit: Array) -> Market:
    """The market of the goods [K] and the recipes, responses and ad valorem charges of the lines [M]."""
    b = jnp.where(permit[:, None], a, price_matrix(a, share, r.final))
    outlet = 4.0 * jnp.where(permit, jnp.maximum(a, 0.0) @ r.capacity, 0.0)
    return Market(a, b, r, endowment, reference, jnp.full(NODES, 30.0), permit, None, outlet)


@jax.jit
def _earned(market: Market, price: Array, tax: Array) -> tuple[Array, Accounts]:
    """Levels [M] and the money of a cleared market."""
    return respond(market.b.T @ price, market.responses).level, account(market, price, tax)
