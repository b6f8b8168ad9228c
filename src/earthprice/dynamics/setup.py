"""Setup: the setting of a run from the network, its activities, the benchmark and the world's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from earthprice import caps
from earthprice.dynamics.benchmark import Benchmark, permit_reference
from earthprice.dynamics.clock import LONGEST_LEAD
from earthprice.dynamics.fields import ways_between
from earthprice.dynamics.index import Index
from earthprice.dynamics.reviewing import Reviews, review_table
from earthprice.dynamics.setting import (
    Base,
    Beliefs,
    Demand,
    Fields,
    Insured,
    Knowledge,
    Ore,
    Outlets,
    Permits,
    Places,
    Plants,
    Setting,
    Storage,
)
from earthprice.dynamics.sparse import Sparse
from earthprice.errors import RulebookError
from earthprice.market.bundles import Layout, layout
from earthprice.market.response import ISOELASTIC, exponent
from earthprice.world.burdens import damage_values
from earthprice.world.draft import TRACE, Drafts
from earthprice.world.network import Network
from earthprice.world.numbers import require
from earthprice.world.terms import Terms

DEPRECIATION = 0.04
"""What keeps a plant as it is, beside the cost of its capital [share of capex a year]: 25 years."""
KEPT = frozenset({np.dtype(bool), np.dtype(np.int32), np.dtype(np.float64)})
"""Types of the arrays of a setting; any other is made the last of these."""


def setting(
    network: Network,
    drafts: Drafts,
    names: Index,
    bench: Benchmark,
    values: Mapping[str, float],
    burdens: np.ndarray,
    terms: Terms,
) -> Setting:
    """Fixed arrays of a run.

    Args:
        network: the network.
        drafts: its activities at these values.
        names: positions (`index`).
        bench: the benchmark.
        values: the world's numbers.
        burdens: of a unit of level [M, B].
        terms: the law (permits and reviews).

    Raises:
        RulebookError: the law charges a final use or a stock per kg.
    """
    storage = _storage(names, values)
    _refuse(network, bench.final | storage.holder, terms)
    permits = _permits(bench, terms)
    where = _layout(bench, permits)
    return _exact(
        Setting(
            base=_base(names, bench),
            permits=permits,
            insured=_insured(bench, where, terms),
            layout=where,
            plants=_plants(drafts, names, bench, values),
            outlets=_outlets(names, bench, values),
            fields=Fields(names.fixed.pit, ways_between(names, values), require(values, "model/entry/mobility")),
            ore=_ore(drafts, names, bench, values),
            demand=_demand(drafts, bench, values),
            storage=storage,
            beliefs=Beliefs(require(values, "storage/world/adaptive"), require(values, "storage/world/extrapolation")),
            knowledge=_knowledge(drafts, names, values),
            places=_places(names, burdens, values),
            monitor=names.fixed.monitor,
            reviews=review_table(terms, names.indicators),
        )
    )


def relaid(s: Setting, network: Network, names: Index, bench: Benchmark, terms: Terms) -> Setting:
    """The same setting under another law: its permits, contracts and reviews.

    Args:
        s: a setting of the same draw.
        network: the network.
        names: positions (`index`).
        bench: the benchmark, rents and factors those of the permits of `terms`.
        terms: the law.

    Raises:
        RulebookError: the law charges a final use or a stock per kg.
    """
    _refuse(network, np.asarray(s.demand.final) | np.asarray(s.storage.holder), terms)
    permits = _exact(_permits(bench, terms))
    where = _layout(bench, permits)
    insured = _exact(_insured(bench, where, terms))
    return s._replace(permits=permits, insured=insured, layout=where, reviews=review_table(terms, names.indicators))


def _exact(noun: Any) -> Any:
    """Its arrays of one type each; NumPy's, which a compiled run takes at once, without a transfer for every array."""
    if isinstance(noun, tuple):
        return noun if isinstance(noun, Layout | Reviews | Sparse) else type(noun)(*(_exact(x) for x in noun))
    array = np.asarray(noun)
    return array if array.dtype in KEPT else array.astype(np.float64, copy=False)


def _layout(bench: Benchmark, permits: Permits) -> Layout:
    """Where the matrix of goods and permits may be other than nil."""
    return layout(np.vstack([bench.network.pattern, permits.use != 0.0]), rows=len(permits.use))


def _refuse(network: Network, silent: np.ndarray, terms: Terms) -> None:
    """Refuse a charge or cost per kg on final use and holders of stocks (`silent`) [M]."""
    per_kg = (terms.specific + terms.resource_cost)[:, silent]
    if np.any(per_kg != 0.0):
        at = network.activities.index[silent][np.abs(per_kg).max(0).argmax()]
        kind = "final use" if at.startswith("use/") else "stock"
        what = f"a charge or cost per kg on the {kind} '{at}' is not modelled"
        raise RulebookError(what, where="terms", accepted="a share of its value, or a charge on its maker or shipper")


