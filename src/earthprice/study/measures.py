"""Measures: what a run means, as named series over its periods.

Every measure is an array over periods, keyed `family/item[/item]`. `home` is the jurisdiction whose rulebook is
assessed; partners are the other zones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from earthprice.dynamics.laws import NO_CAP, reached, recovery_cost
from earthprice.study.engine import Engine, Outcome
from earthprice.world.burdens import burden_sizes

Series = dict[str, np.ndarray]
VALUED = 0.5
"""What a zone's mines and plants hand on in the base year [kt REO/yr] from which value added per tonne is shown."""
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
        """Rows of the export table: name to mask of recorded shipments out of home, and what is smuggled."""
        out = {}
        ship = self.mask(stage="trade", zone=self.home, status="licensed")
        for e in self.elements:
            out[e] = ship & self.mask(element=e) & self.act["good"].str.endswith("_oxide").to_numpy()
        bulk = self.role("bulk")
        out["+".join(bulk)] = np.any([out[e] for e in bulk], axis=0)
        out["metals"] = ship & self.act["good"].str.endswith("_metal").to_numpy()
        out["magnets"] = ship & (self.act["tier"] != "").to_numpy()
        out["smuggled"] = self.mask(stage="trade", zone=self.home, status="unlicensed")
        return out

    @cached_property
    def shipments(self) -> dict[str, np.ndarray]:
        """Positions of the shipments of each row of the export table, by `row/partner`, and `row/all`."""
        by = {p: self.mask(partner=p) for p in self.partners} | {"all": np.ones(len(self.act), bool)}
        return {f"{row}/{p}": np.flatnonzero(mask & to) for row, mask in self.rows.items() for p, to in by.items()}

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
            which = np.flatnonzero(self.rows[e] & self.mask(status="licensed"))
            out[e] = which, np.array([node(f"{e}_oxide@{partner[j]}") for j in which], int)
        return out

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Zones that home ships to."""
        found = self.act.loc[self.mask(stage="trade", zone=self.home), "partner"].unique()
        return tuple(z for z in self.engine.names.zones if z in set(found))


def measure(lens: Lens, run: Outcome) -> Series:
    """All measures of a run."""
    parts = (_prices, _exports, _mining, _ore, _burdens, _chain, _costs, _loop)
    return {k: v for part in parts for k, v in part(lens, run).items()}


def _sum(run: Outcome, mask: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    level = run.record.level[:, mask]
    return level.sum(1) if weight is None else level @ weight[mask]


def _prices(lens: Lens, run: Outcome) -> Series:
    price = run.record.price
    out: Series = {name: price[:, i] for i, name in lens.priced}
    freight, between = run.point.bench.cost, _between(run)
    for e, (which, arrive) in lens.arrivals.items():
        flow = run.record.level[:, which]
        arrival = price[:, arrive] - freight[which]
        fob = (flow * arrival).sum(1) / np.maximum(flow.sum(1), 1e-12)
        out[f"fob/{e}"] = fob
        out[f"price_gap/{e}"] = fob - out[f"price/{e}_oxide@{lens.home}"]
        charged, licence = (x[:, which] for x in between)
        out[f"gap_charges/{e}"] = (flow * charged).sum(1) / np.maximum(flow.sum(1), 1e-12)
        out[f"gap_licence/{e}"] = (flow * licence).sum(1) / np.maximum(flow.sum(1), 1e-12)
    return out


def _between(run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Per unit of level: duty and VAT not given back, and what the permits in force are worth [USD/kg; T, M]."""
    price, n = run.record.price, run.point.bench.a.shape[0]
    charged = run.terms.advalorem * run.sales + run.terms.specific
    worth = np.where(run.record.permit_amount <= NO_CAP, price[:, n:], 0.0)
    return charged, worth @ np.asarray(run.setting.permit_use)


def _exports(lens: Lens, run: Outcome) -> Series:
    out: Series = {f"exports/{name}": 1e3 * _sum(run, at, lens.reo) for name, at in lens.shipments.items()}
    for e in lens.elements:
        metal = lens.rows["metals"] & lens.mask(element=e)
        out[f"exports_contained/{e}"] = out[f"exports/{e}/all"] + 1e3 * _sum(run, metal, lens.reo)
    return out


