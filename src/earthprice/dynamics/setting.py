"""The setting of a run: everything that is fixed while time passes, as arrays.

N goods, P permits, K = N + P nodes, M activities, O bodies of ore (deposit x class), S stocks, Z zones, D places
(districts, and zones for what has no district), B burdens, T periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jax import Array

from earthprice.dynamics.benchmark import Benchmark, permit_reference
from earthprice.dynamics.fields import fields
from earthprice.dynamics.reviewing import Review, review_table
from earthprice.dynamics.state import queued
from earthprice.errors import RulebookError
from earthprice.market.bundles import Layout, layout
from earthprice.market.response import ISOELASTIC, exponent
from earthprice.world.burdens import burden_sizes, damage_values
from earthprice.world.draft import Draft
from earthprice.world.network import Network
from earthprice.world.numbers import require
from earthprice.world.terms import Terms


class Schedule(NamedTuple):
    """What the law says by period, and what drives use, as the scan consumes it (leading axis T)."""

    specific: Array
    advalorem: Array
    markup: Array
    resource_cost: Array
    capacity: Array
    reservation: Array
    holding: Array
    recovery: Array
    burden: Array
    entry: Array
    delay: Array
    support: Array
    research: Array
    permit_amount: Array
    growth: Array
    hoard: Array
    open: Array
    pigou: Array
    gift: Array


class Setting(NamedTuple):
    """Fixed arrays of a run; see the module's head for the letters."""

    a: Array
    permit_use: Array
    permit_scale: Array
    permit_reference: Array
    price0: Array
    permit0: Array
    flow: Array
    capacity0: Array
    level0: Array
    cost: Array
    rent: Array
    spread: Array
    choke: Array
    form: Array
    final: Array
    margin0: Array
    value: Array
    worth: Array
    response: Array
    exit: Array
    lead: Array
    adapt: Array
    follow: Array
    use0: Array
    project: Array
    milled: Array
    planned: Array
    capex: Array
    unlicensed: Array
    buyer: Array
    risk: Array
    store: Array
    release: Array
    state_buy: Array
    state_sell: Array
    stock_node: Array
    reserve_node: Array
    stock0: Array
    dig: Array
    body_recovery: Array
    recovery_most: Array
    recovery_cost: Array
    effort: Array
    ore0: Array
    body_capacity0: Array
    lean_lost: Array
    lean_of: Array
    tail_to: Array
    host: Array
    thrift: Array
    thrift_speed: Array
    knowledge0: Array
    made_high: Array
    made_magnets: Array
    shipped: Array
    learning: Array
    spillover: Array
    depreciation: Array
    research_effect: Array
    frontier: Array
    high_cost: Array
    place_damage: Array
    place_of: Array
    within: Array
    mined: Array
    memory: Array
    adaptive: Array
    extrapolate: Array
    project_share: Array
    mobility: Array
    pit: Array
    way: Array
    annuity: Array
    replacement: Array
    ore_years: Array
    dt: Array
    queue: Array
    layout: Layout
    curved: Array
    review: Review


@dataclass(frozen=True)
class Index:
    """Names behind the positions: bodies, stocks, zones, places, burdens, indicators.

    `tailings` holds pairs (body that receives, body whose unrecovered ore it receives); `fixed` the arrays of a setting
    that neither a draw nor a law changes: who holds, makes, ships and digs what, and where.
    """

    bodies: tuple[str, ...]
    stocks: tuple[str, ...]
    zones: tuple[str, ...]
    places: tuple[str, ...]
    burdens: tuple[str, ...]
    indicators: tuple[str, ...]
    tailings: tuple[tuple[str, str], ...]
    fixed: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)


def index(network: Network, drafts: list[Draft], structure: Mapping[str, pd.DataFrame]) -> Index:
    """Names of everything that has a position in a `Setting`."""
    act = network.activities
    zones = tuple(structure["zones"]["id"])
    places = (*structure["districts"]["id"], *zones)
    indicators = (
        *(f"price_real:{n}" for n in network.nodes.index),
        *(f"complaints:{p}" for p in places), *(f"external_damage:{p}" for p in places),
        *(f"{name}:{z}" for name in ("unlicensed_share", "exports", "high_end_share", "recovery_rate") for z in zones),
    )  # fmt: skip
    stocks = tuple(act.index[act["doing"].eq("hold") & act.index.str.endswith("/store")].str.removesuffix("/store"))
    bodies = tuple(dict.fromkeys(d.body for d in drafts if d.body))
    ponds = [(d.id, d.tailings_of) for d in structure["deposits"].itertuples() if d.tailings_of]
    tailings = tuple((f"{pond}/rich", b) for pond, source in ponds for b in bodies if b.startswith(f"{source}/"))
    out = Index(bodies, stocks, zones, places, tuple(network.burdens.columns), indicators, tailings)
    held = _holders(network, out, np.array([d.motion for d in drafts]))
    return replace(out, fixed={**held, **_makers(network, out)})


