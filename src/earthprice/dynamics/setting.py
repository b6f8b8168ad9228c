"""The setting of a run: everything that is fixed while time passes, as arrays.

N goods, P permits, K = N + P nodes, M activities, O bodies of ore (deposit x class), S stocks, Z zones, D places
(districts, and zones for what has no district), B burdens, T periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import Array

from earthprice.errors import RulebookError
from earthprice.market.response import exponent
from earthprice.world.benchmark import Benchmark, permit_reference
from earthprice.world.draft import Draft
from earthprice.world.network import Network
from earthprice.world.numbers import require
from earthprice.world.terms import Terms

QUEUE = 32
"""Longest lead time, in periods."""
LAGS = 8
"""Longest delay with which a review sees an indicator, in periods."""


class Law(NamedTuple):
    """Terms and drivers by period, as the scan consumes them (leading axis T)."""

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
    store: Array
    release: Array
    state_buy: Array
    state_sell: Array
    stock_node: Array
    reserve_node: Array
    stock0: Array
    dig: Array
    body_recovery: Array
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
    high_cost: Array
    place_damage: Array
    place_of: Array
    mined: Array
    memory: Array
    adaptive: Array
    project_share: Array
    annuity: Array
    replacement: Array
    ore_years: Array
    dt: Array
    review: Review


class Review(NamedTuple):
    """Padded table of review rows: R reviews x Q rows."""

    permit: Array
    first: Array
    every: Array
    indicator: Array
    low: Array
    high: Array
    above: Array
    below: Array
    lag: Array
    at_most: Array
    never_below: Array
    never_above: Array


@dataclass(frozen=True)
class Index:
    """Names behind the positions: bodies, stocks, zones, places, burdens, indicators.

    `tailings` holds pairs (body that receives, body whose unrecovered ore it receives).
    """

    bodies: tuple[str, ...]
    stocks: tuple[str, ...]
    zones: tuple[str, ...]
    places: tuple[str, ...]
    burdens: tuple[str, ...]
    indicators: tuple[str, ...]
    tailings: tuple[tuple[str, str], ...]


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
    return Index(bodies, stocks, zones, places, tuple(network.burdens.columns), indicators, tailings)


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
    m = len(drafts)
    _refuse(network, bench, terms)
    law = np.array([d.law for d in drafts])
    parts = {
        **_plants(drafts, law, bench, values, dt), **_stocks(network, law, names, values),
        **_ore(drafts, names, bench, values), **_people(network, drafts, names, values, bench),
    }  # fmt: skip
    value = np.maximum(bench.value, 1e-3)
    least = np.array([permit_reference(use, value) for use in terms.permit_use])
    arrays = dict(
        a=bench.a, permit_use=terms.permit_use.reshape(len(terms.permits), m), permit_scale=bench.permit_scale,
        permit_reference=np.maximum(bench.permit, least), price0=bench.price, permit0=bench.permit,
        flow=np.maximum(bench.flow, 0.01), capacity0=bench.capacity, level0=bench.level, cost=bench.cost,
        rent=bench.rent, spread=_spread(bench), choke=bench.choke, final=bench.final, margin0=bench.margin, value=value,
        thrift_speed=require(values, "model/demand/thrift_speed"), memory=require(values, "model/complaints/memory"),
        adaptive=require(values, "storage/world/adaptive"), replacement=require(values, "model/ore/replacement"),
        project_share=require(values, "model/entry/project_share"), ore_years=require(values, "model/ore/years"),
        annuity=require(values, "model/capital/world/discount") + 0.04, dt=dt, **parts,
    )  # fmt: skip
    exact = {k: jnp.asarray(v, bool if k in _FLAGS else jnp.float64) for k, v in arrays.items()}
    return Setting(**exact, form=jnp.asarray(bench.form, jnp.int32), review=_reviews(terms, names, dt))


_FLAGS = ("final", "project", "unlicensed", "store", "release", "state_buy", "state_sell", "adapt", "buyer", "milled")


def _refuse(network: Network, bench: Benchmark, terms: Terms) -> None:
    per_kg = (terms.specific + terms.resource_cost)[:, bench.final]
    if np.any(per_kg != 0.0):
        at = network.activities.index[bench.final][np.abs(per_kg).max(0).argmax()]
        raise RulebookError(f"a charge or cost per kg on the final use '{at}' is not modelled", where="terms",
                            accepted="a share of its value, or a charge on whoever makes or ships it")  # fmt: skip


def _spread(bench: Benchmark) -> np.ndarray:
    """Spreads [USD/kg], and for final use the exponent whose elasticity at the base price is the benchmark's."""
    out, use = bench.spread.copy(), bench.final
    out[use] = exponent(bench.spread[use], bench.choke[use] / bench.cost[use])
    return out


