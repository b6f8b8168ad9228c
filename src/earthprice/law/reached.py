"""What a measure reaches: its selector matched against the activities of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import pandas as pd

from earthprice.errors import RulebookError
from earthprice.law.floors import Contract, Stock
from earthprice.law.instruments import Cap, Charge, Exempt, Inspection, Penalty, PriceBand, Reserve, Standard, Support
from earthprice.law.origins import Flows, base_flows, listed_origin
from earthprice.law.stack import Item, Stack
from earthprice.world.network import Network
from earthprice.world.terms import Terms, no_law

ENDINGS = {"reserve": "/reserve_buy", "price_band": "/floor_buy", "stock": "/reserve_buy"}
"""State purchases are activities of their own, told by the end of their id."""
NO_CAPITAL = ("milling", "trade")
"""Stages that run and cost nothing to build: mills follow their pits, and launderers what is dug without a licence."""


@dataclass(frozen=True)
class Ground:
    """The network as arrays, read once.

    Attributes:
        network: the network.
        zones: order of zones in `Terms`.
    """

    network: Network
    zones: tuple[str, ...]
    _makers: dict[str, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)
    _blank: dict[int, Terms] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Columns of the activities as arrays of text."""
        table = self.network.activities
        return {c: table[c].astype(str).to_numpy(object) for c in table.columns if c not in ("level", "capacity")}

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """Names that occur in each column."""
        return {c: set(np.unique(v.astype(str))) - {"", "nan"} for c, v in self.columns.items()}

    @cached_property
    def ids(self) -> np.ndarray:
        """Ids of the activities."""
        return self.network.activities.index.to_numpy(object)

    @cached_property
    def level(self) -> np.ndarray:
        """Base level [kt/yr]."""
        return self.network.activities["level"].to_numpy(float)

    @cached_property
    def capacity(self) -> np.ndarray:
        """Base capacity [kt/yr]."""
        return self.network.activities["capacity"].to_numpy(float)

    @cached_property
    def reo(self) -> np.ndarray:
        """REO content of one unit of level."""
        return self.network.reo.reindex(self.network.activities.index).to_numpy(float)

    @cached_property
    def revenue(self) -> np.ndarray:
        """Gross revenue of one unit of level at base prices [USD/kg]."""
        return np.maximum(self.network.matrix, 0.0).T @ self._prices

    @cached_property
    def bought(self) -> np.ndarray:
        """What one unit of level uses up, at base prices [USD/kg]: for a shipment, the good at its origin."""
        return np.maximum(-self.network.matrix, 0.0).T @ self._prices

    @cached_property
    def _prices(self) -> np.ndarray:
        return np.nan_to_num(self.network.nodes["price"].to_numpy(float))

    @cached_property
    def flows(self) -> Flows:
        """Rare earths that activities bring and take in the base year."""
        return base_flows(self.network, self.network.content)

    @cached_property
    def touched(self) -> np.ndarray:
        """Whether an activity makes a good or takes it [N, M]."""
        return self.network.matrix != 0.0

    @cached_property
    def made(self) -> np.ndarray:
        """What a unit of level makes of each good, by-products of what it names apart [kg/kg; N, M]."""
        gives, goods = np.maximum(self.network.matrix, 0.0), self.network.nodes["good"].astype(str).to_numpy(object)
        own = (goods[:, None] == self.columns["good"][None]) & (gives > 0)
        return np.where(own | ~own.any(0), gives, 0.0)

    def held(self, item: Item) -> np.ndarray:
        """Share of listed origin in what each activity hands on, by mass (`origins`) [M]; all where none is listed."""
        if item.measure.holds is None:
            return np.ones(len(self.ids))
        for name in item.measure.holds.origin:
            self.zone(name, item.where("holds", "origin"))
        return listed_origin(self.network, self.network.content, item.measure.holds)

    @cached_property
    def unlicensed(self) -> np.ndarray:
        """Mask of unlicensed activities."""
        return self.columns["status"] == "unlicensed"

    @cached_property
    def abatement(self) -> tuple[np.ndarray, np.ndarray]:
        """Cost [USD/unit] and best share of removing each burden [M, B]; nothing can be removed where none is given."""
        known = self.network.abatement
        if known is None:
            nothing = np.zeros(self.network.burdens.shape)
            return nothing, nothing
        return known.cost.to_numpy(float), known.best.to_numpy(float)

    @cached_property
    def burdens(self) -> np.ndarray:
        """Burden per unit of level [M, B]."""
        return self.network.burdens.to_numpy(float)

    def maker(self, good: str, where: str) -> np.ndarray:
        """Position of the node of a good that each activity makes, in its own zone; -1 where it makes none [M].

        Found once for a good.

        Raises:
            RulebookError: nobody makes such a good.
        """
        if good not in self._makers:
            self._makers[good] = self._maker(good, where)
        return self._makers[good]

    def _maker(self, good: str, where: str) -> np.ndarray:
        known = self.network.nodes
        mine = known.index[known["good"] == good]
        rows = known.index.get_indexer(mine)
        makes = self.network.matrix[rows] > 0
        if not makes.any():
            goods = known["good"][(self.network.matrix > 0).any(1)]
            raise RulebookError(f"nobody makes '{good}'", where=where, given=good, accepted=sorted(set(goods)))
        here = makes & (known["zone"].to_numpy()[rows][:, None] == self.columns["zone"][None])
        return np.where(here.any(0), rows[here.argmax(0)], -1)

    def without_law(self, stretches: int) -> Terms:
        """Terms without law over so many stretches of days; all sheets share them, and nobody writes on them."""
        if stretches not in self._blank:
            burdens = self.network.burdens.shape[1]
            found = no_law(np.arange(stretches), len(self.ids), len(self.zones), burdens)
            for x in vars(found).values():
                if isinstance(x, np.ndarray):
                    x.setflags(write=False)
            self._blank[stretches] = found
        return self._blank[stretches]

    def burden(self, name: str, where: str) -> int:
        """Position of a burden by name."""
        names = self._burdens
        if name not in names:
            raise RulebookError(f"no burden '{name}' in the network", where=where, given=name, accepted=names)
        return names.index(name)

    @cached_property
    def _burdens(self) -> list[str]:
        return list(self.network.burdens.columns)

    def part(self, at: np.ndarray) -> Reached:
        """Some of its activities: those at some positions, rising."""
        return Reached(self.network, self.zones, self, at)

    def weighed(self, name: str, where: str) -> None:
        """Refuse a charge by the tonne on a burden that is not counted by weight."""
        unit = self.network.burden_units.get(name, "kg")
        if unit != "kg":
            what = f"the burden '{name}' is counted in {unit}, not in tonnes"
            raise RulebookError(what, where=where, accepted=f"USD2020/unit of burden | CNY/unit of burden (per {unit})")

    def zone(self, name: str, where: str) -> int:
        """Position of a zone by name."""
        if name not in self.zones:
            raise RulebookError(f"no zone '{name}' in the network", where=where, given=name, accepted=self.zones)
        return self.zones.index(name)

    def match(
        self, item: Item, keys: Mapping[str, tuple[str, ...]] | None = None, field: str = "acts_on"
    ) -> np.ndarray:
        """Mask of the activities that a selector picks; `doing: build` picks those that run."""
        mask = np.ones(len(self.ids), bool)
        for key, names in (item.measure.acts_on.names() if keys is None else keys).items():
            wanted = {"run" if key == "doing" and n == "build" else n for n in names}
            mask &= np.isin(self.columns[key], list(self._spelt(item, (field, key), wanted)))
        return mask

    def _spelt(self, item: Item, place: tuple[str, str], wanted: set[str]) -> set[str]:
        key = place[1]
        known, found = self.names[key], set()
        for name in wanted:
            hits = {k for k in known if fnmatchcase(k, name)}
            if not hits:
                what = f"no activity of the network has {key} '{name}'"
                raise RulebookError(what, where=item.where(*place), given=name, accepted=known)
            found |= hits
        return found


