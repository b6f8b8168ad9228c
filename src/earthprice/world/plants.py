"""Plants: separation of concentrate, metal, magnets, and oxides out of swarf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from earthprice.world.draft import Draft, Values, concentrate_at, drafted_columns, has, model, or_model, pilot, trust
from earthprice.world.numbers import require
from earthprice.world.outline import Outline


def separation(v: Values, s: Outline) -> Iterator[Draft]:
    """Separation of a concentrate into oxides by zone, origin of the feed, status, and owner where one is named."""
    for name in s.ids("separation"):
        zone, concentrate, feed, status, *_ = name.split("/")
        key, recovery = f"separation/{name}", require(v, f"separation/{name}/recovery")
        shares = {e: v.get(f"concentrate/{concentrate}/share_{e}", 0.0) for e in s.elements}
        oxides = tuple((f"{e}_oxide@{zone}", recovery * x / 100.0) for e, x in shares.items() if x > 0)
        level, planned = require(v, f"{key}/level"), v.get(f"{key}/planned_capacity", 0.0)
        motion = "unlicensed" if status == "unlicensed" else ("plant" if level > 0 else "project")
        level = level or pilot(v, planned)
        use, idle = or_model(v, f"{key}/use", "separation/use"), lent(v, name, level) if motion == "plant" else 0.0
        yield Draft(
            id=f"separate/{name}",
            doing="run",
            stage="separation",
            zone=zone,
            entries=((concentrate_at(concentrate, zone, feed if status == "licensed" else status), -1.0), *oxides),
            level=level,
            use=level / idle if idle else use,
            lent=idle,
            cost=require(v, f"{key}/cost"),
            stretch=("cost", model(v, "separation/feed_spread" if idle else "separation/spread")),
            trust=trust(v, "separation" if status == "licensed" else "unlicensed"),
            motion=motion,
            capex=v.get(f"{key}/capex", require(v, "entry/separation/capex")),
            lead=v.get(f"{key}/lead", require(v, "entry/separation/lead")),
            start=v.get(f"{key}/start_earliest", 0.0),
            planned=planned,
            attributes=drafted_columns(
                district=_district(s, concentrate, zone),
                ore=s.ore_of[concentrate],
                concentrate=concentrate,
                feed=feed,
                status=status,
                good="oxides",
                group="separator" if status == "licensed" else "unlicensed separator",
            ),
        )


def _district(s: Outline, concentrate: str, zone: str) -> str:
    """Where a concentrate is separated: beside its first deposit, else where the zone's own like it is."""
    at = s.main[concentrate]
    return at.district if at.zone == zone else s.near.get((zone, s.ore_of[concentrate]), s.home.get(zone, ""))


def lent(values: Mapping[str, float], name: str, level: float) -> float:
    """Capacity that other plants leave idle and turn over to a plant for imported feed [kt/yr].

    Where plants of the zone separate the same concentrate from home, and leave more idle than the plant would have for
    its output, it is those lines at work on imported concentrate: it has none of its own, and its costs differ less
    between lines than between firms.

        idle = home level (1 / use - 1)

    Args:
        values: the world's numbers.
        name: zone/concentrate/feed/status of the plant.
        level: its output in the base year [kt REO/yr].

    Returns:
        What is idle, at the recorded home level; 0 where the plant has capacity of its own.
    """
    zone, concentrate, feed, status = name.split("/")
    own = level / or_model(values, f"separation/{name}/use", "separation/use")
    home = f"separation/{zone}/{concentrate}/home/{status}"
    if feed == "home" or f"{home}/level" not in values:
        return 0.0
    idle = require(values, f"{home}/level") * (1.0 / or_model(values, f"{home}/use", "separation/use") - 1.0)
    return idle if idle > own else 0.0


def metal(v: Values, s: Outline) -> Iterator[Draft]:
    """Metal making from oxide."""
    for name in s.ids("metal"):
        good, zone = name.split("/")
        if zone == "world":
            continue
        element = good.split("_")[0]
        yield Draft(
            id=f"make/{good}/{zone}",
            doing="run",
            stage="metal",
            zone=zone,
            entries=(
                (f"{element}_oxide@{zone}", -require(v, f"metal/{name}/oxide_per_metal")),
                (f"{good}@{zone}", 1.0),
            ),
            level=require(v, f"metal/{name}/level"),
            use=require(v, f"metal/{name}/use"),
            cost=require(v, f"metal/{name}/cost"),
            stretch=("cost", model(v, "metal/spread")),
            trust=trust(v, "metal"),
            motion="plant",
            capex=require(v, "entry/metal/capex"),
            lead=require(v, "entry/metal/lead"),
            attributes=drafted_columns(good=good, element=element, status="licensed", group="metal maker"),
        )


def magnet(v: Values, s: Outline) -> Iterator[Draft]:
    """Magnet making by tier and recipe, with process swarf as a joint product.

    The first recipe of a tier in a zone owns the plants; part of them can be turned over to each of the others.
    """
    first: dict[tuple[str, str], str] = {}
    kinds = list(dict.fromkeys(name.split("/")[0] for name in s.ids("metal")))
    for name in s.ids("magnet"):
        good, zone, recipe = name.split("/")
        key, tier = f"magnet/{name}", good.split("_")[1]
        metals = tuple((f"{m}@{zone}", -v[f"{key}/{m}"]) for m in kinds if has(v, f"{key}/{m}"))
        level, use, spread = require(v, f"{key}/level"), require(v, f"{key}/use"), "magnet/spread"
        if recipe != first.setdefault((good, zone), recipe):
            spread = "magnet/recipe_spread"
            main = f"magnet/{good}/{zone}/{first[good, zone]}"
            use = level * v[f"{main}/use"] / (model(v, "magnet/convertible") * v[f"{main}/level"])
        yield Draft(
            id=f"make/{name}",
            doing="run",
            stage="magnet",
            zone=zone,
            entries=(*metals, (f"{good}@{zone}", 1.0), (f"swarf_{tier}@{zone}", require(v, f"{key}/swarf"))),
            level=level,
            use=min(use, model(v, "magnet/most_use")),
            cost=require(v, f"{key}/cost"),
            stretch=("cost", model(v, spread)),
            trust=trust(v, "magnet"),
            motion="plant",
            capex=require(v, f"{key}/capex"),
            lead=require(v, f"{key}/lead"),
            attributes=drafted_columns(
                good=good, tier=tier, status="licensed", use=recipe, group=f"magnet maker, {tier} grade"
            ),
        )


def recycling(v: Values, s: Outline) -> Iterator[Draft]:
    """Oxides from process swarf."""
    for name in s.ids("recycling"):
        good, zone = name.split("/")
        key, recovery = f"recycling/{name}", require(v, f"recycling/{name}/recovery")
        shares = {e: v.get(f"{key}/share_{e}", 0.0) for e in s.elements}
        oxides = tuple((f"{e}_oxide@{zone}", recovery * x) for e, x in shares.items() if x > 0)
        yield Draft(
            id=f"recycle/{name}",
            doing="run",
            stage="recycling",
            zone=zone,
            entries=((f"{good}@{zone}", -1.0), *oxides),
            level=require(v, f"{key}/level") / recovery,
            use=require(v, f"{key}/use"),
            cost=require(v, f"{key}/cost"),
            stretch=("cost", model(v, "recycling/spread")),
            trust=trust(v, "recycling"),
            motion="plant",
            capex=require(v, "entry/separation/capex"),
            lead=require(v, "entry/metal/lead"),
            attributes=drafted_columns(
                good="oxides", tier=good.split("_")[1], feed="swarf", status="licensed", group="recycler"
            ),
        )
