"""The index of a run: names behind the positions of its arrays, and what neither a draw nor a law changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from earthprice.dynamics.setting import Monitor
from earthprice.dynamics.sparse import Sparse, sparse
from earthprice.dynamics.ways import ways
from earthprice.world.draft import Drafts
from earthprice.world.network import Network


class Fixed(NamedTuple):
    """Who holds, makes, ships and digs what, and where: fields of the same names in a `Setting`.

    `outlets` are positions of outlets [V], `feeds` what a unit of each plant and mine makes of their goods [V, M],
    `fed` the same by what is not nil. `smuggled`, `milling` and `magnets` are who smuggles, mills and makes magnets
    [bool; M], `make` the first activity of each one's make [int; M], `dug` which body each digs [0 or 1; O, M] and
    `alike` which kinds of pit dig one kind of ore [bool; U, U].
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
    fed: Sparse
    smuggled: np.ndarray
    milling: np.ndarray
    magnets: np.ndarray
    built: np.ndarray
    make: np.ndarray
    lines: Sparse
    gives: Sparse
    takes: Sparse
    dug: Sparse
    pit: Sparse
    alike: np.ndarray


@dataclass(frozen=True)
class Index:
    """Names behind the positions: bodies, stocks, zones, places, burdens, indicators, bodies of pits without a licence.

    `tailings` holds pairs (body that receives, body whose unrecovered ore it receives).
    """

    bodies: tuple[str, ...]
    stocks: tuple[str, ...]
    zones: tuple[str, ...]
    places: tuple[str, ...]
    burdens: tuple[str, ...]
    indicators: tuple[str, ...]
    pits: tuple[str, ...]
    tailings: tuple[tuple[str, str], ...]
    fixed: Fixed = field(repr=False, compare=False)


def index(network: Network, drafts: Drafts, structure: Mapping[str, pd.DataFrame]) -> Index:
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
    motion = drafts.said["motion"]
    pits = np.flatnonzero((motion == "unlicensed") & (drafts.said["stage"] == "mining"))
    fixed = Fixed(
        **_holders(network, stocks, motion),
        **_outlets(network, motion),
        **_sites(network, places),
        **_makers(network, zones),
        **_kinds(network),
        **_diggers(network, drafts, bodies, pits),
    )
    burdens, wild = tuple(network.burdens.columns), tuple(drafts[j].body for j in pits)
    return Index(bodies, stocks, zones, places, burdens, indicators, wild, tailings, fixed)


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
    return dict(outlets=at, feeds=feeds, fed=sparse(feeds))


def _kinds(network: Network) -> dict[str, Any]:
    """Who is of which kind; recipes of one make are those of a magnet in a zone, and all else is a make of its own."""
    doing, stage, status, zone, good = (
        network.activities[c].to_numpy(object) for c in ("doing", "stage", "status", "zone", "good")
    )
    magnets = stage == "magnet"
    first: dict[object, int] = {}
    of = [first.setdefault((zone[j], good[j]) if magnets[j] else j, j) for j in range(len(magnets))]
    several = np.flatnonzero((np.bincount(of) > 1) & magnets[: max(of) + 1])
    gives, takes = ways(network)
    return dict(
        smuggled=(stage == "trade") & (status == "unlicensed"),
        milling=stage == "milling",
        magnets=magnets,
        built=np.flatnonzero(doing == "run").astype(np.int32),
        make=np.array(of),
        lines=sparse(of == several[:, None]),
        gives=sparse(gives),
        takes=sparse(takes),
    )


def _diggers(network: Network, drafts: Drafts, bodies: tuple[str, ...], pits: np.ndarray) -> dict[str, Any]:
    dug = drafts.said["body"] == np.array(bodies, str)[:, None]
    pit, ore = np.arange(len(drafts)) == pits[:, None], network.activities["ore"].to_numpy(object)[pits]
    return dict(dug=sparse(dug), pit=sparse(pit), alike=ore[:, None] == ore[None, :])


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
