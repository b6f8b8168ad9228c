"""Assembly: from numbers to drafts of activities, one function a stage.

Pure: reads no file, so a draw of the numbers assembles its own drafts. Keys are `table/id/attribute`; the identifiers
inside them (deposits, zones, goods) are data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from earthprice.world.draft import Draft
from earthprice.world.host import follows, tied_use
from earthprice.world.numbers import require
from earthprice.world.outline import Deposit, Outline
from earthprice.world.plants import lent

Values = Mapping[str, float]

ROOM = 4.0
"""Room for what is left over, in units of what is made."""


def assemble(values: Values, outline: Outline) -> list[Draft]:
    """All drafts of the world at the given numbers, within its outline."""
    parts = (mining, separation, feed_trade, metal, magnet, recycling, trade, smuggling, final_use, stocks)
    drafts = [d for part in parts for d in part(values, outline)]
    return [*drafts, *disposal(values, drafts), *leftovers(values, drafts)]


def _conc(concentrate: str, zone: str, feed: str = "home") -> str:
    return f"conc_{concentrate}@{zone}" if feed == "home" else f"conc_{concentrate}/imported@{zone}"


def _pick(values: Values, name: str) -> float:
    return require(values, f"model/{name}")


def _pilot(v: Values, planned: float) -> float:
    """Base-year level of what does not run yet: so small that it moves nothing, so that its price is determined."""
    return _pick(v, "project/pilot") * planned


def _link(v: Values, level: float, spread: float) -> tuple[float, float, tuple[str, float]]:
    """Level, use and stretch of a shipping link; one not in use in the base year is open but carries a trace."""
    if level > 0:
        return level, _pick(v, "trade/use"), ("value", spread)
    trace = _pick(v, "trade/trace")
    return trace, trace / _pick(v, "trade/open"), ("value", spread)


def _has(values: Values, key: str) -> bool:
    return values.get(key, 0.0) > 0.0


def mining(v: Values, s: Outline) -> Iterator[Draft]:
    """Digging by deposit, grade class and status, and the mill that the classes of a deposit share."""
    for row in s.deposits:
        key = f"deposit/{row.id}"
        common = (
            ("district", row.district), ("deposit", row.id), ("ore", row.ore),
            ("concentrate", row.concentrate), ("feed", "home"), ("good", f"conc_{row.concentrate}"),
        )  # fmt: skip
        node, mill = _conc(row.concentrate, row.zone), f"mill_{row.id}@{row.zone}"
        licensed, planned = v.get(f"{key}/output_licensed", 0.0), v.get(f"{key}/planned_capacity", 0.0)
        recovery = require(v, f"{key}/recovery")
        if licensed or planned:
            yield from _licensed_mine(v, row, common, (node, mill), licensed, planned)
        if _has(v, f"{key}/output_unlicensed"):
            yield from _unlicensed_mine(v, row, common, node, recovery)


def _unlicensed_mine(v: Values, row: Deposit, common: tuple, node: str, recovery: float) -> Iterator[Draft]:
    key = f"deposit/{row.id}"
    poor = v.get(f"{key}/recovery_unlicensed", recovery * _pick(v, "mining/unlicensed_recovery"))
    classes = [c for c in ("rich", "lean") if c == "rich" or _has(v, f"{key}/ore_lean")]
    share = _pick(v, "mining/rich_share") if len(classes) > 1 else 1.0
    dearer = v.get(f"{key}/cost_lean", 1.0) / max(v.get(f"{key}/cost", 1.0), 1e-6)
    for grade in classes:
        cost = require(v, f"{key}/cost_unlicensed") * (1.0 if grade == "rich" else dearer)
        yield Draft(
            f"dig/{row.id}/{grade}/unlicensed", "run", "mining", row.zone, ((node, 1.0),),
            v[f"{key}/output_unlicensed"] * (share if grade == "rich" else 1.0 - share),
            _pick(v, "mining/unlicensed_use"), cost, ("elasticity", _pick(v, "mining/elasticity_unlicensed")), 0.6,
            "unlicensed", capex=_pick(v, "mining/unlicensed_capex"), lead=_pick(v, "mining/unlicensed_lead"),
            body=f"{row.id}/{grade}", **_ore(v, row, poor),
            attributes=(*common, ("status", "unlicensed"), ("grade_class", grade), ("group", "unlicensed digger")),
        )  # fmt: skip


def _licensed_mine(v: Values, row: Deposit, common: tuple, nodes: tuple[str, str], licensed: float,
                   planned: float) -> Iterator[Draft]:  # fmt: skip
    key, (node, mill) = f"deposit/{row.id}", nodes
    use = v.get(f"{key}/use", 0.85)
    recovery = require(v, f"{key}/recovery")
    share = _pick(v, "mining/rich_share") if _has(v, f"{key}/ore_lean") else 1.0
    mill_share = _pick(v, "mining/mill_share")
    ore = {c: 1.0 / (recovery * require(v, f"{key}/grade_{c}") / 100.0) for c in ("rich", "lean")
           if _has(v, f"{key}/ore_{c}") or c == "rich"}  # fmt: skip
    mill_cost = mill_share * require(v, f"{key}/cost") / ore["rich"]
    law = "mine" if licensed else "project"
    licensed = licensed or _pilot(v, planned)
    invest = dict(capex=require(v, f"{key}/capex"), lead=require(v, f"{key}/lead"),
                  start=v.get(f"{key}/start_earliest", 0.0))  # fmt: skip
    elastic = "by_product" if row.by_product else "licensed"
    follow = follows(v, row.id) if row.by_product else 1.0
    pit_use = tied_use(v, row.id, use) if row.by_product else use
    for grade in ore:
        part = share if grade == "rich" else 1.0 - share
        cost = require(v, f"{key}/cost" if grade == "rich" else f"{key}/cost_lean")
        yield Draft(
            f"dig/{row.id}/{grade}/licensed", "run", "mining", row.zone, ((node, 1.0), (mill, -ore[grade])),
            licensed * part, pit_use, max(cost - mill_cost * ore[grade], 0.2 * cost),
            ("elasticity", _pick(v, f"mining/elasticity_{elastic}")), 4.0, law,
            planned=planned * part, body=f"{row.id}/{grade}", **_ore(v, row, recovery), follows=follow,
            attributes=(*common, ("status", "licensed"), ("grade_class", grade), ("group", "licensed miner")), **invest,
        )  # fmt: skip
    total = sum((share if g == "rich" else 1.0 - share) * h for g, h in ore.items())
    yield Draft(
        f"mill/{row.id}", "run", "milling", row.zone, ((mill, 1.0),), licensed * total, use, mill_cost,
        ("cost", _pick(v, "milling/spread")), 4.0, law, planned=planned * total,
        attributes=(("district", row.district), ("deposit", row.id), ("good", f"mill_{row.id}"),
                    ("status", "licensed"), ("group", "licensed miner")),
        capex=0.0, lead=invest["lead"], start=invest["start"],
    )  # fmt: skip


def _ore(v: Values, row: Deposit, recovery: float) -> dict[str, float]:
    """Ore dug per unit of output.

    Of a by-product the host mineral brings up the ore, and more output means a higher recovery, up to the best one.
    """
    if not row.by_product:
        return {"ore_per_level": 1.0 / recovery}
    return {"ore_per_level": 1.0 / max(recovery, _pick(v, "mining/best_recovery")), "host": 1.0 / recovery}


def separation(v: Values, s: Outline) -> Iterator[Draft]:
    """Separation of a concentrate into oxides by zone, origin of the feed and status."""
    for name in s.ids("separation"):
        zone, concentrate, feed, status = name.split("/")
        key, recovery = f"separation/{name}", require(v, f"separation/{name}/recovery")
        oxides = tuple(
            (f"{e}_oxide@{zone}", recovery * require(v, f"concentrate/{concentrate}/share_{e}") / 100.0)
            for e in s.elements if v.get(f"concentrate/{concentrate}/share_{e}", 0.0) > 0
        )  # fmt: skip
        level = require(v, f"{key}/level")
        planned = v.get(f"{key}/planned_capacity", 0.0)
        law = "unlicensed" if status == "unlicensed" else ("plant" if level > 0 else "project")
        level = level or _pilot(v, planned)
        use, spread = lent(v, name, level) if law == "plant" else (v.get(f"{key}/use", 0.6), "spread")
        at, ore = s.main[concentrate], s.ore_of[concentrate]
        district = at.district if at.zone == zone else s.near.get((zone, ore), s.home.get(zone, ""))
        yield Draft(
            f"separate/{name}", "run", "separation", zone, ((_conc(concentrate, zone, feed), -1.0), *oxides), level,
            use, require(v, f"{key}/cost"), ("cost", _pick(v, f"separation/{spread}")),
            2.0 if status == "licensed" else 0.6, law,
            capex=v.get(f"{key}/capex", require(v, "entry/separation/capex")),
            lead=v.get(f"{key}/lead", require(v, "entry/separation/lead")), start=v.get(f"{key}/start_earliest", 0.0),
            planned=planned,
            attributes=(("district", district), ("ore", ore), ("concentrate", concentrate),
                        ("feed", feed), ("status", status), ("good", "oxides"),
                        ("group", "separator" if status == "licensed" else "unlicensed separator")),
        )  # fmt: skip


def feed_trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of concentrate to be separated abroad."""
    for name in s.ids("feed_trade"):
        concentrate, origin, to = name.split("/")
        level, use, stretch = _link(v, require(v, f"feed_trade/{name}/level"), _pick(v, "trade/spread"))
        use = min(use, level / _pick(v, "trade/open"))  # a road in use has no less room than one that is only open
        yield Draft(
            f"ship/conc_{concentrate}/{origin}/{to}", "ship", "trade", origin,
            ((_conc(concentrate, origin), -1.0), (_conc(concentrate, to, "imported"), 1.0)),
            level, use, require(v, f"feed_trade/{name}/freight"), stretch, 2.0, "adapt",
            attributes=(("good", f"conc_{concentrate}"), ("concentrate", concentrate), ("status", "licensed"),
                        ("partner", to), ("group", "trader")),
        )  # fmt: skip


