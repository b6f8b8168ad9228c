"""S3, the rare price: two equilibria, a user cost that agrees with itself, and a horizon that does not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves, marks
from earthprice.demos.lab import Lab
from earthprice.demos.mine import TEN, TWO, MinePath, charged_path, once_path, rare_path
from earthprice.runs.engine import Outcome, run
from earthprice.runs.rare import HORIZON_BAND, UserCost, damage_bill, rare_run, user_cost
from earthprice.world.terms import Terms

DISCOUNT = 0.03
"""Social discount rate [share/yr]."""
SHORT, LONG = 30, 60
"""Horizons compared [years]."""
SHOWN = 2026
"""Year whose user costs and prices are compared."""
ELEMENTS = ("ndpr", "dy", "tb", "ce", "la", "y")
BODIES = 10


@dataclass(frozen=True)
class Horizon:
    """User cost over some years, and the market that pays it and all damage."""

    user: UserCost
    run: Outcome


def rare(lab: Lab) -> Demonstration:
    """Two mines that can be checked by hand, then the world over 30 and 60 years."""
    short = _horizon(lab, SHORT)
    long, blind = _horizon(lab, LONG, short.user), _horizon(lab, SHORT, short.user, left=False)
    ten = {
        "iterated": rare_path(TEN),
        "charged once": once_path(TEN),
        "nothing charged": charged_path(TEN, np.zeros(TEN.periods)),
    }
    return Demonstration(
        title="The rare price: damage and ore paid for, in the same market",
        words="The rare price is where the same market clears when every activity pays for the damage it does and for "
        "the ore it uses up. What ore costs is what a tonne left would add later, found along the path that pays "
        "it, again and again until the two agree. First two mines that can be worked out by hand, then the world "
        f"at a discount rate of {100 * DISCOUNT:.0f} %, over {SHORT} and over {LONG} years.",
        removed="Mines: ore pays the value found along the path that pays nothing, once. World: nothing is charged; in "
        "the claim on user cost, ore left at the end is worth nothing.",
        claims=(*_hand(ten), *_world(lab, short, long, blind)),
        panels=_panels(lab, ten, short, long, blind),
        rests_on=(
            "damage/*",
            "burden*",
            "deposit/*/ore_*",
            "model/ore/replacement",
            "use/*/growth_*",
            "model/demand/after_2035",
            "model/demand/fade",
            "model/project/phases",
        ),
    )


def _hand(ten: dict[str, MinePath]) -> tuple[Claim, ...]:
    two, once = rare_path(TWO), once_path(TWO)
    agreed, hasty = ten["iterated"], ten["charged once"]
    return (
        Claim("10 t of ore, two periods, p = 20 - q, 10 %: first price", "USD/t", float(two[0][0]), 14.28, 14.29,
              "theory: (20 + 10) / 2.1 = 14.286 (Hotelling 1931)", float(once[0][0])),
        Claim("200 t of ore, p = 100 - q, 5 %: first price", "USD/t", float(agreed[0][0]), 63.595, 63.605,
              "theory: (1000 - 200) x 0.05 / (1.05^10 - 1) = 63.60", float(hasty[0][0])),
        Claim("the same: periods until the ore is gone", "periods", float(np.sum(agreed[1] > 1e-6)), 9.5, 10.5,
              "theory: the next price would pass 100, at which nobody buys", float(np.sum(hasty[1] > 1e-6))),
    )  # fmt: skip


def _world(lab: Lab, short: Horizon, long: Horizon, blind: Horizon) -> tuple[Claim, ...]:
    k = lab.at(SHOWN)
    node = f"ndpr_oxide@{lab.home}"
    earth = float(lab.price(lab.baseline, node)[k])
    dear, far = (float(lab.price(h.run, node)[k]) for h in (short, long))
    ratio = [_paid(lab, h) / _paid(lab, long) for h in (short, blind)]
    return (
        Claim(f"world: earth price of NdPr oxide over its rare price, {SHOWN}", "%", 100.0 * earth / dear, 1.0, 99.0,
              "theory: who pays for damage and ore sells dearer", 100.0),
        Claim(f"rare price of NdPr oxide over {SHORT} years against {LONG}, {SHOWN}", "%", 100.0 * (dear / far - 1.0),
              -HORIZON_BAND, HORIZON_BAND,
              "stated band: as well as the price of the base year is known, whose quotes range over 5 % either way"),
        Claim(f"user cost of what is dug over {SHORT} years against {LONG}, {SHOWN}", "ratio", ratio[0], 0.67, 1.5,
              "theory: 1 where ore left is worth what follows makes of it; the earnings of the last year stand for all "
              "that follow, so half more or a third less is allowed", ratio[1]),
    )  # fmt: skip


def _horizon(lab: Lab, years: int, first: UserCost | None = None, *, left: bool = True) -> Horizon:
    """User cost over some years from the base year; the market that pays it runs as long as the bench does."""
    far = replace(lab, last=lab.world.base_year + years)
    user = user_cost(far.engine, far.central, _billed(far), DISCOUNT, first, left=left)
    return Horizon(user, rare_run(lab.engine, lab.central, _billed(lab), user))


def _billed(lab: Lab) -> Terms:
    """The law in force with the bill for damage."""
    return lab.terms(bill=damage_bill(lab.engine, lab.central))


def _paid(lab: Lab, h: Horizon) -> float:
    """Mean user cost of the ore dug in the year shown [USD/kg]."""
    k = lab.at(SHOWN)
    dug = h.run.record.dug[k]
    return float(h.user.value[k] @ dug / dug.sum())


def _panels(lab: Lab, ten: dict[str, MinePath], short: Horizon, long: Horizon, blind: Horizon) -> tuple[Panel, ...]:
    k, e = lab.at(SHOWN), lab.engine
    damage = run(e, lab.central, _billed(lab))
    periods = np.arange(1, TEN.periods + 1)
    runs = {"earth price": lab.baseline, "damage paid": damage, "rare price": short.run}
    price = lab.paths({n: lab.price(r, f"ndpr_oxide@{lab.home}") for n, r in runs.items()})
    prices = {x: [lab.price(r, f"{x}_oxide@{lab.home}")[k] for r in (lab.baseline, short.run)] for x in ELEMENTS}
    share = [("", x, 100.0 * float(earth / dear)) for x, (earth, dear) in prices.items()]
    largest = np.argsort(-short.run.record.dug[k] * short.user.value[k])[:BODIES]
    horizons = {f"{SHORT} years": short, f"{LONG} years": long, f"{SHORT} years, ore left worth nothing": blind}
    costs = [(n, e.names.bodies[i], float(h.user.value[k, i])) for n, h in horizons.items() for i in largest]
    return (
        Panel("A mine of 200 t: price", "period", "USD/t", curves({n: (periods, path[0]) for n, path in ten.items()})),
        Panel("NdPr oxide at home: price", "year", "USD2020/kg", price),
        Panel(f"Earth price over rare price, {SHOWN}", "oxide", "%", marks(share), "bar"),
        Panel(f"User cost of ore in the ground, {SHOWN}", "body", "USD2020/kg REO", marks(costs), "bar"),
    )
