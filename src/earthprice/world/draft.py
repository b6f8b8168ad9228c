"""Drafts: activities as the tables describe them, before the base year is balanced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from earthprice.world.numbers import require

Coefficient = tuple[str, float]
Values = Mapping[str, float]

TRACE = 1e-13
"""Least share of its room that an outlet uses in the base year."""


class Draft(NamedTuple):
    """One activity as drafted from the tables.

    Attributes:
        id, doing, stage, zone: as in `network.ACTIVITY_COLUMNS`.
        entries: (node id, coefficient) pairs, positive produces.
        level: base-year level [kt/yr]; 0 for what does not run yet.
        use: share of capacity used in the base year, where there is neither `room` nor `lent`.
        room: capacity of an outlet for what nobody wants, whatever level the balance leaves it [kt/yr].
        lent: capacity that others leave idle and turn over to it, whatever level the balance leaves it [kt/yr]; it has
            none of its own.
        cost: cost per unit of level [USD/kg], without charges and rents.
        stretch: how the spread is set: ("elasticity", e), ("cost", share) or ("value", share).
        trust: weight of the level in the reconciliation (larger moves less).
        motion: which law of motion its capacity obeys: mine, plant, project, unlicensed, adapt, outlet, demand, store,
            release, state.
        capex: cost of new capacity [USD per kg/yr]; lead [years]; start [year]; planned [kt/yr].
        growth: names the growth path of a final use; long: its long-run elasticity; choke: multiple of base cost.
        ore_per_level: ore REO dug per unit of level (1 / recovery); body: ore body and class it digs.
        host: ore REO that comes up with the host mineral per unit of base level, whatever the rare-earth price; 0 where
            rare earths are dug for themselves; follows: share of its slack that follows the rare-earth price.
        attributes: the remaining columns of `ACTIVITY_COLUMNS`.
    """

    id: str
    doing: str
    stage: str
    zone: str
    entries: tuple[Coefficient, ...]
    level: float
    use: float
    cost: float
    stretch: tuple[str, float]
    trust: float
    motion: str
    capex: float = 0.0
    lead: float = 0.0
    start: float = 0.0
    planned: float = 0.0
    growth: str = ""
    long: float = 0.0
    choke: float = 0.0
    ore_per_level: float = 0.0
    body: str = ""
    host: float = 0.0
    follows: float = 1.0
    room: float = 0.0
    lent: float = 0.0
    attributes: tuple[tuple[str, str], ...] = ()


class Columns:
    """Activities field by field: what one says of each of them, as an array that is made once [M].

    Args:
        drafts: the activities.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._said = dict(zip(Draft._fields, zip(*drafts, strict=True), strict=True))
        self._made: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._made:
            self._made[name] = np.array(self._said[name])
        return self._made[name]

    def used(self, level: np.ndarray) -> np.ndarray:
        """Share of its capacity that each activity uses at its balanced level [kt/yr; M]."""
        fixed = np.where(self["room"] > 0, self["room"], self["lent"])
        own = fixed > 0
        return np.where(own, np.maximum(level / np.where(own, fixed, 1.0), TRACE), self["use"])


class Drafts(tuple[Draft, ...]):
    """Activities in their order."""

    @cached_property
    def said(self) -> Columns:
        """The same field by field."""
        return Columns(self)


def model(v: Values, name: str) -> float:
    """A number of the table of the model, `model/<name>`."""
    return require(v, f"model/{name}")


def or_model(v: Values, key: str, name: str) -> float:
    """A number of its own by its key, or else the one that the table of the model holds for all of its kind."""
    return v[key] if key in v else model(v, name)


def trust(v: Values, flow: str) -> float:
    """Weight of a kind of flow when the base year is balanced, `model/trust/<flow>`."""
    return model(v, f"trust/{flow}")


def pilot(v: Values, planned: float) -> float:
    """Base-year level of what does not run yet: so small that it moves nothing, so that its price is determined."""
    return model(v, "project/pilot") * planned


def has(v: Values, key: str) -> bool:
    """Whether a number is given and above nil."""
    return v.get(key, 0.0) > 0.0


@cache
def drafted_columns(**columns: str) -> tuple[tuple[str, str], ...]:
    """Columns of an activity and what stands in them; all draws share them."""
    return tuple(columns.items())


def concentrate_at(concentrate: str, zone: str, kind: str = "home") -> str:
    """Node of a concentrate in a zone: dug there under a licence (`home`), or apart as `imported` or `unlicensed`."""
    return f"conc_{concentrate}@{zone}" if kind == "home" else f"conc_{concentrate}/{kind}@{zone}"


def hidden(v: Values, concentrate: str, zone: str) -> str:
    """Kind of node that unlicensed digging sells to: one of its own where plants without a licence buy it."""
    return "unlicensed" if f"separation/{zone}/{concentrate}/home/unlicensed/recovery" in v else "home"


@cache
def element_of(good: str) -> str:
    """Element of an oxide or metal; empty for other goods."""
    return good.split("_")[0] if good.endswith(("_oxide", "_metal")) else ""


@cache
def tier_of(good: str) -> str:
    """Tier of a magnet; empty for other goods."""
    return good.split("_")[1] if good.startswith("magnet_") else ""