def setting(
    network: Network, drafts: list[Draft], names: Index, bench: Benchmark, values: Mapping[str, float],
    terms: Terms, dt: float,
) -> Setting:  # fmt: skip
    """Fixed arrays of a run.

    Args:
        network: the network.
        drafts: its activities at these values.
        names: positions (`index`).
        bench: the benchmark.
        values: the world's numbers.
        terms: the law (permits and reviews).
        dt: length of a period [years].
    """
    _refuse(network, bench, terms)
    law = np.array([d.motion for d in drafts])
    parts = {
        **_plants(drafts, law, bench, values, dt), **_ore(drafts, names, bench, values),
        **_people(network, drafts, names, values), **names.fixed, **_permits(bench, terms), **fields(drafts, values),
        "stock0": [require(values, f"stock/{n.replace('@', '/')}/stock") for n in names.stocks],
    }  # fmt: skip
    arrays = dict(
        a=bench.a, price0=bench.price, value=np.maximum(bench.value, 1e-3),
        flow=np.maximum(bench.flow, 0.01), capacity0=bench.capacity, level0=bench.level, cost=bench.cost,
        rent=bench.rent, spread=_spread(bench), choke=bench.choke, final=bench.final, margin0=bench.margin,
        risk=_risk(network, bench), thrift_speed=require(values, "model/demand/thrift_speed"),
        memory=require(values, "model/complaints/memory"), adaptive=require(values, "storage/world/adaptive"),
        extrapolate=require(values, "storage/world/extrapolation"),
        replacement=require(values, "model/ore/replacement"),
        project_share=require(values, "model/entry/project_share"), mobility=require(values, "model/entry/mobility"),
        ore_years=require(values, "model/ore/years"),
        annuity=require(values, "model/capital/world/discount") + 0.04, dt=dt,
        queue=np.arange(queued(dt)), **parts,
    )  # fmt: skip
    form = np.asarray(bench.form, np.int32)
    where = layout(_pattern(bench, arrays["permit_use"]), rows=len(terms.permits))
    curved = np.flatnonzero(form == ISOELASTIC).astype(np.int32)
    return Setting(**_exact(arrays), form=form, layout=where, curved=curved,
                   review=review_table(terms, names.indicators, dt))  # fmt: skip


def relaid(s: Setting, network: Network, names: Index, bench: Benchmark, terms: Terms, dt: float) -> Setting:
    """The same setting under another law: its permits and reviews.

    Args:
        s: a setting of the same draw.
        network: the network.
        names: positions (`index`).
        bench: the benchmark, rents and factors those of the permits of `terms`.
        terms: the law.
        dt: length of a period [years].
    """
    _refuse(network, bench, terms)
    permits = _permits(bench, terms)
    where = layout(_pattern(bench, permits["permit_use"]), rows=len(terms.permits))
    return s._replace(**_exact(permits), layout=where, review=review_table(terms, names.indicators, dt))


def _pattern(bench: Benchmark, permit_use: np.ndarray) -> np.ndarray:
    """Where the matrix of goods and permits may be other than nil [K, M]."""
    return np.vstack([bench.a != 0.0, permit_use != 0.0])


def _permits(bench: Benchmark, terms: Terms) -> dict[str, np.ndarray]:
    value = np.maximum(bench.value, 1e-3)
    use = terms.permit_use.reshape(len(terms.permits), len(value))
    least = np.array([permit_reference(x, value) for x in use])
    return dict(permit_use=use, permit_scale=bench.permit_scale, permit_reference=np.maximum(bench.permit, least),
                permit0=bench.permit)  # fmt: skip