def _plants(drafts: list[Draft], law: np.ndarray, bench: Benchmark, v: Mapping[str, float], dt: float) -> dict:
    runs = np.isin(law, ("mine", "plant"))
    wild = law == "unlicensed"
    response = np.where(runs, require(v, "model/entry/margin_response"), 0.0)
    response = np.where(wild, require(v, "model/entry/unlicensed_response"), response)
    lead = np.clip(np.round([d.lead / dt for d in drafts]), 1, QUEUE - 9)
    capacity = np.array([d.planned / max(d.use, 0.05) for d in drafts])
    least = np.where(law == "adapt", require(v, "model/trade/use"), 0.0)
    use0 = np.maximum([d.use for d in drafts], least)
    return dict(
        response=response, exit=np.where(runs, require(v, "model/entry/exit_response"), response), lead=lead,
        worth=np.maximum(np.where(law == "plant", bench.cost, bench.value), 1e-2), adapt=law == "adapt",
        follow=require(v, "model/entry/adapt"), use0=use0, project=law == "project",
        milled=(law == "project") & np.array([d.stage == "milling" for d in drafts]),
        planned=np.where(law == "project", capacity, 0.0), capex=np.array([d.capex for d in drafts]), unlicensed=wild,
        thrift=np.array([max(d.long - d.stretch[1], 0.0) if d.law == "demand" else 0.0 for d in drafts]),
    )  # fmt: skip


def _stocks(network: Network, law: np.ndarray, names: Index, v: Mapping[str, float]) -> dict:
    ids = network.activities.index
    on = np.zeros((len(names.stocks), len(ids)))
    for s, name in enumerate(names.stocks):
        on[s, ids.get_indexer([f"{name}/store", f"{name}/release"])] = 1.0
    held = np.zeros_like(on)
    for s, name in enumerate(names.stocks):
        for verb, sign in (("reserve_buy", 1.0), ("floor_buy", 1.0), ("reserve_sell", -1.0)):
            held[s, ids.get_loc(f"{name}/{verb}")] = sign
    stock0 = [require(v, f"stock/{n.replace('@', '/')}/stock") for n in names.stocks]
    state = law == "state"
    sells = ids.str.endswith("/reserve_sell")
    buyer = network.activities["doing"].isin(["dispose", "ship"]).to_numpy() | (law == "store") | (state & ~sells)
    return dict(buyer=buyer, store=law == "store", release=law == "release", state_buy=state & ~sells,
                state_sell=state & sells, stock_node=on, reserve_node=held, stock0=np.array(stock0))  # fmt: skip


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
    capacity = bench.capacity * (dig.sum(0) > 0)
    ore = np.array([require(v, f"deposit/{b.split('/')[0]}/ore_{b.split('/')[1]}") for b in names.bodies])
    return dict(dig=dig, body_recovery=share, ore0=ore, body_capacity0=(dig > 0) @ capacity, lean_lost=lost,
                lean_of=lean_of, tail_to=tail, host=host)  # fmt: skip


def _people(network: Network, drafts: list[Draft], names: Index, v: Mapping[str, float], bench: Benchmark) -> dict:
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
    money = np.array([[v.get(f"damage/{p}/{b}", np.nan) for b in names.burdens] for p in names.places])
    world = np.nan_to_num(np.nanmedian(money, axis=0), nan=0.0)
    money = np.where(np.isnan(money), world, money)
    damage = network.burdens.to_numpy() * money[place]
    mined = np.zeros((2, z, len(act)))
    digs = (act["stage"] == "mining").to_numpy()
    for status, name in enumerate(("licensed", "unlicensed")):
        which = digs & (act["status"] == name).to_numpy()
        mined[status, zone_of[which], np.flatnonzero(which)] = 1.0
    effect = require(v, "knowledge/world/cost_effect")
    return dict(
        knowledge0=np.array([v.get(f"knowledge/{zn}/index", 0.0) for zn in names.zones]), made_high=made,
        made_magnets=magnets, shipped=shipped,
        learning=require(v, "knowledge/world/learning"), spillover=require(v, "knowledge/world/spillover"),
        depreciation=require(v, "knowledge/world/depreciation"),
        research_effect=require(v, "knowledge/world/research"),
        high_cost=np.array([d.cost * effect if h else 0.0 for d, h in zip(drafts, high, strict=True)]),
        place_damage=damage, place_of=on, mined=mined,
    )  # fmt: skip


def _reviews(terms: Terms, names: Index, dt: float) -> Review:
    r = max(len(terms.reviews), 1)
    q = max([len(x.indicators) for x in terms.reviews], default=1)
    table = {k: np.zeros((r, q)) for k in ("low", "high", "above", "below")}
    indicator, lag = np.zeros((r, q), np.int32), np.zeros((r, q), np.int32)
    permit, first = np.zeros(r, np.int32), np.full(r, 1e9)
    every, most = np.ones(r), np.zeros(r)
    least, top = np.zeros(r), np.full(r, 1e12)
    for i, x in enumerate(terms.reviews):
        permit[i], first[i], every[i], most[i] = terms.permits.index(x.permit), x.first, x.every, x.at_most
        least[i], top[i] = x.never_below, x.never_above
        for j, name in enumerate(x.indicators):
            indicator[i, j] = names.indicators.index(name) if name else 0
            lag[i, j] = _lag(x.lag[j], dt)
            for k in table:
                table[k][i, j] = getattr(x, k)[j]
    return Review(*map(jnp.asarray, (permit, first, every, indicator)), **{k: jnp.asarray(t) for k, t in table.items()},
                  lag=jnp.asarray(lag), at_most=jnp.asarray(most), never_below=jnp.asarray(least),
                  never_above=jnp.asarray(top))  # fmt: skip


def _lag(years: float, dt: float) -> int:
    """Place in the memory of indicators of the period that began `years` ago; the last period is the latest known."""
    place = max(round(years / dt) - 1, 0)
    if place >= LAGS:
        raise RulebookError(f"a review sees an indicator {years:g} years late", where="terms, reviews",
                            accepted=f"at most {LAGS * dt:g} years with periods of {dt:g} years")  # fmt: skip
    return place