def _mining(lens: Lens, run: Outcome) -> Series:
    mining = lens.mask(stage="mining", zone=lens.home)
    wild = lens.mask(status="unlicensed")
    heavy = lens.mask(concentrate=lens.heavy)
    light, rich = _sum(run, mining & ~wild & ~heavy), _sum(run, mining & ~wild & heavy)
    unlicensed = _sum(run, mining & wild)
    reo = run.point.bench.a
    swarf = lens.mask(stage="recycling", zone=lens.home)
    recovered = run.record.level[:, swarf] @ np.where(reo[:, swarf] > 0, reo[:, swarf], 0.0).sum(0)
    imported = _sum(run, lens.mask(stage="separation", zone=lens.home, feed="imported"))
    return {
        "feed/licensed_light": light, "feed/licensed_heavy": rich, "feed/unlicensed": unlicensed,
        "feed/imported": imported, "feed/recycled": recovered,
        "unlicensed_share": 100.0 * unlicensed / (light + rich + unlicensed),
        "mined/home": light + rich + unlicensed,
        "mined/abroad": _sum(run, lens.mask(stage="mining") & ~lens.mask(zone=lens.home)),
    }  # fmt: skip


def _ore(lens: Lens, run: Outcome) -> Series:
    """What becomes of the ore disturbed at home [%], ore left [% of the base year's], grade mined, tailings [kt REO].

    Disturbed = dug + sterilised = sold + to a tailings pond + lost for good in pit and plant + sterilised.
    """
    s, record = run.setting, run.record
    home, ponds, _ = lens.bodies
    on, dug = np.asarray(s.dig) > 0, record.dug[:, home]
    unsold = dug - (record.level @ on.T)[:, home]
    ponded = (unsold * np.asarray(s.tail_to).sum(0)[home]).sum(1)
    gone = record.lean_lost[:, home].sum(1)
    sterilised = np.diff(gone, append=gone[-1] + (gone[-1] - gone[-2] if len(gone) > 1 else 0.0)) / lens.engine.dt
    mined = lens.mask(stage="mining", zone=lens.home)
    sold, disturbed = _sum(run, mined), np.maximum(dug.sum(1) + sterilised, 1e-9)
    kinds = {"sold": sold, "ponded": ponded, "lost": unsold.sum(1) - ponded, "sterilised": sterilised}
    ground = record.ore[:, home & ~ponds].sum(1)
    wild = mined & lens.mask(status="unlicensed")
    return {
        **{f"ore/{kind}": 100.0 * tonnes / disturbed for kind, tonnes in kinds.items()},
        "ore/left": 100.0 * ground / max(ground[0], 1e-9), "tailings": record.ore[:, home & ponds].sum(1),
        **_grades(lens, run, home), "recovery": 100.0 * sold / disturbed, "ore_wasted": disturbed - sold,
        "rich_share": 100.0 * _sum(run, mined & lens.mask(grade_class="rich")) / np.maximum(sold, 1e-9),
        "recovery_unlicensed": 100.0 * _sum(run, wild) / np.maximum(ore_by_mine(run)[:, wild].sum(1), 1e-9),
    }  # fmt: skip


def ore_by_mine(run: Outcome) -> np.ndarray:
    """Ore REO that each mine digs [kt/yr; T, M]: its body's, which may come up with a host mineral, by its own need."""
    dig = np.asarray(run.setting.dig)
    need = run.record.level / np.asarray(reached(run.setting, run.law))
    return need * ((run.record.dug / np.maximum(need @ dig.T, 1e-12)) @ dig)


def _grades(lens: Lens, run: Outcome, home: np.ndarray) -> Series:
    """Grade of the ore dug at home, by kind of ore: REO dug over ore dug [% REO]."""
    bodies, kind = lens.engine.names.bodies, lens.bodies[2]
    percent = np.array([run.point.values["deposit/{}/grade_{}".format(*b.split("/"))] for b in bodies])
    out: Series = {}
    for one in dict.fromkeys(kind[home]):
        dug = run.record.dug * (home & (kind == one))
        out[f"grade/{one}"] = dug.sum(1) / np.maximum((dug / percent).sum(1), 1e-12)
    return out


def _burdens(lens: Lens, run: Outcome) -> Series:
    names = lens.engine.names
    world = lens.engine.world
    size = burden_sizes(world.network.places, names.burdens, run.point.values)[None] * np.asarray(run.law.burden)
    each = run.record.level[None] * np.moveaxis(size, 2, 0)
    out: Series = {}
    for p, at in lens.standing.items():
        place, sums = names.places[p], each[:, :, at].sum(2)
        out |= {f"burden/{place}:{burden}": sums[b] for b, burden in enumerate(names.burdens)}
        out[f"damage/{place}"] = run.record.damage[:, p]
    for zone in names.zones:
        at = [i for i, z in enumerate(lens.engine.place_zones) if z == zone]
        out[f"damage_zone/{zone}"] = run.record.damage[:, at].sum(1)
    out["damage"] = out[f"damage_zone/{lens.home}"]
    out["damage_abroad"] = sum((out[f"damage_zone/{z}"] for z in names.zones if z != lens.home), np.zeros(1))
    for i, place in enumerate(names.places):
        out[f"complaints/{place}"] = run.record.complaints[:, i]
    return out


