"""Setup: the setting of a run from the network, its activities, the benchmark and the world's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from earthprice import caps
from earthprice.dynamics.benchmark import Benchmark, permit_reference
from earthprice.dynamics.clock import LONGEST_LEAD
from earthprice.dynamics.fields import fields
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
from earthprice.dynamics.sparse import Sparse, sparse
from earthprice.dynamics.ways import ways
from earthprice.errors import RulebookError
from earthprice.market.bundles import Layout, layout
from earthprice.market.response import ISOELASTIC, exponent
from earthprice.world.burdens import burden_sizes, damage_values
from earthprice.world.draft import TRACE, Columns, Draft
from earthprice.world.network import Network
from earthprice.world.numbers import require
from earthprice.world.terms import Terms

DEPRECIATION = 0.04
"""What keeps a plant as it is, beside the cost of its capital [share of capex a year]: 25 years."""


def setting(
    network: Network,
    drafts: list[Draft],
    names: Index,
    bench: Benchmark,
    values: Mapping[str, float],
    terms: Terms,
) -> Setting:
    """Fixed arrays of a run.

    Args:
        network: the network.
        drafts: its activities at these values.
        names: positions (`index`).
        bench: the benchmark.
        values: the world's numbers.
        terms: the law (permits and reviews).

    Raises:
        RulebookError: the law charges a final use or a stock per kg.
    """
    said = Columns(drafts)
    _refuse(network, bench.final | network.activities["doing"].eq("hold").to_numpy(), terms)
    permits = _permits(bench, terms)
    where = _layout(bench, permits)
    return _exact(
        Setting(
            base=_base(network, names, bench),
            permits=permits,
            insured=_insured(bench, where, terms),
            layout=where,
            plants=_plants(drafts, said, bench, values),
            outlets=_outlets(names, bench, values),
            fields=Fields(**fields(drafts, values), mobility=require(values, "model/entry/mobility")),
            ore=_ore(drafts, said, names, bench, values),
            demand=_demand(drafts, said, bench, values),
            storage=_storage(names, values),
            beliefs=Beliefs(require(values, "storage/world/adaptive"), require(values, "storage/world/extrapolation")),
            knowledge=_knowledge(said, names, values),
            places=_places(network, names, values),
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
    return array if array.dtype in (bool, np.int32) else array.astype(np.float64, copy=False)


def _layout(bench: Benchmark, permits: Permits) -> Layout:
    """Where the matrix of goods and permits may be other than nil."""
    return layout(np.vstack([bench.a != 0.0, permits.use != 0.0]), rows=len(permits.use))


def _refuse(network: Network, silent: np.ndarray, terms: Terms) -> None:
    """Refuse a charge or cost per kg on final use and holders of stocks (`silent`) [M]."""
    per_kg = (terms.specific + terms.resource_cost)[:, silent]
    if np.any(per_kg != 0.0):
        at = network.activities.index[silent][np.abs(per_kg).max(0).argmax()]
        kind = "final use" if at.startswith("use/") else "stock"
        what = f"a charge or cost per kg on the {kind} '{at}' is not modelled"
        raise RulebookError(what, where="terms", accepted="a share of its value, or a charge on its maker or shipper")


def _base(network: Network, names: Index, bench: Benchmark) -> Base:
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
        risk=_risk(network, bench),
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


def _risk(network: Network, bench: Benchmark) -> np.ndarray:
    """Cost of smuggling as a share of what the cargo is worth at its origin [M]; nil for all others."""
    hidden = np.array([stage == "trade" and status == "unlicensed" for _, _, stage, status in network.places])
    out = np.zeros(len(hidden))
    out[hidden] = bench.cost[hidden] / np.maximum(bench.takes[:, hidden].T @ bench.price, 1e-9)
    return out


def _plants(drafts: list[Draft], said: Columns, bench: Benchmark, v: Mapping[str, float]) -> Plants:
    motion = said["motion"]
    mine, plant, wild = (motion == kind for kind in ("mine", "plant", "unlicensed"))
    tied_up, share, lines = _makes(drafts, said, bench)
    gives, takes = ways(said, bench)

    def speed(*keys: str) -> np.ndarray:
        return np.select([mine, plant, wild], [require(v, f"model/entry/{k}") for k in keys]) * share

    capacity = said["planned"] / np.maximum(said["use"], 0.05)
    least = np.where(motion == "adapt", require(v, "model/trade/use"), 0.0)
    project = motion == "project"
    return Plants(
        lines=sparse(lines),
        gives=sparse(gives),
        takes=sparse(takes),
        worth=np.maximum(np.where(plant, tied_up, bench.value), 1e-2),
        response=speed("margin_response", "plant_response", "unlicensed_response"),
        exit=speed("exit_response", "plant_exit", "unlicensed_response") * said["follows"],
        lead=np.minimum(said["lead"], LONGEST_LEAD),
        adapt=motion == "adapt",
        follow=require(v, "model/entry/adapt"),
        use=np.maximum(said["use"], least),
        project=project,
        built=np.flatnonzero(said["doing"] == "run").astype(np.int32),
        milled=project & (said["stage"] == "milling"),
        planned=np.where(project, capacity, 0.0),
        share=require(v, "model/entry/project_share"),
        capex=said["capex"],
        annuity=require(v, "model/capital/world/discount") + DEPRECIATION,
    )


def _outlets(names: Index, bench: Benchmark, v: Mapping[str, float]) -> Outlets:
    at = names.fixed.outlets
    makes = require(v, "model/disposal/room") * names.fixed.feeds
    first = np.minimum(bench.capacity[at] / np.maximum(makes @ bench.capacity, TRACE), 1.0)  # the base year has enough
    return Outlets(at, sparse(makes * first[:, None], names.fixed.fed))


def _makes(drafts: list[Draft], said: Columns, bench: Benchmark) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Capital per unit of output, capex / use [USD per kg/yr], plants over the lines that they can be turned to, lines.

    Recipes of one make share the use of the first, and its plants' return (`building.drive`): its lines, counted once a
    recipe, grow together as its plants do. Lines: which recipes are of one make, a row for each of several [E, M].
    """
    makes = [(d.zone, dict(d.attributes).get("good", "")) if d.stage == "magnet" else d.id for d in drafts]
    first: dict[object, int] = {}
    of = np.array([first.setdefault(make, j) for j, make in enumerate(makes)])
    use = np.maximum(said["use"], 0.05)[of]
    plants = np.bincount(of, bench.level)[of] / use
    share = np.clip(plants / np.bincount(of, np.maximum(bench.capacity, 1e-9))[of], 0.0, 1.0)
    magnets = said["stage"] == "magnet"
    lines = of == np.flatnonzero((np.bincount(of) > 1) & magnets[: of.max() + 1])[:, None]
    return said["capex"] / use, np.where(magnets, share, 1.0), lines