def _exact(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays of one type each; NumPy's, which a compiled run takes at once, without a transfer for every array."""
    return {k: np.asarray(v, bool if k in _FLAGS else np.float64) for k, v in arrays.items()}


_FLAGS = ("final", "project", "unlicensed", "store", "release", "state_buy", "state_sell", "adapt", "buyer", "milled")


def _refuse(network: Network, bench: Benchmark, terms: Terms) -> None:
    silent = bench.final | network.activities["doing"].eq("hold").to_numpy()
    per_kg = (terms.specific + terms.resource_cost)[:, silent]
    if np.any(per_kg != 0.0):
        at = network.activities.index[silent][np.abs(per_kg).max(0).argmax()]
        kind = "final use" if at.startswith("use/") else "stock"
        what = f"a charge or cost per kg on the {kind} '{at}' is not modelled"
        raise RulebookError(what, where="terms", accepted="a share of its value, or a charge on its maker or shipper")


def _spread(bench: Benchmark) -> np.ndarray:
    """Spreads [USD/kg], and for final use the exponent whose elasticity at the base price is the benchmark's."""
    out, use = bench.spread.copy(), bench.final
    out[use] = exponent(bench.spread[use], bench.choke[use] / bench.cost[use])
    return out


def _risk(network: Network, bench: Benchmark) -> np.ndarray:
    """Cost of smuggling as a share of what the cargo is worth at its origin [M]; nil for all others."""
    hidden = [stage == "trade" and status == "unlicensed" for _, _, stage, status in network.places]
    return np.where(hidden, bench.cost / np.maximum(np.maximum(-bench.a, 0.0).T @ bench.price, 1e-9), 0.0)


def _plants(drafts: list[Draft], law: np.ndarray, bench: Benchmark, v: Mapping[str, float], dt: float) -> dict:
    mine, plant, wild = (law == kind for kind in ("mine", "plant", "unlicensed"))
    speeds = {
        name: np.select([mine, plant, wild], [require(v, f"model/entry/{k}") for k in keys])
        for name, keys in (("response", ("margin_response", "plant_response", "unlicensed_response")),
                           ("exit", ("exit_response", "plant_exit", "unlicensed_response")))
    }  # fmt: skip
    tied_up, share = _makes(drafts, bench)
    speeds = {name: speed * share for name, speed in speeds.items()}
    speeds["exit"] = speeds["exit"] * np.array([d.follows for d in drafts])
    lead = np.clip([d.lead / dt for d in drafts], 1, 3 * queued(dt) // 4 - 1)  # the rest of the queue: waits of the law
    capacity = np.array([d.planned / max(d.use, 0.05) for d in drafts])
    least = np.where(law == "adapt", require(v, "model/trade/use"), 0.0)
    use0 = np.maximum([d.use for d in drafts], least)
    return dict(
        **speeds, lead=lead, adapt=law == "adapt",
        worth=np.maximum(np.where(plant, tied_up, bench.value), 1e-2),
        follow=require(v, "model/entry/adapt"), use0=use0, project=law == "project",
        milled=(law == "project") & np.array([d.stage == "milling" for d in drafts]),
        planned=np.where(law == "project", capacity, 0.0), capex=np.array([d.capex for d in drafts]), unlicensed=wild,
        thrift=np.array([max(d.long - d.stretch[1], 0.0) if d.motion == "demand" else 0.0 for d in drafts]),
    )  # fmt: skip


def _makes(drafts: list[Draft], bench: Benchmark) -> tuple[np.ndarray, np.ndarray]:
    """Capital per unit of output, capex / use [USD per kg/yr], and plants over the lines that they can be turned to.

    Recipes of one make share the use of the first; its lines, counted once a recipe, grow together as its plants do.
    """
    makes = [(d.stage, d.zone, dict(d.attributes).get("good", "") if d.stage == "magnet" else d.id) for d in drafts]
    first: dict[tuple[str, str, str], int] = {}
    of = np.array([first.setdefault(make, j) for j, make in enumerate(makes)])
    use = np.array([max(d.use, 0.05) for d in drafts])[of]
    plants = np.bincount(of, bench.level)[of] / use
    share = np.clip(plants / np.bincount(of, np.maximum(bench.capacity, 1e-9))[of], 0.0, 1.0)
    magnets = np.array([d.stage == "magnet" for d in drafts])
    return np.array([d.capex for d in drafts]) / use, np.where(magnets, share, 1.0)


def _ore(drafts: list[Draft], names: Index, bench: Benchmark, v: Mapping[str, float]) -> dict:
    o, m = len(names.bodies), len(drafts)
    at = {b: i for i, b in enumerate(names.bodies)}
    dig, share, lean_of = np.zeros((o, m)), np.zeros(m), np.zeros((o, o))
    for j, d in enumerate(drafts):
        if d.body:
            dig[at[d.body], j], share[j] = d.ore_per_level, 1.0 / d.ore_per_level
    lost, tail, host = np.zeros(o), np.zeros((o, o)), np.zeros(o)
    for j, d in enumerate(drafts):
        if d.host:
            host[at[d.body]] += d.host * bench.level[j]
    for pond, source in names.tailings:
        tail[at[pond], at[source]] = 1.0
    for body, i in at.items():
        deposit, grade = body.split("/")
        if grade == "rich" and f"{deposit}/lean" in at:
            lost[i], lean_of[at[f"{deposit}/lean"], i] = v.get(f"deposit/{deposit}/lean_lost", 0.0), 1.0
    most = np.where(share > 0, np.maximum(share, require(v, "model/mining/recovery_most")), 0.0)
    most = np.where([d.host > 0 for d in drafts], share, most)
    mill = {d.entries[0][0]: d.cost for d in drafts if d.stage == "milling"}
    unit = [d.cost - sum(mill.get(node, 0.0) * c for node, c in d.entries) if d.body else 0.0 for d in drafts]
    capacity = bench.capacity * (dig.sum(0) > 0)
    ore = np.array([require(v, f"deposit/{b.split('/')[0]}/ore_{b.split('/')[1]}") for b in names.bodies])
    return dict(dig=dig, body_recovery=share, recovery_most=most, recovery_cost=np.array(unit),
                effort=require(v, "model/mining/recovery_effort"), ore0=ore, body_capacity0=(dig > 0) @ capacity,
                lean_lost=lost, lean_of=lean_of, tail_to=tail, host=host)  # fmt: skip


def _people(network: Network, drafts: list[Draft], names: Index, v: Mapping[str, float]) -> dict:
    place = names.fixed["place_of"].argmax(0)
    money = damage_values(names.places, names.burdens, v)
    effect = require(v, "knowledge/world/cost_effect")
    high = names.fixed["made_high"].any(0)
    return dict(
        knowledge0=np.array([v.get(f"knowledge/{zn}/index", 0.0) for zn in names.zones]),
        learning=require(v, "knowledge/world/learning"), spillover=require(v, "knowledge/world/spillover"),
        depreciation=require(v, "knowledge/world/depreciation"),
        research_effect=require(v, "knowledge/world/research"), frontier=require(v, "knowledge/world/frontier"),
        high_cost=np.array([d.cost * effect if h else 0.0 for d, h in zip(drafts, high, strict=True)]),
        place_damage=burden_sizes(network.places, names.burdens, v) * money[place],
    )  # fmt: skip


def _holders(network: Network, names: Index, law: np.ndarray) -> dict[str, np.ndarray]:
    ids = network.activities.index
    on = np.zeros((len(names.stocks), len(ids)))
    for s, name in enumerate(names.stocks):
        on[s, ids.get_indexer([f"{name}/store", f"{name}/release"])] = 1.0
    held = np.zeros_like(on)
    for s, name in enumerate(names.stocks):
        for verb, sign in (("reserve_buy", 1.0), ("floor_buy", 1.0), ("reserve_sell", -1.0)):
            held[s, ids.get_loc(f"{name}/{verb}")] = sign
    state, sells = law == "state", ids.str.endswith("/reserve_sell")
    buyer = network.activities["doing"].isin(["dispose", "ship"]).to_numpy() | (law == "store") | (state & ~sells)
    return dict(buyer=buyer, store=law == "store", release=law == "release", state_buy=state & ~sells,
                state_sell=state & sells, stock_node=on, reserve_node=held)  # fmt: skip


def _makers(network: Network, names: Index) -> dict[str, np.ndarray]:
    act, z = network.activities, len(names.zones)
    zone_of = np.array([names.zones.index(x) for x in act["zone"]])
    high = ((act["stage"] == "magnet") & (act["tier"] == "high")).to_numpy()
    made = np.zeros((z, len(act)))
    made[zone_of[high], np.flatnonzero(high)] = 1.0
    magnets = np.zeros((z, len(act)))
    makes = (act["stage"] == "magnet").to_numpy()
    magnets[zone_of[makes], np.flatnonzero(makes)] = 1.0
    shipped = np.zeros((z, len(act)))
    ships = ((act["doing"] == "ship") & (act["status"] == "licensed")).to_numpy()
    shipped[zone_of[ships], np.flatnonzero(ships)] = network.reo.to_numpy()[ships]
    place = [names.places.index(d or zn) for d, zn in zip(act["district"], act["zone"], strict=True)]
    on = np.zeros((len(names.places), len(act)))
    on[place, np.arange(len(act))] = 1.0
    within = np.eye(len(names.places))
    within[[names.places.index(zn) for zn in act["zone"]], place] = 1.0
    mined = np.zeros((2, z, len(act)))
    digs = (act["stage"] == "mining").to_numpy()
    for status, name in enumerate(("licensed", "unlicensed")):
        which = digs & (act["status"] == name).to_numpy()
        mined[status, zone_of[which], np.flatnonzero(which)] = 1.0
    return dict(made_high=made, made_magnets=magnets, shipped=shipped, place_of=on, within=within, mined=mined)