@dataclass(frozen=True)
class Reached(Ground):
    """Some of the activities of a ground as effects read them: laws write on a tenth of a network.

    Attributes:
        whole: the ground.
        at: positions of the activities in it, rising.
    """

    whole: Ground
    at: np.ndarray

    def __post_init__(self) -> None:
        whole, at = self.whole, self.at
        names = ("ids", "capacity", "reo", "revenue", "bought", "unlicensed", "burdens")
        found = {name: getattr(whole, name)[at] for name in names}
        columns, abatement = {k: x[at] for k, x in whole.columns.items()}, tuple(x[at] for x in whole.abatement)
        vars(self).update(found, columns=columns, abatement=abatement)  # in place of what `Ground` would read

    def maker(self, good: str, where: str) -> np.ndarray:
        """As of `Ground`, of these activities."""
        return self.whole.maker(good, where)[self.at]

    def spread(self, x: np.ndarray, rest: np.ndarray) -> np.ndarray:
        """An array by these activities as one by all, of which the rest are as in another."""
        if x.shape == rest.shape:
            return x
        found = rest.copy()
        found[:, self.at] = x
        return found


def ground(network: Network, zones: tuple[str, ...] | None = None) -> Ground:
    """Read a network once; zones in its own order unless given."""
    return Ground(network, tuple(zones) if zones else network.zones)