def metal(v: Values, s: Outline) -> Iterator[Draft]:
    """Metal making from oxide."""
    for name in s.ids("metal"):
        good, zone = name.split("/")
        if zone == "world":
            continue
        element = good.split("_")[0]
        yield Draft(
            f"make/{good}/{zone}", "run", "metal", zone,
            ((f"{element}_oxide@{zone}", -require(v, f"metal/{name}/oxide_per_metal")), (f"{good}@{zone}", 1.0)),
            require(v, f"metal/{name}/level"), require(v, f"metal/{name}/use"), require(v, f"metal/{name}/cost"),
            ("cost", _pick(v, "metal/spread")), 1.0, "plant", capex=require(v, "entry/metal/capex"),
            lead=require(v, "entry/metal/lead"),
            attributes=(("good", good), ("element", element), ("status", "licensed"), ("group", "metal maker")),
        )  # fmt: skip


def magnet(v: Values, s: Outline) -> Iterator[Draft]:
    """Magnet making by tier and recipe, with process swarf as a joint product.

    The first recipe of a tier in a zone owns the plants; part of them can be turned over to each of the others.
    """
    first: dict[tuple[str, str], str] = {}
    kinds = list(dict.fromkeys(name.split("/")[0] for name in s.ids("metal")))
    for name in s.ids("magnet"):
        good, zone, recipe = name.split("/")
        key, tier = f"magnet/{name}", good.split("_")[1]
        metals = tuple((f"{m}@{zone}", -v[f"{key}/{m}"]) for m in kinds if _has(v, f"{key}/{m}"))
        level, use = require(v, f"{key}/level"), require(v, f"{key}/use")
        kind = "magnet/spread"
        if recipe != first.setdefault((good, zone), recipe):
            kind = "magnet/recipe_spread"
            main = f"magnet/{good}/{zone}/{first[good, zone]}"
            use = level * v[f"{main}/use"] / (_pick(v, "magnet/convertible") * v[f"{main}/level"])
        yield Draft(
            f"make/{name}", "run", "magnet", zone,
            (*metals, (f"{good}@{zone}", 1.0), (f"swarf_{tier}@{zone}", require(v, f"{key}/swarf"))),
            level, min(use, 0.9), require(v, f"{key}/cost"), ("cost", _pick(v, kind)), 3.0, "plant",
            capex=require(v, f"{key}/capex"), lead=require(v, f"{key}/lead"),
            attributes=(("good", good), ("tier", tier), ("status", "licensed"), ("use", recipe),
                        ("group", f"magnet maker, {tier} grade")),
        )  # fmt: skip