def _ore(drafts: list[Draft], said: Columns, names: Index, bench: Benchmark, v: Mapping[str, float]) -> Ore:
    at, o = {b: i for i, b in enumerate(names.bodies)}, len(names.bodies)
    dig, host = np.zeros((o, len(drafts))), np.zeros(o)
    for j, d in enumerate(drafts):
        if d.body:
            dig[at[d.body], j] = d.ore_per_level
        if d.host:
            host[at[d.body]] += d.host * bench.level[j]
    recovery, most, cost = _recovery(drafts, said, v)
    lean_lost, lean_of, tail_to = _beside(names, at, v)
    return Ore(
        dig=sparse(dig),
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
        host=host,
    )


def _recovery(drafts: list[Draft], said: Columns, v: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recovery, its technical limit, and unit cost with the mill's [M]; no standard adds to a by-product's."""
    share = np.array([1.0 / d.ore_per_level if d.body else 0.0 for d in drafts])
    most = np.where(share > 0, np.maximum(share, require(v, "model/mining/recovery_most")), 0.0)
    mill = {d.entries[0][0]: d.cost for d in drafts if d.stage == "milling"}
    unit = [d.cost - sum(mill.get(node, 0.0) * c for node, c in d.entries) if d.body else 0.0 for d in drafts]
    return share, np.where(said["host"] > 0, share, most), np.array(unit)


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


def _demand(drafts: list[Draft], said: Columns, bench: Benchmark, v: Mapping[str, float]) -> Demand:
    short = np.array([d.stretch[1] for d in drafts])
    return Demand(
        final=bench.final,
        curved=np.flatnonzero(bench.form == ISOELASTIC).astype(np.int32),
        choke=bench.choke,
        thrift=np.where(said["motion"] == "demand", np.maximum(said["long"] - short, 0.0), 0.0),
        speed=require(v, "model/demand/thrift_speed"),
    )


def _storage(names: Index, v: Mapping[str, float]) -> Storage:
    f = names.fixed
    stock = [require(v, f"stock/{n.replace('@', '/')}/stock") for n in names.stocks]
    return Storage(f.store, f.release, f.state_buy, f.state_sell, f.private, f.state, np.array(stock), f.uses)


def _knowledge(said: Columns, names: Index, v: Mapping[str, float]) -> Knowledge:
    effect, high = require(v, "knowledge/world/cost_effect"), np.asarray(names.fixed.made).any(0)
    return Knowledge(
        known=np.array([v.get(f"knowledge/{zn}/index", 0.0) for zn in names.zones]),
        made=names.fixed.made,
        saves=np.where(high, said["cost"] * effect, 0.0),
        **{
            k: require(v, f"knowledge/world/{k}")
            for k in ("learning", "research", "spillover", "depreciation", "frontier")
        },
    )


def _places(network: Network, names: Index, v: Mapping[str, float]) -> Places:
    money = damage_values(names.places, names.burdens, v)
    site, of = names.fixed.site, np.zeros(len(network.places), int)
    of[site.column] = site.row  # each activity has one place
    damage = burden_sizes(network.places, names.burdens, v) * money[of]
    return Places(damage, names.fixed.site, names.fixed.within, require(v, "model/complaints/memory"))
