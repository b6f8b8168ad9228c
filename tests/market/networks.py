"""Random markets of one shape, plain and hard, so that every test shares one compiled solver.

A market has 12 goods and 4 permits (K = 16) and 48 activities: joint mines, plants, ships, users, disposal. Every good
is somebody's output, is bought by somebody and can be thrown away at a cost; a kind of hardness then spoils something.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.market import ISOELASTIC, LOGISTIC, Market, Responses, price_matrix
from earthprice.market.response import respond

GOODS, PERMITS, MINES, PLANTS, SHIPS, USERS, DUMPS = 12, 4, 8, 8, 8, 12, 12
NODES, ACTIVITIES = GOODS + PERMITS, MINES + PLANTS + SHIPS + USERS + DUMPS
OWNERS = np.repeat(np.arange(5), (MINES, PLANTS, SHIPS, USERS, DUMPS))
"""What each activity is: 0 mine, 1 plant, 2 ship, 3 user, 4 dump."""


class Draft:
    """The arrays of a market before it is closed; a kind of hardness edits them in place."""

    def __init__(self, rng: np.random.Generator, demand: int = ISOELASTIC) -> None:
        self.rng = rng
        self.price = np.exp(rng.normal(0.0, 1.0, NODES)) * 10.0
        self.flow = np.exp(rng.normal(0.0, 1.0, NODES)) * 10.0
        self.a = np.zeros((NODES, ACTIVITIES))
        self.coefficients()
        value = np.abs(self.a).T @ self.price
        size = np.array([self.flow[np.nonzero(c)[0]].mean() for c in self.a.T])
        margin = self.a.T @ self.price
        self.capacity = size * rng.uniform(0.5, 2.0, ACTIVITIES)
        self.spread = value * np.exp(rng.uniform(np.log(0.02), np.log(0.5), ACTIVITIES))
        self.cost = margin - self.spread * rng.normal(0.0, 1.5, ACTIVITIES)
        self.choke = np.full(ACTIVITIES, np.inf)
        self.form = np.full(ACTIVITIES, LOGISTIC)
        self.cost[OWNERS == 4] = rng.uniform(0.0, 0.3, DUMPS) * self.price[:GOODS]
        self.users(demand)
        self.advalorem = np.zeros(ACTIVITIES)
        self.endowment = np.zeros(NODES)
        self.endowment[GOODS:] = 1e3 * self.flow[GOODS:]

    def coefficients(self) -> None:
        """Mines yield up to five goods, each good some mine's; plants turn goods into later ones, ships swap them."""
        rng, column = self.rng, 0
        for mine in range(MINES):
            own = [good for good in (mine, mine + MINES) if good < GOODS]
            goods = np.union1d(own, rng.choice(GOODS, rng.integers(1, 4), replace=False))
            self.a[goods, column] = rng.dirichlet(np.ones(goods.size))
            column += 1
        for _ in range(PLANTS):
            source = rng.integers(0, GOODS - 1)
            outputs = rng.choice(np.arange(source + 1, GOODS), 1)
            self.a[source, column], self.a[outputs, column] = -rng.uniform(0.8, 2.0), 1.0
            self.a[GOODS + rng.integers(PERMITS), column] = -1.0
            column += 1
        for _ in range(SHIPS):
            source, target = rng.choice(GOODS, 2, replace=False)
            self.a[source, column], self.a[target, column] = -1.0, 1.0
            column += 1
        for good in (*range(USERS), *range(DUMPS)):
            self.a[good, column] = -1.0
            column += 1

    def users(self, demand: int) -> None:
        """Final demand: isoelastic with a choke, or logistic."""
        user = OWNERS == 3
        if demand == ISOELASTIC:
            self.form[user] = ISOELASTIC
            self.cost[user] = self.price[:USERS]
            self.choke[user] = self.price[:USERS] * self.rng.uniform(5.0, 50.0, USERS)
            self.spread[user] = self.rng.uniform(0.2, 1.5, USERS)

    def market(self) -> Market:
        """The closed market."""
        f = jnp.asarray
        final = OWNERS == 3
        choke = np.where(np.isfinite(self.choke), self.choke, 10.0)
        responses = Responses(f(self.capacity), f(self.cost), f(self.spread), f(choke), f(self.form), f(final))
        b = price_matrix(f(self.a), f(self.advalorem), f(final))
        permit = np.arange(NODES) >= GOODS
        return Market(f(self.a), b, responses, f(self.endowment), f(self.price), f(self.flow), f(permit))


def plain(seed: int, demand: int = ISOELASTIC) -> Market:
    """A market with nothing special about it."""
    return Draft(np.random.default_rng(seed), demand).market()


def spoilt(seed: int, *edits: Callable[[Draft], None]) -> Market:
    """A market with some hardness in it."""
    draft = Draft(np.random.default_rng(seed))
    for edit in edits:
        edit(draft)
    return draft.market()


def narrow(d: Draft, share: float = 1e-6) -> None:
    """Spreads of a millionth of the bundle's value, costs apart by far more."""
    soft = d.form == LOGISTIC
    d.spread = np.where(soft, share * np.abs(d.a).T @ d.price, d.spread)