def masks(s: Stack, g: Ground) -> tuple[np.ndarray, ...]:
    """Mask of the activities that each measure of the stack reaches, in the order of `s.items`.

    Raises:
        RulebookError: a name that the network does not have, or a measure in use that reaches nothing.
    """
    found = []
    for item in s.items:
        mask = _mask(item, s, g)
        if not mask.any() and item.measure.used != "never":
            raise RulebookError(_reaches_nothing(item), where=item.where("acts_on"), accepted=_accepted(item, g))
        found.append(mask)
    return tuple(found)


def _mask(item: Item, s: Stack, g: Ground) -> np.ndarray:
    m = item.measure
    if isinstance(m, Penalty):
        return _breaches(item, m, s, g)
    mask = g.match(item)
    if m.holds and m.holds.at_least is not None:
        mask = mask & (g.held(item) >= m.holds.at_least)
    if isinstance(m, Inspection):
        mask = mask & g.unlicensed
    if isinstance(m, Exempt):
        mask = mask & g.match(s.by_country[item.country][m.from_measure])
    if isinstance(m, (Reserve, PriceBand, Stock)):
        ending = ENDINGS[m.instrument]
        mask = mask & np.array([str(i).endswith(ending) for i in g.ids])
    if isinstance(m, Support) and m.into == "capacity":
        mask = mask & (g.columns["doing"] == "run") & ~np.isin(g.columns["stage"], NO_CAPITAL)
    if isinstance(m, Contract):
        mask = mask & (g.maker(m.good, item.where("good")) >= 0)
    if isinstance(m, (Charge, Cap, Standard)) and m.burden is not None:
        g.burden(m.burden, item.where("burden"))
        if isinstance(m, Charge) and m.rate.unit.endswith("/t of burden"):
            g.weighed(m.burden, item.where("rate"))
    if isinstance(m, Support) and m.into == "knowledge":
        for zone in m.acts_on.names()["zone"]:
            g.zone(zone, item.where("acts_on", "zone"))
    return mask


def _breaches(item: Item, m: Penalty, s: Stack, g: Ground) -> np.ndarray:
    """Unlicensed activities of the kind that the named duties bind."""
    mask = np.zeros(len(g.ids), bool)
    for name in m.for_breach_of:
        duty = s.by_country[item.country][name]
        keys = {k: v for k, v in duty.measure.acts_on.names().items() if k != "status"}
        mask |= g.match(duty, keys)
    return mask & g.unlicensed & g.match(item)


def _reaches_nothing(item: Item) -> str:
    keys = "; ".join(f"{k}: {', '.join(v)}" for k, v in item.measure.acts_on.names().items()) or "what it names"
    also = {
        "inspection": ", unlicensed",
        "penalty": ", unlicensed",
        "exempt": ", under the cap it exempts from",
        "reserve": ", id ending /reserve_buy",
        "price_band": ", id ending /floor_buy",
        "stock": ", id ending /reserve_buy",
        "contract": ", that makes the good",
        "support": ", that can be built",
    }
    return f"'{item.id}' reaches no activity ({keys}{also.get(item.measure.instrument, '')})"


def _accepted(item: Item, g: Ground) -> str:
    """For each key of the selector, the names left when all other keys hold."""
    keys, words = item.measure.acts_on.names(), []
    for key in keys:
        rest = {k: v for k, v in keys.items() if k != key}
        left = sorted({str(x) for x in g.columns[key][g.match(item, rest)]} - {""})
        words.append(f"{key}: {', '.join(left[:10]) or 'nothing with the other keys'}")
    return "; ".join(words) or "a selector with at least one key"


def reach(s: Stack, network: Network) -> pd.DataFrame:
    """How many activities each measure reaches.

    Args:
        s: the stack.
        network: the network to match.

    Returns:
        Columns `measure`, `book`, `article`, `instrument`, `used`, `reached`, `of` (activities in the network).

    Raises:
        RulebookError: a name that the network does not have, or a measure in use that reaches nothing; says for each
            key of the selector what it accepts.
    """
    g = ground(network)
    rows = [
        {
            "measure": item.id,
            "book": item.book.rulebook,
            "article": item.article.number,
            "instrument": item.measure.instrument,
            "used": item.measure.used != "never",
            "reached": int(mask.sum()),
            "of": len(g.ids),
        }
        for item, mask in zip(s.items, masks(s, g))
    ]
    return pd.DataFrame(rows, columns=["measure", "book", "article", "instrument", "used", "reached", "of"])
