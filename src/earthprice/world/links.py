"""Links: shipments between zones, with the customs and past them, and unlicensed concentrate passed off as licensed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from earthprice.world.draft import (
    Draft,
    Values,
    concentrate_at,
    drafted_columns,
    element_of,
    hidden,
    model,
    or_model,
    tier_of,
    trust,
)
from earthprice.world.numbers import require
from earthprice.world.outline import Outline
from earthprice.world.plants import lent


def feed_trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of concentrate to be separated abroad."""
    for name in s.ids("feed_trade"):
        concentrate, origin, to = name.split("/")
        link = _link(v, require(v, f"feed_trade/{name}/level"))
        link["use"] = min(link["use"], link["level"] / _road(v, concentrate, to))
        yield Draft(
            id=f"ship/conc_{concentrate}/{origin}/{to}",
            zone=origin,
            entries=((concentrate_at(concentrate, origin), -1.0), (concentrate_at(concentrate, to, "imported"), 1.0)),
            cost=require(v, f"feed_trade/{name}/freight"),
            trust=trust(v, "feed_trade"),
            attributes=drafted_columns(
                good=f"conc_{concentrate}", concentrate=concentrate, status="licensed", partner=to, group="trader"
            ),
            **link,
        )


def _road(v: Values, concentrate: str, to: str) -> float:
    """What a road for feed can carry at least [kt/yr]: as much as the plants at its end take, or as any open link."""
    plants = f"{to}/{concentrate}/imported/licensed"
    level = v.get(f"separation/{plants}/level", 0.0)
    own = level / or_model(v, f"separation/{plants}/use", "separation/use")
    return max(model(v, "trade/open"), lent(v, plants, level) or own) if level else model(v, "trade/open")


def trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of oxides, metals and magnets."""
    weight = trust(v, "trade")
    for name in s.ids("trade"):
        cost, link = require(v, f"trade/{name}/freight"), _link(v, require(v, f"trade/{name}/level"))
        yield Draft(cost=cost, trust=weight, **_shipment(name), **link)


@cache
def _shipment(name: str) -> dict[str, Any]:
    """What a shipment is called, moves and is; all draws share it."""
    good, origin, to = name.split("/")
    who = dict(element=element_of(good), tier=tier_of(good), status="licensed", partner=to, group="trader")
    moved = ((f"{good}@{origin}", -1.0), (f"{good}@{to}", 1.0))
    return dict(id=f"ship/{name}", zone=origin, entries=moved, attributes=drafted_columns(good=good, **who))


def smuggling(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments past the customs."""
    for name in s.ids("smuggle"):
        good, origin, to = name.split("/")
        yield Draft(
            id=f"smuggle/{name}",
            zone=origin,
            entries=((f"{good}@{origin}", -1.0), (f"{good}@{to}", 1.0)),
            cost=require(v, f"smuggle/{name}/cost"),
            trust=trust(v, "smuggling"),
            attributes=drafted_columns(
                good=good, element=element_of(good), status="unlicensed", partner=to, group="smuggler"
            ),
            **_shipped(require(v, f"smuggle/{name}/level"), model(v, "smuggle/use"), model(v, "smuggle/spread")),
        )


def laundering(v: Values, s: Outline) -> Iterator[Draft]:
    """Unlicensed concentrate passed off as licensed, for a share of the price of the licensed.

    There is room for `model/launder/room` times all that is dug without a licence. As much passes in the base year as
    pays at its prices, so that nothing about it is left unexplained:

        level = room x sigmoid((licensed price - unlicensed price - cost) / spread)
    """
    dug: dict[tuple[str, str], float] = defaultdict(float)
    for row in s.deposits:
        if hidden(v, row.concentrate, row.zone) == "unlicensed":
            dug[row.concentrate, row.zone] += v.get(f"deposit/{row.id}/output_unlicensed", 0.0)
    for (concentrate, zone), output in dug.items():
        black, lawful = (concentrate_at(concentrate, zone, kind) for kind in ("unlicensed", "home"))
        low, high = (require(v, f"price/{node}/price") for node in (black, lawful))
        cost, spread = model(v, "launder/discount") * high, model(v, "launder/spread")
        room, share = model(v, "launder/room") * output, 1.0 / (1.0 + math.exp((cost + low - high) / (spread * high)))
        yield Draft(
            id=f"launder/{concentrate}/{zone}",
            doing="run",
            stage="trade",
            zone=zone,
            entries=((black, -1.0), (lawful, 1.0)),
            level=room * share,
            use=share,
            room=room,
            cost=cost,
            stretch=("value", spread),
            trust=trust(v, "smuggling"),
            motion="adapt",
            attributes=drafted_columns(
                good=f"conc_{concentrate}", concentrate=concentrate, status="unlicensed", group="smuggler"
            ),
        )


def _link(v: Values, level: float) -> dict[str, Any]:
    """Level and use of a link; one not in use in the base year is open but carries a trace."""
    if level > 0:
        return _shipped(level, model(v, "trade/use"), model(v, "trade/spread"))
    trace = model(v, "trade/trace")
    return _shipped(trace, trace / model(v, "trade/open"), model(v, "trade/spread"))


def _shipped(level: float, use: float, spread: float) -> dict[str, Any]:
    words = dict(doing="ship", stage="trade", motion="adapt")
    return dict(level=level, use=use, stretch=("value", spread), **words)