def mixed(d: Draft) -> None:
    """Spreads over six decades."""
    soft = d.form == LOGISTIC
    d.spread = np.where(soft, np.abs(d.a).T @ d.price * 10.0 ** d.rng.uniform(-6, 0, ACTIVITIES), d.spread)


def idle(d: Draft) -> None:
    """A third of the activities has no capacity."""
    d.capacity *= d.rng.random(ACTIVITIES) > 1 / 3


def binding(d: Draft) -> None:
    """Permits for a fifth of what the plants could do."""
    plants = OWNERS == 1
    d.endowment[GOODS:] = 0.2 * (np.abs(d.a[GOODS:, plants]) @ d.capacity[plants]) + 1e-3 * d.flow[GOODS:]


def banned(d: Draft) -> None:
    """Permits without any endowment."""
    d.endowment[GOODS:] = 0.0


def isolated(d: Draft) -> None:
    """Three nodes that nobody touches."""
    d.a[d.rng.choice(NODES, 3, replace=False)] = 0.0


def dear(d: Draft) -> None:
    """Prices over six decades: goods counted in other units, margins as before."""
    scale = 10.0 ** d.rng.uniform(-3, 3, NODES)
    d.price, d.flow = d.price * scale, d.flow / scale
    d.a, d.endowment = d.a / scale[:, None], d.endowment / scale


def scattered(d: Draft) -> None:
    """Values over six decades: goods of very different worth, so that some things are never worth doing."""
    scale = 10.0 ** d.rng.uniform(-3, 3, NODES)
    worth = np.abs(d.a).T @ (d.price * scale) / (np.abs(d.a).T @ d.price)
    d.price, d.cost, d.choke = d.price * scale, d.cost * worth, d.choke * worth
    d.spread = np.where(d.form == ISOELASTIC, d.spread, d.spread * worth)


def broad(d: Draft) -> None:
    """Quantities over six decades."""
    d.capacity *= 10.0 ** d.rng.uniform(-3, 3, ACTIVITIES)


def taxed(d: Draft) -> None:
    """Ad valorem charges of up to 90 %."""
    d.advalorem = np.where(d.rng.random(ACTIVITIES) < 0.5, d.rng.uniform(0.0, 0.9, ACTIVITIES), 0.0)
    d.advalorem[d.rng.integers(ACTIVITIES)] = 0.9


def confiscated(d: Draft) -> None:
    """90 % on everything."""
    d.advalorem[:] = 0.9


def rigid(d: Draft) -> None:
    """Demand that hardly answers."""
    iso = d.form == ISOELASTIC
    d.spread = np.where(iso, 0.02, d.spread)


def glut(d: Draft) -> None:
    """Mines a thousand times too large."""
    d.capacity[OWNERS == 0] *= 1e3


def famine(d: Draft) -> None:
    """No mine has capacity: whatever is used needs the backstop, or demand chokes."""
    d.capacity[OWNERS == 0] = 0.0


def subsidised(d: Draft) -> None:
    """Ad valorem subsidies: producers keep up to 150 %."""
    d.advalorem = np.where(d.rng.random(ACTIVITIES) < 0.5, d.rng.uniform(-0.5, 0.0, ACTIVITIES), 0.0)


def all_of(*edits):
    """Several kinds of hardness at once."""

    def edit(d: Draft) -> None:
        for one in edits:
            one(d)

    return edit


HARD = {
    "narrow": narrow,
    "mixed": mixed,
    "idle": idle,
    "binding": binding,
    "banned": banned,
    "isolated": isolated,
    "dear": dear,
    "broad": broad,
    "taxed": taxed,
    "confiscated": confiscated,
    "rigid": rigid,
    "glut": glut,
    "famine": famine,
    "subsidised": subsidised,
    "narrow, taxed": all_of(narrow, taxed),
    "mixed, taxed, banned": all_of(mixed, taxed, banned),
    "narrow, binding": all_of(narrow, binding),
    "scattered": scattered,
    "scattered, broad, mixed": all_of(scattered, broad, mixed),
    "scattered, narrow, taxed, binding": all_of(scattered, narrow, taxed, binding),
    "dear, broad, mixed": all_of(dear, broad, mixed),
    "dear, narrow, taxed, binding": all_of(dear, narrow, taxed, binding),
    "idle, isolated, banned, rigid": all_of(idle, isolated, banned, rigid),
    "everything": all_of(dear, broad, mixed, idle, taxed, binding, rigid, isolated),
}
"""Kinds of hardness by name."""


def hard(kind: str, seed: int) -> Market:
    """A market of one kind of hardness."""
    draft = Draft(np.random.default_rng((seed, *kind.encode())))
    HARD[kind](draft)
    return draft.market()


def resource_value(market: Market, price: Array, specific: Array | None = None) -> Array:
    """Gross benefit of users less real costs [MUSD/yr], from levels alone; equals `Accounts.total` when cleared."""
    margin = market.b.T @ price
    found = respond(margin, market.responses)
    charged = jnp.zeros(()) if specific is None else jnp.vdot(specific, found.level)
    return jnp.sum(found.surplus - margin * found.level) + charged
