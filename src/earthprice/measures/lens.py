"""Lens: how runs are read for one home zone: the masks and positions behind every measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from earthprice.measures.holding import Holding, holding
from earthprice.runs.engine import Engine

HEAVY_SHARE = 15.0
"""Share of heavy elements [% REO] from which a concentrate counts as heavy."""
FORMS = ("", "oxide", "raw", "metals", "magnets")
"""Forms in which what leaves home is counted, all of them first: rows of `Lens.rows`."""
APART = ("", "oxide", "raw", "magnets")
"""Those that are told element by element."""

PARTS = {"": {}, "_separation": {"stage": "separation"}, "_unlicensed": {"status": "unlicensed"}}
"""Parts of which the burdens of a place are told: what their names end in, and whose they are (`Lens.mask`)."""


class HandedOn(NamedTuple):
    """Goods that mines and plants of a zone make, less what they take; a row is a good of a zone's.

    Attributes:
        coefficients: of the levels [R, M].
        node: of each good [R].
        of_zone: 1 for the rows of each zone [Z, R].
    """

    coefficients: csr_array
    node: np.ndarray
    of_zone: np.ndarray


@dataclass(frozen=True)
class Lens:
    """How an engine's runs are read for one home zone: masks that do not change between draws."""

    engine: Engine
    home: str
    _masks: dict[tuple[tuple[str, str | tuple[str, ...]], ...], np.ndarray] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def act(self) -> pd.DataFrame:
        """The activities."""
        return self.engine.world.network.activities

    def mask(self, **wanted: str | tuple[str, ...]) -> np.ndarray:
        """Activities whose columns have the wanted values; found once, and not to be written to."""
        key = tuple(wanted.items())
        if key not in self._masks:
            out = np.ones(len(self.act), bool)
            for column, value in key:
                out &= self.act[column].isin((value,) if isinstance(value, str) else value).to_numpy()
            out.flags.writeable = False
            self._masks[key] = out
        return self._masks[key]

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """Elements in the tables' order."""
        return tuple(self.engine.world.structure["elements"]["id"])

    def role(self, *roles: str) -> tuple[str, ...]:
        """Elements with one of the roles of the table of elements (bulk, value, value_heavy, heavy, other)."""
        return tuple(e for e, role in self._roles if role in roles)

    @cached_property
    def _roles(self) -> tuple[tuple[str, str], ...]:
        table = self.engine.world.structure["elements"]
        return tuple(zip(table["id"], table["role"], strict=True))

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Elements that lead the first page, in their order."""
        return self._placed("headline")

    @cached_property
    def panels(self) -> tuple[str, ...]:
        """Elements whose oxides have a panel in the figure of prices, in their order."""
        return self._placed("panel")

    def _placed(self, column: str) -> tuple[str, ...]:
        table = self.engine.world.structure["elements"]
        return tuple(table[table[column] != ""].sort_values(column)["id"])

    @cached_property
    def heavy(self) -> tuple[str, ...]:
        """Concentrates rich in heavy elements."""
        v = self.engine.world.numbers.central
        names = self.engine.world.structure["concentrates"]["id"]
        return tuple(
            c
            for c in names
            if sum(v.get(f"concentrate/{c}/share_{e}", 0.0) for e in self.role("heavy", "value_heavy")) >= HEAVY_SHARE
        )

    @cached_property
    def rows(self) -> dict[str, np.ndarray]:
        """Shipments out of home: recorded ones by element's oxide, and by form; and smuggled ones."""
        ship = self.mask(stage="trade", zone=self.home, status="licensed")
        oxide, metal = (ship & self.act["good"].str.endswith(form).to_numpy() for form in ("_oxide", "_metal"))
        return {f"{e}_oxide": oxide & self.mask(element=e) for e in self.elements} | {
            "oxide": oxide,
            "raw": oxide | metal,
            "metals": metal,
            "magnets": ship & (self.act["tier"] != "").to_numpy(),
            "smuggled": self.mask(doing="ship", zone=self.home, status="unlicensed"),
        }

    @cached_property
    def exported(self) -> dict[str, str]:
        """Rows of the export table, and of which row each is a part."""
        bulk = "+".join(self.role("bulk"))
        parts = {f"{e}{form}": e for form in ("", "_raw", "_magnets") for e in self.elements}
        return parts | {name: name for name in (bulk, "metals", "magnets", "smuggled")}

    @cached_property
    def leaving(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Recorded shipments out of home of any good: their positions and, by partner and `all`, which of them."""
        at = np.flatnonzero(self.mask(stage="trade", zone=self.home, status="licensed"))
        to = self.partner_of[at]
        return at, {p: to == p for p in self.partners} | {"all": np.ones(len(at), bool)}

    @cached_property
    def leaves(self) -> np.ndarray:
        """Nodes of home that the shipments of `leaving` come from [A]."""
        return self.engine.world.network.matrix[:, self.leaving[0]].argmin(0)

    @cached_property
    def forms(self) -> np.ndarray:
        """Which of `leaving` go to each partner and to all, in each form (`FORMS`): 1 or 0 [A, (P + 1) F]."""
        at, partners = self.leaving
        of = [self.rows[form][at] if form else np.ones(len(at), bool) for form in FORMS]
        return np.array([to & form for to in partners.values() for form in of], float).T

    @cached_property
    def exported_to(self) -> list[str]:
        """Names of the exports to each partner and to all: by form and element, metals, magnets, the bulk, smuggled."""
        forms = [f"{e}_{form}" if form else e for form in APART for e in self.elements]
        rows = [*forms, "metals", "magnets", "+".join(self.role("bulk")), "smuggled"]
        return [f"exports/{row}/{partner}" for partner in self.leaving[1] for row in rows]

    @cached_property
    def hidden(self) -> tuple[np.ndarray, np.ndarray]:
        """Smuggled shipments out of home: their positions, and their REO by partner and to all [A, P + 1]."""
        at = np.flatnonzero(self.rows["smuggled"])
        to = self.partner_of[at]
        return at, np.array([np.where((p == "all") | (to == p), self.reo[at], 0.0) for p in self.leaving[1]]).T

    @cached_property
    def nodes(self) -> Holding:
        """Which nodes hold elements, and how."""
        concentrates = self.engine.world.structure["concentrates"]["id"]
        return holding(self.engine.world.network, self.mask, self.elements, concentrates, self.tiers)

    @cached_property
    def in_zone(self) -> csr_array:
        """1 for the activities of each zone [Z, M]."""
        return csr_array(np.eye(len(self.engine.names.zones))[:, self.zone_at])

    @cached_property
    def zone_at(self) -> np.ndarray:
        """Position of the zone of every activity [M]."""
        return np.array([self.engine.names.zones.index(z) for z in self.zone_of])

    @cached_property
    def into_zone(self) -> csr_array:
        """1 for the shipments that arrive in each zone [Z, M]."""
        return csr_array(np.array([self.partner_of == z for z in self.engine.names.zones], float))

    @cached_property
    def zone_of(self) -> np.ndarray:
        """Zone of every activity [M]."""
        return self.act["zone"].to_numpy(object)

    @cached_property
    def good_of(self) -> np.ndarray:
        """Good of every activity [M]."""
        return self.act["good"].to_numpy(object)

    @cached_property
    def partner_of(self) -> np.ndarray:
        """Zone of arrival of every shipment [M]."""
        return self.act["partner"].to_numpy(object)

    @cached_property
    def arrives(self) -> np.ndarray:
        """Node at which what each activity brings arrives [M]."""
        return self.engine.world.network.matrix.argmax(0)

    @cached_property
    def node_at(self) -> dict[str, int]:
        """Position of every node by its id."""
        return {str(n): i for i, n in enumerate(self.engine.world.network.nodes.index)}

    @cached_property
    def reo(self) -> np.ndarray:
        """REO in a unit of level of each activity [M]."""
        return self.engine.world.network.reo.to_numpy()

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """Grades of magnets that are made."""
        return tuple(sorted(set(self.act.loc[self.mask(stage="magnet"), "tier"])))

    @cached_property
    def makers(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Positions of the activities of each zone that make magnets, and of those that make magnets of high grade."""
        magnets = {z: self.mask(stage="magnet", zone=z) for z in self.engine.names.zones}
        return {z: (np.flatnonzero(x), np.flatnonzero(x & self.mask(tier="high"))) for z, x in magnets.items()}

    @cached_property
    def standing(self) -> dict[int, np.ndarray]:
        """Positions of the activities at each place that has any, by the place's own."""
        places = np.asarray(self.engine.names.fixed.site) > 0
        return {int(p): np.flatnonzero(places[p]) for p in np.flatnonzero(places.any(1))}

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Positions of the places of each zone."""
        return {z: [i for i, of in enumerate(self.engine.place_zones) if of == z] for z in self.engine.names.zones}

    @cached_property
    def burdened(self) -> np.ndarray:
        """Which activities each of the `PARTS` of each place with any (`standing`) is of: 1 or 0 [P, K, M]."""
        out = np.zeros((len(self.standing), len(PARTS), len(self.act)))
        for p, at in enumerate(self.standing.values()):
            for k, wanted in enumerate(PARTS.values()):
                out[p, k, at] = self.mask(**wanted)[at]
        return out

    @cached_property
    def harms(self) -> list[str]:
        """Names of the burdens of each place with any (`standing`), by part, and of the damage there."""
        burdens = [f"{burden}{part}" for part in PARTS for burden in self.engine.names.burdens]
        places = [self.engine.names.places[p] for p in self.standing]
        return [name for p in places for name in (*(f"burden/{p}:{b}" for b in burdens), f"damage/{p}")]

    @cached_property
    def owners(self) -> dict[str, list[tuple[str, str]]]:
        """Zone and group of whoever owns activities, by zone."""
        zones, groups = (self.act[c].to_numpy(object) for c in ("zone", "group"))
        return {z: [(z, str(g)) for g in dict.fromkeys(groups[zones == z])] for z in self.engine.names.zones}

    @cached_property
    def owned(self) -> csr_array:
        """1 for the activities of each zone and group, in the order of `owners` [G, M]."""
        zones, groups = (self.act[c].to_numpy(object) for c in ("zone", "group"))
        return csr_array([(zones == z) & (groups == g) for of in self.owners.values() for z, g in of], dtype=float)

    @cached_property
    def stocks(self) -> tuple[tuple[np.ndarray, csr_array], ...]:
        """Of private stocks and of states': the first activity that fills each [S], and what all add to it [S, M]."""
        f = self.engine.names.fixed
        private, state = np.asarray(f.private), np.asarray(f.state)
        filled = private * f.store - private * f.release
        return tuple(((x > 0).argmax(1), csr_array(x)) for x in (filled, state))

    @cached_property
    def bodies(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Bodies of ore [O]: whether at home, whether a tailings pond, kind of ore."""
        deposits = self.engine.world.structure["deposits"].set_index("id")
        kind_of = self.engine.world.structure["concentrates"].set_index("id")["ore"]
        at = [b.split("/")[0] for b in self.engine.names.bodies]
        kind = np.array([kind_of[deposits["concentrate"][b]] for b in at])
        return (deposits["zone"] == self.home)[at].to_numpy(), deposits["tailings_of"].ne("")[at].to_numpy(), kind

    @cached_property
    def grades(self) -> list[str]:
        """Names of the grades of the bodies of ore [O]."""
        return ["deposit/{}/grade_{}".format(*b.split("/")) for b in self.engine.names.bodies]

    @cached_property
    def oxides(self) -> dict[str, int]:
        """Nodes of home's oxides by element."""
        nodes = self.engine.world.network.nodes
        here = nodes["good"].str.endswith("_oxide") & nodes["zone"].eq(self.home)
        return {str(nodes["element"].iloc[i]): int(i) for i in np.flatnonzero(here.to_numpy())}

    @cached_property
    def priced(self) -> list[tuple[int, str]]:
        """Nodes whose price is a measure, and its name."""
        nodes = self.engine.world.network.nodes
        named = enumerate(zip(nodes["good"].astype(str), nodes["zone"], strict=True))
        return [
            (i, f"price/{good}@{zone}")
            for i, (good, zone) in named
            if good.endswith(("_oxide", "_metal")) or good.startswith("magnet")
        ]

    @cached_property
    def arrivals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Home's licensed shipments of oxides: positions, nodes where they arrive [A], 1 for each element's [A, E]."""
        of = np.array([self.rows[f"{e}_oxide"] for e in self.elements], float).T
        at = np.flatnonzero(of.any(1))
        element = of[at].argmax(1)
        to = [f"{self.elements[i]}_oxide@{self.partner_of[j]}" for i, j in zip(element, at, strict=True)]
        return at, np.array([self.node_at[node] for node in to], int), of[at]

    @cached_property
    def handed_on(self) -> HandedOn:
        """Goods that mines and plants of a zone make, less what they take."""
        a, runs = self.engine.world.network.matrix, self.mask(doing="run")
        here = [(z, np.where(runs & (self.zone_of == zone), a, 0.0)) for z, zone in enumerate(self.engine.names.zones)]
        rows = [(z, n, x[n]) for z, x in here for n in np.flatnonzero(x.any(1))]
        zone, node, coefficients = (np.array(column) for column in zip(*rows, strict=True))
        return HandedOn(csr_array(coefficients), node, np.eye(len(here))[:, zone])

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Zones that home ships to."""
        found = self.act.loc[self.mask(stage="trade", zone=self.home), "partner"].unique()
        return tuple(z for z in self.engine.names.zones if z in set(found))
