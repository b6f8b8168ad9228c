"""The index of a run: names behind the positions of its arrays, and what neither a draw nor a law changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from earthprice.dynamics.setting import Monitor
from earthprice.dynamics.sparse import Sparse, sparse
from earthprice.world.draft import Draft
from earthprice.world.network import Network


class Fixed(NamedTuple):
    """Who holds, makes, ships and digs what, and where: fields of the same names in a `Setting`.

    `outlets` are positions of outlets [V], `feeds` what a unit of each plant and mine makes of their goods [V, M],
    `fed` the places in it that are not nil.
    """

    buyer: np.ndarray
    store: np.ndarray
    release: np.ndarray
    state_buy: np.ndarray
    state_sell: np.ndarray
    private: Sparse
    state: Sparse
    made: Sparse
    site: Sparse
    within: np.ndarray
    monitor: Monitor
    uses: Sparse
    outlets: np.ndarray
    feeds: np.ndarray
    fed: tuple[np.ndarray, ...]


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
    fixed: Fixed = field(repr=False, compare=False)


def index(network: Network, drafts: list[Draft], structure: Mapping[str, pd.DataFrame]) -> Index:
    """Names of everything that has a position in a `Setting`."""
    act = network.activities
    zones = tuple(structure["zones"]["id"])
    places = (*structure["districts"]["id"], *zones)
    indicators = (
        *(f"price_real:{n}" for n in network.nodes.index),
        *(f"complaints:{p}" for p in places),
        *(f"external_damage:{p}" for p in places),
        *(f"{name}:{z}" for name in ("unlicensed_share", "exports", "high_end_share", "recovery_rate") for z in zones),
    )
    stocks = tuple(act.index[act["doing"].eq("hold") & act.index.str.endswith("/store")].str.removesuffix("/store"))
    bodies = tuple(dict.fromkeys(d.body for d in drafts if d.body))
    ponds = [(d.id, d.tailings_of) for d in structure["deposits"].itertuples() if d.tailings_of]
    tailings = tuple((f"{pond}/rich", b) for pond, source in ponds for b in bodies if b.startswith(f"{source}/"))
    motion = np.array([d.motion for d in drafts])
    held, outlets = _holders(network, stocks, motion), _outlets(network, motion)
    fixed = Fixed(**held, **_sites(network, places), **_makers(network, zones), **outlets)
    return Index(bodies, stocks, zones, places, tuple(network.burdens.columns), indicators, tailings, fixed)


def _holders(network: Network, stocks: tuple[str, ...], motion: np.ndarray) -> dict[str, Any]:
    ids = network.activities.index
    on = np.zeros((len(stocks), len(ids)))
    for s, name in enumerate(stocks):
        on[s, ids.get_indexer([f"{name}/store", f"{name}/release"])] = 1.0
    held = np.zeros_like(on)
    for s, name in enumerate(stocks):
        for verb, sign in (("reserve_buy", 1.0), ("floor_buy", 1.0), ("reserve_sell", -1.0)):
            held[s, ids.get_loc(f"{name}/{verb}")] = sign
    used = network.activities["doing"].isin(["run", "use"]).to_numpy()
    state, sells = motion == "state", ids.str.endswith("/reserve_sell")
    buyer = network.activities["doing"].isin(["dispose", "ship"]).to_numpy() | (motion == "store") | (state & ~sells)
    return dict(
        buyer=buyer,
        store=motion == "store",
        release=motion == "release",
        state_buy=state & ~sells,
        state_sell=state & sells,
        private=sparse(on),
        state=sparse(held),
        uses=sparse(network.takes[network.nodes.index.get_indexer(stocks)] * used),
    )


def _outlets(network: Network, motion: np.ndarray) -> dict[str, Any]:
    at = np.flatnonzero(motion == "outlet").astype(np.int32)
    feeds = network.gives[network.taken[at]] * network.activities["doing"].eq("run").to_numpy()  # it takes one good
    return dict(outlets=at, feeds=feeds, fed=np.nonzero(feeds))


def _sites(network: Network, places: tuple[str, ...]) -> dict[str, Any]:
    act = network.activities
    place = [places.index(d or zn) for d, zn in zip(act["district"], act["zone"], strict=True)]
    on = np.zeros((len(places), len(act)))
    on[place, np.arange(len(act))] = 1.0
    within = np.eye(len(places))
    within[[places.index(zn) for zn in act["zone"]], place] = 1.0
    return dict(site=sparse(on), within=within)


def _makers(network: Network, zones: tuple[str, ...]) -> dict:
    act = network.activities
    zone_of = np.array([zones.index(x) for x in act["zone"]])

    def by_zone(which: pd.Series, size: np.ndarray | float = 1.0) -> Sparse:
        at, out = np.flatnonzero(which), np.zeros((len(zones), len(act)))
        out[zone_of[at], at] = np.broadcast_to(size, len(act))[at]
        return sparse(out)

    magnet, digs = act["stage"] == "magnet", act["stage"] == "mining"
    ships = (act["doing"] == "ship") & (act["status"] == "licensed")
    mined = (by_zone(digs & (act["status"] == name)) for name in ("licensed", "unlicensed"))
    watched = Monitor(*mined, by_zone(ships, network.reo.to_numpy()), by_zone(magnet))
    return dict(made=by_zone(magnet & (act["tier"] == "high")), monitor=watched)
