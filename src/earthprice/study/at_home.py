"""What home has and has not: rows of page one that would tell of nothing are left out, which the page says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from earthprice.law.stack import Item
from earthprice.measures.lens import Lens
from earthprice.study.ensemble import Plan

PAYS = {
    "contracts": ("contract",),
    "credits": ("subsidy",),
    "stocks": ("stock", "reserve", "price_band"),
}
"""What a state pays for, and the instruments by which it does."""
PRICED = 2
"""Oxides of page one that have rows of prices: the first of those that lead it."""
ALONE = {"recovery_host": "Ore recovered, of ore that a host mineral brings up"}
"""Labels of rows that go on from one that is left out, where their own words do not do."""


def absent(lens: Lens) -> dict[str, str]:
    """Rows of page one of which home has nothing, and what it has not, by key."""
    out: dict[str, str] = {}
    for i, element in enumerate(lens.headline):
        good = f"{element}_oxide"
        if f"{good}@{lens.home}" not in lens.engine.world.network.nodes.index:
            out |= dict.fromkeys((f"price_{element}", f"gap_{element}"), "market for oxides")
        if i < PRICED and not lens.mask(doing="ship", zone=lens.home, good=good).any():
            out[f"fob_{element}"] = "shipments of oxides"
    if not lens.mask(zone=lens.home, stage="mining", status="unlicensed").any():
        out["unlicensed"] = "unlicensed mining"
    host = lens.engine.world.structure["deposits"].set_index("id")["by_product"].astype(bool)
    dug = {
        bool(host[b.split("/")[0]]) for b, here in zip(lens.engine.names.bodies, lens.bodies[0], strict=True) if here
    }
    if False not in dug:
        out |= dict.fromkeys(("recovery", "wasted"), "ore dug for rare earths")
    if True not in dug:
        out["recovery_host"] = "ore that a host mineral brings up"
    for key, stage, what in (
        ("use_separation", "separation", "separation"),
        ("high_share", "magnet", "makers of magnets"),
    ):
        if not lens.mask(zone=lens.home, stage=stage).any():
            out[key] = what
    return out


def present(rows: Sequence[Any], lens: Lens) -> list[Any]:
    """Rows of page one without those of which home has nothing; what begins a number begins no sentence in its middle.

    Args:
        rows: figures, with `number`, `key` and `label`.
        lens: whose home.
    """
    gone, out, before = absent(lens), [], None
    for row in (r for r in rows if r.key not in gone):
        rest = row.label.removeprefix("… ")
        first = row.number != before and rest != row.label
        out.append(replace(row, label=ALONE.get(row.key, rest[0].upper() + rest[1:])) if first else row)
        before = row.number
    return out


def absent_words(lens: Lens) -> list[str]:
    """What page one leaves out because home has none, as one sentence; nothing where it has all."""
    lacks, zones = list(dict.fromkeys(absent(lens).values())), lens.engine.world.structure["zones"]
    if not lacks:
        return []
    said = " and no ".join([", no ".join(lacks[:-1]), lacks[-1]] if len(lacks) > 1 else lacks)
    name = dict(zip(zones["id"], zones["name"], strict=True))[lens.home]
    return [f"{name}: no {said} in the model, so page one has no rows on them"]


def paid_for(plan: Plan) -> list[str]:
    """What the state of home pays for under the text, keys of `PAYS` in their order."""
    found = {_how(item) for item in plan.texts.reform.stack.items if _acts(item, plan.lens.home)}
    return [key for key, how in PAYS.items() if found.intersection(how)]


def _how(item: Item) -> str:
    return "subsidy" if getattr(item.measure, "levy", "") == "subsidy" else str(item.measure.instrument)


def _acts(item: Item, home: str) -> bool:
    used = item.measure.kind == "duty" or getattr(item.measure, "used", "never") != "never"
    return used and item.book.jurisdiction == home
