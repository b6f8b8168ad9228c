"""Brown and Eggert's six policies in one period of the world: four levels of illegal output, with and without quotas.

Legal China leads; those who separate without a licence and Mt Weld follow. Output is counted where oxides are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np

from earthprice.demos.lab import Lab
from earthprice.demos.static import base_year, one_period
from earthprice.dynamics.laws import NO_CAP
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting

ILLEGAL = {"none": 0.0, "low": 0.5, "base": 1.0, "high": 2.0}
"""Illegal capacity against the base year's."""
REGIMES = ("quota", "no quota")
BOUGHT = {"ndpr": 5.0, "dy": 0.3}
"""Oxide stockpiled [kt/yr]: about a tenth of what China makes."""
TAX = 1.0
"""Environmental tax on legal output [USD/kg REO separated], where the rent of a separation total is above it."""
BETTER = 1.05
"""Recovery of an oxide by legal plants against the base year's."""
ELASTIC = 8.0
"""Elasticity of final demand in the counter-case: magnets are a small part of an oxide's buyers' costs."""

PolicyCell = tuple[str, str]
"""Level of illegal output, regime."""
Arrays = tuple[Setting, Schedule]
CELLS: tuple[PolicyCell, ...] = tuple((i, r) for r in REGIMES for i in ILLEGAL)


@dataclass(frozen=True)
class Observed:
    """One outcome: prices of oxides at home [USD/kg; E], what followers earn [USD/kg; F] and make [kt/yr; F].

    `earned` is the value of a follower's oxides after charges, less the concentrate it buys; `legal` is what legal
    China separates of its own ores by concentrate [kt/yr], `illegal` and `mt_weld` are outputs [kt/yr].
    """

    price: np.ndarray
    earned: np.ndarray
    made: np.ndarray
    legal: dict[str, float]
    illegal: float
    mt_weld: float


@dataclass(frozen=True)
class PolicyTrials:
    """The world of one period, and the ways in which policies change it."""

    lab: Lab

    @cached_property
    def base(self) -> Arrays:
        """Arrays of the base year."""
        return base_year(self.lab)

    @cached_property
    def masks(self) -> dict[str, np.ndarray]:
        """Legal plants that separate home ore; illegal plants; illegal diggers and plants; Mt Weld."""
        mask, home = self.lab.lens.mask, self.lab.home
        plants = mask(stage="separation", zone=home)
        wild = mask(zone=home, status="unlicensed")
        return {
            "legal": plants & mask(status="licensed", feed="home"),
            "illegal": plants & wild,
            "wild": wild & mask(stage=("mining", "separation")),
            "mt_weld": mask(stage="separation", concentrate="mt_weld"),
        }

    @cached_property
    def oxides(self) -> list[int]:
        """Positions of the oxides at home."""
        return [self.lab.world.network.node(f"{e}_oxide@{self.lab.home}") for e in self.lab.lens.elements]

    def world(self, cell: PolicyCell, base: Arrays | None = None) -> Arrays:
        """The base year at a level of illegal output, with or without quotas."""
        s, schedule = base or self.base
        level, regime = cell
        capacity = jnp.where(self.masks["wild"], ILLEGAL[level] * s.base.capacity, s.base.capacity)
        s = s._replace(base=s.base._replace(capacity=capacity))
        if regime == "no quota":
            schedule = schedule._replace(permit_amount=jnp.full_like(schedule.permit_amount, 10.0 * NO_CAP))
        return s, schedule

    def stockpile(self, at: Arrays, element: str, *, ore: bool = True) -> Arrays:
        """A buyer takes an oxide at any price; without `ore`, a seller offers as much from nowhere."""
        s, schedule = at
        reservation, holding = schedule.reservation, schedule.holding
        for verb, price in (("reserve_buy", 1e5), ("reserve_sell", -1e5))[: 1 if ore else 2]:
            i = self.lab.lens.act.index.get_loc(f"{element}_oxide@{self.lab.home}/{verb}")
            reservation, holding = reservation.at[i].set(price), holding.at[i].set(BOUGHT[element])
        return s, schedule._replace(reservation=reservation, holding=holding)

    def tax(self, at: Arrays) -> Arrays:
        """A charge per kilogram on what legal plants separate of home ore, where the base year's rent pays it twice."""
        permits = self.base[0].permits
        taxed = self.masks["legal"] & np.asarray(permits.use.T @ permits.price > 2.0 * TAX)
        return at[0], at[1]._replace(specific=at[1].specific + jnp.where(taxed, TAX, 0.0))

    def recover(self, at: Arrays, element: str) -> Arrays:
        """Legal plants win more of an oxide out of home ore."""
        i = self.lab.world.network.node(f"{element}_oxide@{self.lab.home}")
        s, schedule = at
        more = s.base.a.at[i].multiply(jnp.where(self.masks["legal"], BETTER, 1.0))
        return s._replace(base=s.base._replace(a=more)), schedule

    @cached_property
    def policies(self) -> dict[str, Callable[[Arrays], Arrays]]:
        """The six policies by name."""
        return {
            "as before": lambda at: at,
            "stockpile ndpr": lambda at: self.stockpile(at, "ndpr"),
            "stockpile dy": lambda at: self.stockpile(at, "dy"),
            "tax": self.tax,
            "recovery ndpr": lambda at: self.recover(at, "ndpr"),
            "recovery dy": lambda at: self.recover(at, "dy"),
        }

    @cached_property
    def grid(self) -> dict[tuple[str, PolicyCell], Observed]:
        """All outcomes: policy x illegal output x regime."""
        return {(p, c): self.see(f(self.world(c))) for c in CELLS for p, f in self.policies.items()}

    @cached_property
    def oreless(self) -> dict[tuple[str, PolicyCell], Observed]:
        """The stockpiles, filled from nowhere."""
        return {
            (f"stockpile {e}", c): self.see(self.stockpile(self.world(c), e, ore=False)) for c in CELLS for e in BOUGHT
        }

    @cached_property
    def elastic(self) -> dict[tuple[str, PolicyCell], Observed]:
        """Better recovery of neodymium where demand is elastic."""
        s, schedule = self.base
        s = s._replace(base=s.base._replace(spread=jnp.where(s.demand.final, ELASTIC, s.base.spread)))
        out = {}
        for c in CELLS:
            at = self.world(c, (s, schedule))
            out["as before", c], out["recovery ndpr", c] = self.see(at), self.see(self.recover(at, "ndpr"))
        return out

    def see(self, at: Arrays) -> Observed:
        """Clear one period and look at it."""
        price, level = one_period(*at, float(self.lab.years[0]))
        s, schedule = at
        a, p = np.asarray(s.base.a), price[: len(s.base.price)]
        keep = 1.0 - np.asarray(schedule.advalorem + schedule.markup)
        margin = keep * (np.maximum(a, 0.0).T @ p) + np.minimum(a, 0.0).T @ p
        follow = self.masks["illegal"] | self.masks["mt_weld"]
        legal = {
            str(self.lab.lens.act["concentrate"].iloc[i]): float(level[i]) for i in np.flatnonzero(self.masks["legal"])
        }
        illegal, mt_weld = (float(level[self.masks[mine]].sum()) for mine in ("illegal", "mt_weld"))
        return Observed(price[self.oxides], margin[follow], level[follow], legal, illegal, mt_weld)
