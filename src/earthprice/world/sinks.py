"""Sinks: final use, what is thrown away or put aside, what lapses, and what is held in stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from earthprice.world.draft import Draft, Values, drafted_columns, element_of, model, tier_of, trust
from earthprice.world.numbers import require
from earthprice.world.outline import Outline

UNSEEN = 1e-9
"""Share of output that is discarded in the base year: so little that the balance does not see it."""


def final_use(v: Values, s: Outline) -> Iterator[Draft]:
    """Final use of oxides and magnets."""
    weight = {flow: trust(v, flow) for flow in ("magnet_use", "oxide_use")}
    uses = dict.fromkeys(name.split("/")[0] for name in s.ids("demand"))
    of = {use: [require(v, f"use/{use}/{k}") for k in ("elasticity_short", "elasticity_long", "choke")] for use in uses}
    for name in s.ids("demand"):
        flow, words = _user(name)
        short, long, choke = of[words["growth"]]
        yield Draft(
            **words,
            level=require(v, f"demand/{name}/level"),
            use=1.0,
            cost=0.0,
            stretch=("elasticity", abs(short)),
            trust=weight[flow],
            long=abs(long),
            choke=choke,
        )


@cache
def _user(name: str) -> tuple[str, dict[str, Any]]:
    """Flow of a final use, and what it is called, takes and is; all draws share it."""
    use, item, zone = name.split("/")
    good = item if "_" in item else f"{item}_oxide"
    flow, group = ("magnet_use", "magnet user") if tier_of(good) else ("oxide_use", "user of oxides")
    attributes = drafted_columns(good=good, element=element_of(good), tier=tier_of(good), use=use, group=group)
    who = dict(id=f"use/{name}", doing="use", stage="use", zone=zone, growth=use, attributes=attributes)
    return flow, who | dict(entries=((f"{good}@{zone}", -1.0),), motion="demand")


def disposal(v: Values, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Surplus oxide and metal thrown away, where they are made; concentrate put aside unseparated, where it is dug.

    What is put aside belongs to the group that digs most of it; of oxide and metal to who makes them.
    The recorded level is what recorded supply leaves over recorded use, and at least a small share of output. Where the
    record leaves nothing over, or a project will add by-products with the lines that it has or plans, there is room for
    all that could be made.

    Of everything more can be thrown away when it is worth nothing (`discard`): else its price would fall as far below
    nil as it takes to stop those who make it along with something else.
    """
    made: dict[str, float] = defaultdict(float)
    net: dict[str, float] = defaultdict(float)
    could: dict[str, float] = defaultdict(float)
    diggers: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    coming: dict[str, float] = defaultdict(float)
    for d in drafts:
        level, makes = d.level, d.stage in ("mining", "separation", "recycling", "metal")
        for node, coefficient in d.entries:
            net[node] += coefficient * level
            if makes and coefficient > 0:
                made[node] += coefficient * level
                could[node] += coefficient * max(level / d.use, d.planned)
                if d.stage == "mining":
                    diggers[node][dict(d.attributes)["group"]] += coefficient * level
                coming[node] += coefficient * (max(d.planned, level / d.use) if d.planned else 0.0)
    project_spread, weight = model(v, "disposal/project_spread"), trust(v, "disposal")
    share, use, cost, spread, room = (model(v, f"disposal/{k}") for k in ("share", "use", "cost", "spread", "room"))
    for node, amount in made.items():
        good = node.split("@")[0]
        group = max(diggers[node], key=diggers[node].__getitem__, default="separator")
        group = "metal maker" if good.endswith("_metal") else group
        yield Draft(  # all of it goes there when it is worth nothing; it has no part in the balance of the base year
            **_thrown("discard", node, group),
            level=amount * UNSEEN,
            use=1.0,
            cost=cost,
            stretch=("value", spread * project_spread),
            trust=weight,
            motion="outlet",
            room=room * could[node],  # grows with what could be made (`laws.outlets`), since none needs a plant
        )
        if good.endswith("_metal"):
            continue
        level = max(least := amount * share, net[node])
        project = coming[node] > level / use
        yield Draft(
            **_thrown("put_aside" if good.startswith("conc_") else "dump", node, group),
            level=level,
            use=use,
            cost=cost,
            stretch=("value", spread * (project_spread if project else 1.0)),
            trust=weight,
            motion="adapt",
            room=room * could[node] if project or net[node] <= least else 0.0,
        )


