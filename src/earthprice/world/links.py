"""Links: shipments of concentrate, oxides, metals and magnets between zones, with the customs and past them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from earthprice.world.draft import Draft, Values, concentrate_at, element_of, model, named, tier_of, trust
from earthprice.world.numbers import require
from earthprice.world.outline import Outline


def feed_trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of concentrate to be separated abroad."""
    for name in s.ids("feed_trade"):
        concentrate, origin, to = name.split("/")
        link = _link(v, require(v, f"feed_trade/{name}/level"))
        # a road in use has no less room than one that is only open
        link["use"] = min(link["use"], link["level"] / model(v, "trade/open"))
        yield Draft(
            id=f"ship/conc_{concentrate}/{origin}/{to}",
            zone=origin,
            entries=((concentrate_at(concentrate, origin), -1.0), (concentrate_at(concentrate, to, "imported"), 1.0)),
            cost=require(v, f"feed_trade/{name}/freight"),
            trust=trust(v, "feed_trade"),
            attributes=named(
                good=f"conc_{concentrate}", concentrate=concentrate, status="licensed", partner=to, group="trader"
            ),
            **link,
        )


def trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of oxides, metals and magnets."""
    for name in s.ids("trade"):
        good, origin, to = name.split("/")
        yield Draft(
            id=f"ship/{name}",
            zone=origin,
            entries=((f"{good}@{origin}", -1.0), (f"{good}@{to}", 1.0)),
            cost=require(v, f"trade/{name}/freight"),
            trust=trust(v, "trade"),
            attributes=named(
                good=good,
                element=element_of(good),
                tier=tier_of(good),
                status="licensed",
                partner=to,
                group="trader",
            ),
            **_link(v, require(v, f"trade/{name}/level")),
        )


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
            attributes=named(good=good, element=element_of(good), status="unlicensed", partner=to, group="smuggler"),
            **_shipped(require(v, f"smuggle/{name}/level"), model(v, "smuggle/use"), model(v, "smuggle/spread")),
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
