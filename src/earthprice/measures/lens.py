"""Lens: how runs are read for one home zone: the masks and positions behind every measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from earthprice.runs.engine import Engine

HEAVY_SHARE = 15.0
"""Share of heavy elements [% REO] from which a concentrate counts as heavy."""


@dataclass(frozen=True)
class Lens:
    """How an engine's runs are read for one home zone: masks that do not change between draws."""

    engine: Engine
    home: str
    _masks: dict[tuple[tuple[str, str | tuple[str, ...]], ...], np.ndarray] = field(default_factory=dict, repr=False,
                                                                                    compare=False)  # fmt: skip

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
        table = self.engine.world.structure["elements"]
        return tuple(table.loc[table["role"].isin(roles), "id"])

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Elements that lead the first page, in their order."""
        table = self.engine.world.structure["elements"]
        return tuple(table[table["headline"] != ""].sort_values("headline")["id"])

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
            "oxide": oxide, "raw": oxide | metal, "metals": metal,
            "magnets": ship & (self.act["tier"] != "").to_numpy(),
            "smuggled": self.mask(stage="trade", zone=self.home, status="unlicensed"),
        }  # fmt: skip

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
        to = self.act["partner"].to_numpy()[at]
        return at, {p: to == p for p in self.partners} | {"all": np.ones(len(at), bool)}

    @cached_property
    def reo(self) -> np.ndarray:
        """REO in a unit of level of each activity [M]."""
        return self.engine.world.network.reo.to_numpy()

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """Grades of magnets that are made."""
        return tuple(sorted(set(self.act.loc[self.mask(stage="magnet"), "tier"])))

    @cached_property
    def standing(self) -> dict[int, np.ndarray]:
        """Positions of the activities at each place that has any, by the place's own."""
        places = np.asarray(self.engine.names.fixed["place_of"]) > 0
        return {int(p): np.flatnonzero(places[p]) for p in np.flatnonzero(places.any(1))}

    @cached_property
    def owners(self) -> dict[tuple[str, str], np.ndarray]:
        """Positions of the activities of each zone and group, in the order of the zones."""
        zones, groups = (self.act[c].to_numpy(object) for c in ("zone", "group"))
        return {(z, str(g)): np.flatnonzero((zones == z) & (groups == g))
                for z in self.engine.names.zones for g in dict.fromkeys(groups[zones == z])}  # fmt: skip

    @cached_property
    def content(self) -> np.ndarray:
        """REO in a unit of each good [kg/kg; N]; none in mill hours."""
        network = self.engine.world.network
        of = dict(zip(self.act["good"], network.reo, strict=True))
        hours = ~network.nodes["good"].str.startswith("mill_")
        return network.nodes["good"].map(lambda g: of.get(g, 1.0)).to_numpy(float) * hours.to_numpy()

    @cached_property
    def bodies(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Bodies of ore [O]: whether at home, whether a tailings pond, kind of ore."""
        deposits = self.engine.world.structure["deposits"].set_index("id")
        kind_of = self.engine.world.structure["concentrates"].set_index("id")["ore"]
        at = [b.split("/")[0] for b in self.engine.names.bodies]
        kind = np.array([kind_of[deposits["concentrate"][b]] for b in at])
        return (deposits["zone"] == self.home)[at].to_numpy(), deposits["tailings_of"].ne("")[at].to_numpy(), kind

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
        return [(i, f"price/{good}@{zone}") for i, (good, zone) in named
                if good.endswith(("_oxide", "_metal")) or good.startswith("magnet")]  # fmt: skip

    @cached_property
    def arrivals(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """By element: home's licensed shipments of its oxide, and where in the nodes they arrive."""
        node, partner = self.engine.world.network.node, self.act["partner"].to_numpy()
        out = {}
        for e in self.elements:
            which = np.flatnonzero(self.rows[f"{e}_oxide"])
            out[e] = which, np.array([node(f"{e}_oxide@{partner[j]}") for j in which], int)
        return out

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Zones that home ships to."""
        found = self.act.loc[self.mask(stage="trade", zone=self.home), "partner"].unique()
        return tuple(z for z in self.engine.names.zones if z in set(found))
