"""The benchmark: parameters at which the market, run on the base year, returns the base year.

Costs come from the cost table. What a margin holds beyond cost, charges and the logistic's own offset is a *rent*: of a
permit that binds (its price), or of the activity (site, quality, bargaining), kept apart from cost. Rents are results
of the benchmark, never costs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from earthprice.errors import FactsError
from earthprice.market.closed import PERMIT_SPREAD
from earthprice.market.contracts import WIDTH
from earthprice.market.response import ISOELASTIC, LOGISTIC
from earthprice.world.draft import TRACE, Draft, Drafts
from earthprice.world.network import Network
from earthprice.world.terms import Terms

IDLE = 0.06
"""Supply [kt/yr] below which a good is not made in the base year: its price is what buyers elsewhere would pay."""
LEAST_USE, MOST_USE = 1e-5, 0.99
"""Bounds of the share of capacity used in the base year: a link that is open but hardly used lies at the lower."""
GIVEN_AWAY = 0.25
"""Share of an outlet's room that is taken, at least, when a good is worth nil."""
GIVEN_ODDS = float(logit(GIVEN_AWAY))
LEAST_RENT = 12.0
"""Least rent of a permit that binds, in permit spreads: a cap that binds is never free."""
SMALL = 1e-12
"""Level [kt/yr] below which an activity counts as not running."""


@dataclass(frozen=True)
class Benchmark:
    """The base year as parameters. N goods, P permits, M activities.

    Attributes:
        network: the network, of whose goods and activities it is.
        price: base prices [USD/kg; N]; permit: base rents [USD/kg; P].
        level: balanced levels [kt/yr; M]; capacity: K or Q [M].
        cost: cost from the tables [USD/kg; M]; rent: what is left of the margin [USD/kg; M].
        spread: spread, or elasticity of final use [M]; choke [USD/kg; M]; form, final [M].
        margin: revenue less inputs, charges and permits at base prices [USD/kg; M].
        value: gross value of a unit of level [USD/kg; M].
        flow: gross flow of each good [kt/yr; N].
        permit_scale: what permits must be multiplied with so that the base year's use fits them [P].
    """

    network: Network
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

    @property
    def a(self) -> np.ndarray:
        """Coefficients of the goods [N, M]."""
        return self.network.matrix

    @property
    def gives(self) -> np.ndarray:
        """What a unit of level makes of each good [N, M]."""
        return self.network.gives

    @property
    def takes(self) -> np.ndarray:
        """What a unit of level uses up of each good [N, M]."""
        return self.network.takes


def node_prices(values: Mapping[str, float], nodes: list[str], drafts: Drafts) -> np.ndarray:
    """Base prices of the goods [USD/kg].

    From the price table; a mill's from its cost; of a good not made yet, what it fetches where it could be shipped;
    else that at the other end of a shipping link, freight apart; else, for a good that only a plant to come would
    make, the least price of the same good elsewhere.
    """
    price: list[float] = [values.get(f"price/{node}/price", math.nan) for node in nodes]
    at = {n: i for i, n in enumerate(nodes)}
    for d in drafts:
        if d.stage == "milling":
            odds = float(logit(d.use))
            price[at[d.entries[0][0]]] = d.cost + _spread(d, 1.0, d.use, odds) * odds
    made = [0.0] * len(nodes)
    for d in drafts:
        level = d.level
        for node, coefficient in d.entries:
            if coefficient > 0:
                made[at[node]] += coefficient * level
    idle = [amount < IDLE for amount in made]
    for d in drafts:
        if d.stage == "trade" and len(d.entries) == 2:
            source, target = (at[n] for n, _ in d.entries)
            if idle[source] and not idle[target]:
                odds = float(logit(d.use))
                price[source] = price[target] - d.cost - 0.5 * _spread(d, price[target], d.use, odds) * odds
            if math.isnan(price[target]) and not math.isnan(price[source]):
                price[target] = price[source] + d.cost
            if math.isnan(price[source]) and not math.isnan(price[target]):
                price[source] = price[target] - d.cost
    for i, node in enumerate(nodes):
        if math.isnan(price[i]):
            good = node.split("@")[0]
            same = [p for n, p in zip(nodes, price, strict=True) if n.split("@")[0] == good and not math.isnan(p)]
            price[i] = min(same, default=math.nan)
    missing = [n for n, p in zip(nodes, price, strict=True) if math.isnan(p)]
    if missing:
        raise FactsError(
            f"{len(missing)} goods have no base price: {', '.join(missing[:8])}",
            where="world tables, price/<good>@<zone>/price",
        )
    return np.array(price, float)


def _spread(d: Draft, value: float, use: float, odds: float) -> float:
    """Spread of a logistic response; an elasticity too small for one logistic is raised to the least it can hold.

    `odds` is the logit of the share of capacity in use.

    An outlet with room takes `GIVEN_AWAY` of it when its good is worth nil:

        spread (logit GIVEN_AWAY - logit use) <= value
    """
    kind, size = d.stretch
    if d.doing == "use":
        return size
    if kind == "elasticity":
        least = (1.0 - use) * (odds + 3.0)
        return (1.0 - use) * value / max(size, least)
    out = size * (d.cost if kind == "cost" else value)
    return min(out, value / (GIVEN_ODDS - odds)) if 0 < use < GIVEN_AWAY and d.room else out