def recycling(v: Values, s: Outline) -> Iterator[Draft]:
    """Oxides from process swarf."""
    for name in s.ids("recycling"):
        good, zone = name.split("/")
        key, recovery = f"recycling/{name}", require(v, f"recycling/{name}/recovery")
        oxides = tuple((f"{e}_oxide@{zone}", recovery * v[f"{key}/share_{e}"])
                       for e in s.elements if _has(v, f"{key}/share_{e}"))  # fmt: skip
        yield Draft(
            f"recycle/{name}", "run", "recycling", zone, ((f"{good}@{zone}", -1.0), *oxides),
            require(v, f"{key}/level") / recovery, require(v, f"{key}/use"), require(v, f"{key}/cost"),
            ("cost", _pick(v, "recycling/spread")), 1.0, "plant", capex=require(v, "entry/separation/capex"),
            lead=require(v, "entry/metal/lead"),
            attributes=(("good", "oxides"), ("tier", good.split("_")[1]), ("feed", "swarf"), ("status", "licensed"),
                        ("group", "recycler")),
        )  # fmt: skip


def trade(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments of oxides, metals and magnets."""
    for name in s.ids("trade"):
        good, origin, to = name.split("/")
        level, use, stretch = _link(v, require(v, f"trade/{name}/level"), _pick(v, "trade/spread"))
        yield Draft(
            f"ship/{name}", "ship", "trade", origin, ((f"{good}@{origin}", -1.0), (f"{good}@{to}", 1.0)),
            level, use, require(v, f"trade/{name}/freight"), stretch, 0.7, "adapt",
            attributes=(("good", good), ("element", _element(good)), ("tier", _tier(good)), ("status", "licensed"),
                        ("partner", to), ("group", "trader")),
        )  # fmt: skip


def smuggling(v: Values, s: Outline) -> Iterator[Draft]:
    """Shipments past the customs."""
    for name in s.ids("smuggle"):
        good, origin, to = name.split("/")
        yield Draft(
            f"smuggle/{name}", "ship", "trade", origin, ((f"{good}@{origin}", -1.0), (f"{good}@{to}", 1.0)),
            require(v, f"smuggle/{name}/level"), _pick(v, "smuggle/use"), require(v, f"smuggle/{name}/cost"),
            ("value", _pick(v, "smuggle/spread")), 0.3, "adapt",
            attributes=(("good", good), ("element", _element(good)), ("status", "unlicensed"), ("partner", to),
                        ("group", "smuggler")),
        )  # fmt: skip


def final_use(v: Values, s: Outline) -> Iterator[Draft]:
    """Final use of oxides and magnets."""
    for name in s.ids("demand"):
        use, item, zone = name.split("/")
        good = item if "_" in item else f"{item}_oxide"
        key = f"use/{use}"
        yield Draft(
            f"use/{name}", "use", "use", zone, ((f"{good}@{zone}", -1.0),), require(v, f"demand/{name}/level"), 1.0,
            0.0, ("elasticity", abs(require(v, f"{key}/elasticity_short"))), 1.5 if "_" in item else 1.0, "demand",
            growth=use, long=abs(require(v, f"{key}/elasticity_long")), choke=require(v, f"{key}/choke"),
            attributes=(("good", good), ("element", _element(good)), ("tier", _tier(good)), ("use", use),
                        ("group", "magnet user" if _tier(good) else "user of oxides")),
        )  # fmt: skip


def disposal(v: Values, drafts: list[Draft]) -> Iterator[Draft]:
    """Surplus oxide thrown away, where it is made; concentrate put aside unseparated, where it is dug.

    The recorded level is what recorded supply leaves over recorded use, and at least a small share of output.
    """
    made: dict[str, float] = defaultdict(float)
    net: dict[str, float] = defaultdict(float)
    coming: dict[str, float] = defaultdict(float)
    for d in drafts:
        for node, coefficient in d.entries:
            net[node] += coefficient * d.level
            if coefficient > 0 and d.stage in ("mining", "separation", "recycling"):
                made[node] += coefficient * d.level
                coming[node] += coefficient * d.planned
    share, cost = _pick(v, "disposal/share"), _pick(v, "disposal/cost")
    for node, amount in made.items():
        good, zone = node.split("@")
        feed = good.startswith("conc_")
        level = max(amount * share, net[node])
        use, spread = 0.3, _pick(v, "disposal/spread")
        if coming[node] > level / use:  # a project's by-products can be thrown away as soon as it runs
            use, spread = level / coming[node], 0.4 * spread
        yield Draft(
            f"{'put_aside' if feed else 'dump'}/{good}/{zone}", "dispose", "disposal", zone, ((node, -1.0),),
            level, use, cost, ("value", spread), 0.15, "adapt",
            attributes=(("good", good), ("element", _element(good)), ("group", "separator")),
        )  # fmt: skip


def leftovers(v: Values, drafts: list[Draft]) -> Iterator[Draft]:
    """Mill hours that lapse where ore runs short of its mill, and swarf thrown away where recyclers do not take it.

    There is `ROOM` for either, whatever the balance makes of the trace, at a price near zero: nobody must take what he
    has no use for.
    """
    made, room = defaultdict(float), defaultdict(float)
    for d in drafts:
        for node, coefficient in d.entries:
            if coefficient > 0 and d.stage in ("milling", "magnet") and not node.startswith("magnet"):
                made[node] += coefficient * d.level
                room[node] += coefficient * max(d.level / d.use, d.planned)
    for node, level in made.items():
        good, zone = node.split("@")
        share = _pick(v, "disposal/share") * level
        group = "licensed miner" if good.startswith("mill_") else "recycler"
        yield Draft(
            f"idle/{good}/{zone}", "dispose", "disposal", zone, ((node, -1.0),), share,
            share / (ROOM * room[node]), 0.0, ("value", _pick(v, "milling/idle_spread")), 0.15, "adapt",
            attributes=(("good", good), ("group", group)),
        )  # fmt: skip


def stocks(v: Values, s: Outline) -> Iterator[Draft]:
    """Private stocks (store, release) and the state's (reserve_buy, reserve_sell, floor_buy) of a good in a zone."""
    pace = require(v, "storage/world/pace")
    for name in s.ids("stock"):
        good, zone = name.split("/")
        node, stock = f"{good}@{zone}", require(v, f"stock/{name}/stock")
        common = (("good", good), ("element", _element(good)))
        stretch = ("value", require(v, "storage/world/spread"))
        for verb, sign in (("store", -1.0), ("release", 1.0)):
            yield Draft(
                f"{good}@{zone}/{verb}", "hold", "stock", zone, ((node, sign),), 0.5 * pace * stock, 0.5, 0.0,
                stretch, 50.0, verb, attributes=(*common, ("status", "licensed"), ("group", "stockholder")),
            )  # fmt: skip
        for verb, sign in (("reserve_buy", -1.0), ("reserve_sell", 1.0), ("floor_buy", -1.0)):
            yield Draft(
                f"{good}@{zone}/{verb}", "hold", "stock", zone, ((node, sign),), 0.0, 0.5, 0.0, stretch, 1.0, "state",
                attributes=(*common, ("status", "state"), ("group", "state reserve")),
            )  # fmt: skip


def _element(good: str) -> str:
    return good.split("_")[0] if good.endswith(("_oxide", "_metal")) else ""


def _tier(good: str) -> str:
    return good.split("_")[1] if good.startswith("magnet_") else ""