@cache
def _thrown(verb: str, node: str, group: str) -> dict[str, Any]:
    """What an outlet is called, takes and is: a unit of a good goes out of the world; all draws share it."""
    good, zone = node.split("@")
    attributes = drafted_columns(good=good, element=element_of(good), group=group)
    who = dict(id=f"{verb}/{good}/{zone}", doing="dispose", stage="disposal", zone=zone, attributes=attributes)
    return who | dict(entries=((node, -1.0),))


def leftovers(v: Values, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Mill hours that lapse where ore runs short of its mill, and swarf thrown away where recyclers do not take it.

    There is room for either, whatever the balance makes of the trace, at a price near zero: nobody must take what he
    has no use for.
    """
    made, room = defaultdict(float), defaultdict(float)
    for d in drafts:
        for node, coefficient in d.entries:
            if coefficient > 0 and d.stage in ("milling", "magnet") and not node.startswith("magnet"):
                made[node] += coefficient * d.level
                room[node] += coefficient * max(d.level / d.use, d.planned)
    for node, level in made.items():
        share = model(v, "disposal/share") * level
        yield Draft(
            **_thrown("idle", node, "licensed miner" if node.startswith("mill_") else "recycler"),
            level=share,
            use=model(v, "disposal/use"),
            cost=0.0,
            stretch=("value", model(v, "milling/idle_spread")),
            trust=trust(v, "disposal"),
            motion="outlet",
            room=model(v, "disposal/room") * room[node],
        )


STATE_SPREAD = 5e-3
"""Spread of the price at which a state buys or sells, in base prices: the law names one price, holders differ in
outlook (`storage/world/spread`)."""
HOLDERS = {
    # verb: sign of what it takes, motion, status, group
    "store": (-1.0, "store", "licensed", "stockholder"),
    "release": (1.0, "release", "licensed", "stockholder"),
    "reserve_buy": (-1.0, "state", "state", "state reserve"),
    "reserve_sell": (1.0, "state", "state", "state reserve"),
    "floor_buy": (-1.0, "state", "state", "state reserve"),
}


def stock_drafts(v: Values, s: Outline) -> Iterator[Draft]:
    """Private stocks (store, release) and the state's (reserve_buy, reserve_sell, floor_buy) of a good in a zone."""
    use, pace = model(v, "storage/use"), require(v, "storage/world/pace")
    weight, state_weight = trust(v, "stock"), trust(v, "state_stock")
    spread = ("value", require(v, "storage/world/spread"))
    for name in s.ids("stock"):
        level = use * pace * require(v, f"stock/{name}/stock")
        for verb in ("store", "release"):
            yield Draft(**_holder(name, verb), level=level, use=use, cost=0.0, stretch=spread, trust=weight)
        yield from _states(name, use, state_weight)


@lru_cache(maxsize=1024)
def _states(name: str, use: float, weight: float) -> list[Draft]:
    """Those of a stock who hold for the state; draws share them, as long as they agree on these numbers."""
    spread, verbs = ("value", STATE_SPREAD), ("reserve_buy", "reserve_sell", "floor_buy")
    return [Draft(**_holder(name, x), level=0.0, use=use, cost=0.0, stretch=spread, trust=weight) for x in verbs]


@cache
def _holder(name: str, verb: str) -> dict[str, Any]:
    """What a holder of a stock is called, takes and is; all draws share it."""
    (sign, motion, status, group), (good, zone) = HOLDERS[verb], name.split("/")
    attributes = drafted_columns(good=good, element=element_of(good), status=status, group=group)
    who = dict(id=f"{good}@{zone}/{verb}", doing="hold", stage="stock", zone=zone, motion=motion, attributes=attributes)
    return who | dict(entries=((f"{good}@{zone}", sign),))