def _base(names: Index, bench: Benchmark) -> Base:
    return Base(
        a=bench.a,
        price=bench.price,
        flow=np.maximum(bench.flow, 0.01),
        level=bench.level,
        capacity=bench.capacity,
        cost=bench.cost,
        rent=bench.rent,
        spread=_spread(bench),
        form=np.asarray(bench.form, np.int32),
        margin=bench.margin,
        value=np.maximum(bench.value, 1e-3),
        buyer=names.fixed.buyer,
        risk=_risk(names.fixed.smuggled, bench),
    )


def _permits(bench: Benchmark, terms: Terms) -> Permits:
    value = np.maximum(bench.value, 1e-3)
    use = terms.permit_use.reshape(len(terms.permits), len(value))
    least = np.array([permit_reference(x, value) for x in use])
    return Permits(use, bench.permit_scale, np.maximum(bench.permit, least), bench.permit)


def _insured(bench: Benchmark, where: Layout, terms: Terms) -> Insured:
    """Where the plants under contract stand in the layout."""
    out = Insured(*(np.zeros(caps.CONTRACTS, np.int32) for _ in range(3)), np.zeros(caps.CONTRACTS))
    order = np.asarray(where.order)
    for c, contract in enumerate(terms.contracts):
        here = (where.column == contract.activity) & (order[where.row] == contract.good) & (where.real > 0)
        entry = int(np.flatnonzero(here)[0])
        out.activity[c], out.row[c], out.entry[c] = contract.activity, where.row[entry], entry
        out.made[c] = bench.a[contract.good, contract.activity]
    return out


def _spread(bench: Benchmark) -> np.ndarray:
    """Spreads [USD/kg], and for final use the exponent whose elasticity at the base price is the benchmark's."""
    out, use = bench.spread.copy(), bench.final
    out[use] = exponent(bench.spread[use], bench.choke[use] / bench.cost[use])
    return out


def _risk(hidden: np.ndarray, bench: Benchmark) -> np.ndarray:
    """Cost of smuggling (`hidden`) as a share of what the cargo is worth at its origin [M]; nil for all others."""
    out = np.zeros(len(hidden))
    out[hidden] = bench.cost[hidden] / np.maximum(bench.takes[:, hidden].T @ bench.price, 1e-9)
    return out


def _plants(drafts: Drafts, names: Index, bench: Benchmark, v: Mapping[str, float]) -> Plants:
    said, f = drafts.said, names.fixed
    motion = said["motion"]
    mine, plant, wild = (motion == kind for kind in ("mine", "plant", "unlicensed"))
    tied_up, share = _makes(drafts, f.make, bench)
    share = np.where(f.magnets, share, 1.0)

    def speed(*keys: str) -> np.ndarray:
        return np.select([mine, plant, wild], [require(v, f"model/entry/{k}") for k in keys]) * share

    capacity = said["planned"] / np.maximum(said["use"], 0.05)
    least = np.where(motion == "adapt", require(v, "model/trade/use"), 0.0)
    project = motion == "project"
    return Plants(
        lines=f.lines,
        gives=f.gives,
        takes=f.takes,
        worth=np.maximum(np.where(plant, tied_up, bench.value), 1e-2),
        response=speed("margin_response", "plant_response", "unlicensed_response"),
        exit=speed("exit_response", "plant_exit", "unlicensed_response") * said["follows"],
        lead=np.minimum(said["lead"], LONGEST_LEAD),
        adapt=motion == "adapt",
        follow=require(v, "model/entry/adapt"),
        use=np.maximum(said["use"], least),
        project=project,
        built=f.built,
        milled=project & f.milling,
        planned=np.where(project, capacity, 0.0),
        share=require(v, "model/entry/project_share"),
        capex=said["capex"],
        annuity=require(v, "model/capital/world/discount") + DEPRECIATION,
    )


def _outlets(names: Index, bench: Benchmark, v: Mapping[str, float]) -> Outlets:
    at, fed, room = names.fixed.outlets, names.fixed.fed, require(v, "model/disposal/room")
    makes = room * names.fixed.feeds
    first = np.minimum(bench.capacity[at] / np.maximum(makes @ bench.capacity, TRACE), 1.0)  # the base year has enough
    return Outlets(at, fed._replace(value=room * fed.value * first[fed.row]))


