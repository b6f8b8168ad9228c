"""The benchmark: parameters at which the market, run on the base year, returns the base year.

Costs come from the cost table. What a margin holds beyond cost, charges and the logistic's own offset is a *rent*: of a
permit that binds (its price), or of the activity (site, quality, bargaining), kept apart from cost. Rents are results
of the benchmark, never costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from earthprice.errors import FactsError
from earthprice.world.draft import Draft
from earthprice.world.numbers import require
from earthprice.world.terms import Terms

LOGISTIC, ISOELASTIC = 0, 1
SMALL = 1e-6
"""Level [kt/yr] below which an activity counts as not running."""


@dataclass(frozen=True)
class Benchmark:
    """The base year as parameters. N goods, P permits, M activities.

    Attributes:
        a: coefficients of the goods [N, M].
        price: base prices [USD/kg; N]; permit: base rents [USD/kg; P].
        level: balanced levels [kt/yr; M]; capacity: K or Q [M].
        cost: cost from the tables [USD/kg; M]; rent: what is left of the margin [USD/kg; M].
        spread: spread, or elasticity of final use [M]; choke [USD/kg; M]; form, final [M].
        margin: revenue less inputs, charges and permits at base prices [USD/kg; M].
        value: gross value of a unit of level [USD/kg; M].
        flow: gross flow of each good [kt/yr; N].
        permit_scale: what permits must be multiplied with so that the base year's use fits them [P].
    """

    a: np.ndarray
    price: np.ndarray
    permit: np.ndarray
    level: np.ndarray
    capacity: np.ndarray
    cost: np.ndarray
    rent: np.ndarray
    spread: np.ndarray
    choke: np.ndarray
    form: np.ndarray
    final: np.ndarray
    margin: np.ndarray
    value: np.ndarray
    flow: np.ndarray
    permit_scale: np.ndarray


def node_prices(values: Mapping[str, float], nodes: list[str], drafts: list[Draft]) -> np.ndarray:
    """Base prices of the goods [USD/kg].

    From the price table; a mill's from its cost; else that at the other end of a shipping link, freight apart; else,
    for a good that only a plant to come would make, the least price of the same good elsewhere.
    """
    price = np.full(len(nodes), np.nan)
    at = {n: i for i, n in enumerate(nodes)}
    for i, node in enumerate(nodes):
        price[i] = values.get(f"price/{node}/price", np.nan)
    for d in drafts:
        if d.stage == "milling":
            price[at[d.entries[0][0]]] = d.cost + _spread(d, 1.0, d.use) * logit(d.use)
    for d in drafts:
        if d.stage == "trade" and len(d.entries) == 2:
            source, target = (at[n] for n, _ in d.entries)
            if np.isnan(price[target]) and not np.isnan(price[source]):
                price[target] = price[source] + d.cost
            if np.isnan(price[source]) and not np.isnan(price[target]):
                price[source] = price[target] - d.cost
    for i, node in enumerate(nodes):
        if np.isnan(price[i]):
            same = [p for n, p in zip(nodes, price, strict=True) if n.split("@")[0] == node.split("@")[0]]
            price[i] = np.nan if np.isnan(same).all() else np.nanmin(same)
    missing = [n for n, p in zip(nodes, price, strict=True) if np.isnan(p)]
    if missing:
        raise FactsError(f"{len(missing)} goods have no base price: {', '.join(missing[:8])}",
                         where="world tables, price/<good>@<zone>/price")  # fmt: skip
    return price


def _spread(d: Draft, value: float, use: float) -> float:
    """Spread of a logistic response; an elasticity too small for one logistic is raised to the least it can hold."""
    kind, size = d.stretch
    if d.doing == "use":
        return size
    if kind == "elasticity":
        least = (1.0 - use) * (float(logit(use)) + 3.0)
        return (1.0 - use) * value / max(size, least)
    return size * (d.cost if kind == "cost" else value)


def benchmark(values: Mapping[str, float], drafts: list[Draft], level: np.ndarray, a: np.ndarray,
              price: np.ndarray, terms: Terms) -> Benchmark:  # fmt: skip
    """Parameters that return the base year under the law of its year (row 0 of `terms`).

    Args:
        values: the world's numbers.
        drafts: the activities.
        level: balanced levels [M].
        a: coefficients [N, M].
        price: base prices [N].
        terms: the law; its first period is the base year.
    """
    final = np.array([d.doing == "use" for d in drafts])
    gross = np.where(a > 0, a, 0.0).T @ price
    inputs = np.where(a < 0, -a, 0.0).T @ price
    value = np.where(gross > 0, gross, inputs)
    tax = np.minimum(terms.advalorem[0] + terms.markup[0], 0.95)
    keep = np.where(final, 0.0, tax) * gross + np.where(final, tax, 0.0) * inputs
    margin = gross - inputs - keep - terms.specific[0] - terms.resource_cost[0]
    use = np.array([d.use for d in drafts])
    cost = np.array([_reservation(d, margin[i], price, a[:, i]) for i, d in enumerate(drafts)])
    spread = np.array([_spread(d, value[i], use[i]) for i, d in enumerate(drafts)])
    spread = np.where(final, [d.stretch[1] for d in drafts], np.maximum(spread, 1e-6 * value))
    offset = np.where(final, 0.0, spread * logit(np.clip(use, 0.01, 0.99)))
    left = np.where(final, 0.0, margin - cost - offset)
    runs = level > SMALL
    permit, scale = _permit_rents(terms, level, left, runs)
    margin = margin - terms.permit_use.T @ permit
    rent = np.where(runs & ~final, left - terms.permit_use.T @ permit, 0.0)
    base = np.where(final, -margin, cost)
    return Benchmark(
        a=a, price=price, permit=permit, level=level, capacity=np.where(final, level, level / np.clip(use, 0.01, 0.99)),
        cost=base, rent=rent, spread=spread, choke=np.where(final, base * np.array([d.choke or 10.0 for d in drafts]), 0),
        form=np.where(final, ISOELASTIC, LOGISTIC), final=final, margin=margin, value=value,
        flow=0.5 * (np.abs(a) @ np.maximum(level, 0)), permit_scale=scale,
    )  # fmt: skip


def _reservation(d: Draft, margin: float, price: np.ndarray, column: np.ndarray) -> float:
    """Cost of an activity; a stockholder's is the price at which it neither buys nor sells on balance."""
    if d.doing == "hold":
        return float(column @ price)
    return d.cost


def _permit_rents(terms: Terms, level: np.ndarray, left: np.ndarray,
                  runs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Rent of each permit that binds in the base year, and the factor that fits its amount to the base year's use.

    The rent is that of the marginal user: the least unexplained margin among the users that hold at least a tenth of
    the flow, and never below zero.
    """
    rents, scales = np.zeros(len(terms.permits)), np.ones(len(terms.permits))
    for i in range(len(terms.permits)):
        need = terms.permit_use[i] * np.where(runs, level, 0.0)
        amount = terms.permit_amount[0, i]
        total = need.sum()
        if not np.isfinite(amount) or total <= 0 or total < 0.9 * amount:
            continue
        big = need > 0.1 * total
        rents[i] = max(0.0, float(np.min(left[big] / terms.permit_use[i][big])))
        scales[i] = total / amount
    return rents, scales