def benchmark(drafts: Drafts, level: np.ndarray, network: Network, price: np.ndarray, terms: Terms) -> Benchmark:
    """Parameters that return the base year under the law of its year (row 0 of `terms`).

    Args:
        drafts: the activities.
        level: balanced levels [M].
        network: the network.
        price: base prices [N].
        terms: the law; its first period is the base year.
    """
    said = drafts.said
    final, hold, room = said["doing"] == "use", said["doing"] == "hold", said["room"]
    gross, inputs = network.gives.T @ price, network.takes.T @ price
    value = np.where(gross > 0, gross, inputs)
    tax = terms.advalorem[0] + terms.markup[0]
    keep = np.where(final, 0.0, tax) * gross + np.where(final, tax, 0.0) * inputs
    margin = gross - inputs - keep - terms.specific[0] - terms.resource_cost[0]
    margin = margin + by_plant(insured(network.matrix, price[None], terms), terms, len(drafts))[0]
    use = said.used(level)
    cost = np.where(hold, gross - inputs, said["cost"])  # a holder's is where it neither buys nor sells on balance
    rows = zip(drafts, value.tolist(), use.tolist(), logit(use).tolist(), strict=True)
    spread = np.array([_spread(*row) for row in rows])
    spread = np.where(final, spread, np.maximum(spread, 1e-6 * value))
    use = np.clip(use, np.where(room > 0, TRACE, LEAST_USE), MOST_USE)
    offset = np.where(final, 0.0, spread * logit(use))
    left = np.where(final, 0.0, margin - cost - offset)
    runs = level > SMALL
    permit, scale = _permit_rents(terms, level, np.maximum(value, 1e-3), left)
    margin = margin - terms.permit_use.T @ permit
    rent = np.where(runs & ~final, left - terms.permit_use.T @ permit, 0.0)
    base = np.where(final, -margin, cost)
    return Benchmark(
        network=network,
        price=price,
        permit=permit,
        level=level,
        capacity=np.select([final, room > 0], [level, room], level / use),
        cost=base,
        rent=rent,
        spread=spread,
        choke=np.where(final, base * np.where(said["choke"], said["choke"], 10.0), 0),
        form=np.where(final, ISOELASTIC, LOGISTIC),
        final=final,
        margin=margin,
        value=value,
        flow=0.5 * (network.passes @ np.maximum(level, 0)),
        permit_scale=scale,
    )


def insured(a: np.ndarray, price: np.ndarray, terms: Terms) -> np.ndarray:
    """What a unit of level is paid under each contract for difference, negative where it pays [USD/kg; T, C].

    Args:
        a: coefficients of the goods [N, M].
        price: prices of the goods [USD/kg; T, N].
        terms: the law by period; the first T count.
    """
    out = np.zeros((len(price), len(terms.contracts)))
    for k, c in enumerate(terms.contracts):
        held, back, covered = (x[: len(price)] for x in (c.strike, c.back, c.covered))
        strike = np.where(np.isfinite(held), held, 1.0)
        width = WIDTH * strike
        gap = (strike - price[:, c.good]) / width
        gain = width * (np.logaddexp(0.0, gap) - back * np.logaddexp(0.0, -gap))
        out[:, k] = np.where(np.isfinite(held), a[c.good, c.activity] * covered * gain, 0.0)
    return out


def by_plant(paid: np.ndarray, terms: Terms, activities: int) -> np.ndarray:
    """What contracts pay [T, C] by the plants that have them [T, M]."""
    out = np.zeros((len(paid), activities))
    for k, c in enumerate(terms.contracts):
        out[:, c.activity] += paid[:, k]
    return out


def _permit_rents(
    terms: Terms, level: np.ndarray, value: np.ndarray, left: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Price of each permit in the base year, and the factor that fits its amount to the base year's use.

    The rent of a permit that binds is that of the marginal user: the least unexplained margin, net of the permits
    before it, among the users that hold at least a tenth of the flow. Unused permits are disposed of along a logistic
    of spread s = `PERMIT_SPREAD` x reference, so price p, use u and amount E hold u = E tanh(p / 2s): a permit that is
    nearly used has a trace of a price, and the amount of one that binds is fitted at its rent.
    """
    rents, scales = np.zeros(len(terms.permits)), np.ones(len(terms.permits))
    left = left.copy()
    for i, use in enumerate(terms.permit_use):
        need = use * np.where(level > SMALL, level, 0.0)
        amount, total = terms.permit_amount[0, i], need.sum()
        if not np.isfinite(amount) or amount <= 0 or total <= 0:
            continue
        least = permit_reference(use, value)
        if total < 0.9 * amount:
            rents[i] = 2.0 * PERMIT_SPREAD * least * np.arctanh(total / amount)
        else:
            big = need > 0.1 * total
            rents[i] = max(LEAST_RENT * PERMIT_SPREAD * least, float(np.min(left[big] / use[big], initial=np.inf)))
            scales[i] = total / amount / np.tanh(rents[i] / (2.0 * PERMIT_SPREAD * max(rents[i], least)))
        left -= use * rents[i]
    return rents, scales


def permit_reference(use: np.ndarray, value: np.ndarray) -> float:
    """Least price scale of a permit [USD/kg]: a tenth of the mean value of what needs it, and at least 0.01."""
    use = np.maximum(use, 0.0)
    return 0.1 * max(float(use @ value) / max(float(use.sum()), 1e-12), 0.1)