def _makes(drafts: Drafts, of: np.ndarray, bench: Benchmark) -> tuple[np.ndarray, np.ndarray]:
    """Capital per unit of output, capex / use [USD per kg/yr], and plants over the lines that they can be turned to.

    Recipes of one make, each that of its first (`of`), share the use of that, and its plants' return
    (`building.drive`): its lines, counted once a recipe, grow together as its plants do.
    """
    use = np.maximum(drafts.said["use"], 0.05)[of]
    plants = np.bincount(of, bench.level)[of] / use
    share = np.clip(plants / np.bincount(of, np.maximum(bench.capacity, 1e-9))[of], 0.0, 1.0)
    return drafts.said["capex"] / use, share


def _ore(drafts: Drafts, names: Index, bench: Benchmark, v: Mapping[str, float]) -> Ore:
    dug, at = names.fixed.dug, {b: i for i, b in enumerate(names.bodies)}
    up = (drafts.said["host"] * bench.level)[dug.column]
    recovery, most, cost = _recovery(drafts, names, v)
    lean_lost, lean_of, tail_to = _beside(names, at, v)
    return Ore(
        dig=dug._replace(value=drafts.said["ore_per_level"][dug.column]),
        recovery=recovery,
        most=most,
        cost=cost,
        effort=require(v, "model/mining/recovery_effort"),
        ground=np.array([require(v, "deposit/{}/ore_{}".format(*b.split("/"))) for b in names.bodies]),
        years=require(v, "model/ore/years"),
        replacement=require(v, "model/ore/replacement"),
        lean_lost=lean_lost,
        lean_of=lean_of,
        tail_to=tail_to,
        host=np.bincount(dug.row, up, len(at)),
    )


def _recovery(drafts: Drafts, names: Index, v: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recovery, its technical limit, and unit cost with the mill's [M]; no standard adds to a by-product's."""
    at, share, unit = names.fixed.dug.column, np.zeros(len(drafts)), np.zeros(len(drafts))
    share[at] = 1.0 / drafts.said["ore_per_level"][at]
    most = np.where(share > 0, np.maximum(share, require(v, "model/mining/recovery_most")), 0.0)
    mills, mines = ([drafts[j] for j in js] for js in (np.flatnonzero(names.fixed.milling), at))
    mill = {d.entries[0][0]: d.cost for d in mills}
    unit[at] = [d.cost - sum(mill.get(node, 0.0) * c for node, c in d.entries) for d in mines]
    return share, np.where(drafts.said["host"] > 0, share, most), unit


def _beside(names: Index, at: Mapping[str, int], v: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lean ore lost for each rich tonne dug [O], the lean body beside a rich one, and the pond of a body [O, O]."""
    o = len(names.bodies)
    lost, lean_of, tail = np.zeros(o), np.zeros((o, o)), np.zeros((o, o))
    for pond, source in names.tailings:
        tail[at[pond], at[source]] = 1.0
    for body, i in at.items():
        deposit, grade = body.split("/")
        if grade == "rich" and f"{deposit}/lean" in at:
            lost[i], lean_of[at[f"{deposit}/lean"], i] = v.get(f"deposit/{deposit}/lean_lost", 0.0), 1.0
    return lost, lean_of, tail


def _demand(drafts: Drafts, bench: Benchmark, v: Mapping[str, float]) -> Demand:
    return Demand(
        final=bench.final,
        curved=np.flatnonzero(bench.form == ISOELASTIC).astype(np.int32),
        choke=bench.choke,
        thrift=np.where(bench.final, np.maximum(drafts.said["long"] - bench.spread, 0.0), 0.0),
        speed=require(v, "model/demand/thrift_speed"),
    )


def _storage(names: Index, v: Mapping[str, float]) -> Storage:
    f = names.fixed
    stock = [require(v, f"stock/{n.replace('@', '/')}/stock") for n in names.stocks]
    return Storage(f.store, f.release, f.state_buy, f.state_sell, f.private, f.state, np.array(stock), f.uses)


def _knowledge(drafts: Drafts, names: Index, v: Mapping[str, float]) -> Knowledge:
    effect, saves = require(v, "knowledge/world/cost_effect"), np.zeros(len(drafts))
    high = names.fixed.made.column
    saves[high] = drafts.said["cost"][high] * effect
    return Knowledge(
        known=np.array([v.get(f"knowledge/{zn}/index", 0.0) for zn in names.zones]),
        made=names.fixed.made,
        saves=saves,
        **{
            k: require(v, f"knowledge/world/{k}")
            for k in ("learning", "research", "spillover", "depreciation", "frontier")
        },
    )


def _places(names: Index, burdens: np.ndarray, v: Mapping[str, float]) -> Places:
    money, site = damage_values(names.places, names.burdens, v), names.fixed.site
    damage = np.zeros_like(burdens)
    damage[site.column] = burdens[site.column] * money[site.row]  # each activity has one place
    return Places(damage, site, names.fixed.within, require(v, "model/complaints/memory"))