def _chain(lens: Lens, run: Outcome) -> Series:
    out: Series = {}
    at = lens.mask(stage="separation", zone=lens.home, status="licensed")
    out["capacity_use/separation"] = 100.0 * _sum(run, at) / np.maximum(run.record.capacity[:, at].sum(1), 1e-9)
    magnets = lens.mask(stage="magnet")
    both = np.zeros((2, len(lens.engine.years)))
    for tier in lens.tiers:
        made, could = _plants(run, magnets & lens.mask(zone=lens.home, tier=tier))
        out[f"capacity_use/magnet_{tier}"] = 100.0 * made / np.maximum(could, 1e-9)
        both += made, could
    out["capacity_use/magnet"] = 100.0 * both[0] / np.maximum(both[1], 1e-9)
    for zone in lens.engine.names.zones:
        here = lens.mask(zone=zone)
        total = _sum(run, magnets & here)
        if total[0] > 0.01:
            out[f"high_share/{zone}"] = 100.0 * _sum(run, magnets & here & lens.mask(tier="high")) / total
        added, handed_on = _value_added(lens, run, zone)
        if handed_on[0] > VALUED:
            out[f"value_added/{zone}"] = 1e3 * added / np.maximum(handed_on, 1e-9)
    out["high_share"] = out.get(f"high_share/{lens.home}", np.zeros(len(lens.engine.years)))
    return out


def _plants(run: Outcome, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Output of a make and what its plants could make [kt/yr; T].

    The first recipe's use holds for all plants of the make in the base year; lines turned over to another recipe are
    the same plants, so that only what is built or closed since counts.
    """
    which = np.flatnonzero(at)
    if not len(which):
        return np.zeros(len(run.record.level)), np.zeros(len(run.record.level))
    made, capacity = run.record.level[:, which].sum(1), run.record.capacity[:, which].sum(1)
    base = run.point.bench.level[which].sum() / max(run.point.drafts[which[0]].use, 1e-3)
    return made, base + capacity - capacity[0]


def _value_added(lens: Lens, run: Outcome, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """What a zone's mines and plants add in value [MUSD/yr; T], and the REO in what they hand on [kt REO/yr; T].

    Value added is sales less bought goods at the zone's prices. What one plant makes and another of the zone takes
    cancels; the rest that is made, concentrates, oxides, metals and magnets, goes to users, abroad or to a dump.
    """
    at = lens.mask(doing="run", zone=zone)
    made = run.record.level[:, at] @ run.point.bench.a[:, at].T
    price = run.record.price[:, : made.shape[1]]
    return (made * price).sum(1), np.maximum(made, 0.0) @ lens.content


def _costs(lens: Lens, run: Outcome) -> Series:
    here = lens.mask(zone=lens.home)
    each = run.terms.resource_cost - run.point.base.resource_cost[0] + np.asarray(recovery_cost(run.setting, run.law))
    extra = each[:, here] * run.record.level[:, here]
    zone = lens.engine.names.zones.index(lens.home)
    budget = run.terms.state_cost[:, zone]
    return {"compliance/firms": extra.sum(1), "compliance/state": budget, "compliance": extra.sum(1) + budget}


def _loop(lens: Lens, run: Outcome) -> Series:
    """The loop of the minister's answer, as indices: price, unlicensed digging, complaints, mining totals."""
    node = lens.engine.world.network.node(f"{lens.headline[0]}_oxide@{lens.home}")
    price = run.record.price[:, node]
    digging = _sum(run, lens.mask(stage="mining", zone=lens.home, status="unlicensed"))
    own = [i for i, (p, z) in enumerate(zip(lens.engine.names.places, lens.engine.place_zones, strict=True))
           if z == lens.home and p != z]  # fmt: skip
    digs = lens.mask(stage="mining", zone=lens.home)
    caps = np.flatnonzero(run.terms.permit_use[:, digs].any(1))
    amount = np.minimum(run.record.permit_amount[:, caps], 1e6).sum(1) if len(caps) else np.ones(len(price))
    return {
        "loop/price": price / price[0], "loop/digging": digging / max(digging[0], 1e-9),
        "loop/complaints": run.record.complaints[:, own].mean(1), "loop/total": amount / max(amount[0], 1e-9),
    }  # fmt: skip
