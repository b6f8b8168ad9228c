"""Mines: digging by deposit, grade class and status, and the mill that the classes of a deposit share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from earthprice.world.draft import (
    Draft,
    Values,
    concentrate_at,
    drafted_columns,
    has,
    hidden,
    model,
    or_model,
    pilot,
    trust,
)
from earthprice.world.host import follows, tied_use
from earthprice.world.numbers import require
from earthprice.world.outline import Deposit, Outline

GRADES = ("rich", "lean")


def mine_drafts(v: Values, s: Outline) -> Iterator[Draft]:
    """Every deposit that is dug with a licence, is planned, or is dug without one."""
    for row in s.deposits:
        key = f"deposit/{row.id}"
        if has(v, f"{key}/output_licensed") or has(v, f"{key}/planned_capacity"):
            yield from licensed(v, row)
        if has(v, f"{key}/output_unlicensed"):
            yield from unlicensed(v, row)


def unlicensed(v: Values, row: Deposit) -> Iterator[Draft]:
    """Pits without a licence: rich ore, and lean ore where there is some, both shipped as concentrate."""
    key = f"deposit/{row.id}"
    poor = v.get(f"{key}/recovery_unlicensed", require(v, f"{key}/recovery") * model(v, "mining/unlicensed_recovery"))
    shares = {"rich": 1.0}
    cost = {"rich": require(v, f"{key}/cost_unlicensed")}
    if has(v, f"{key}/ore_lean"):
        rich = model(v, "mining/rich_share")
        shares = {"rich": rich, "lean": 1.0 - rich}
        dearer = require(v, f"{key}/cost_lean") / max(require(v, f"{key}/cost"), 1e-6)
        cost["lean"] = cost["rich"] * dearer
    for grade, share in shares.items():
        yield Draft(
            **_pit(row, grade, "unlicensed"),
            entries=((concentrate_at(row.concentrate, row.zone, hidden(v, row.concentrate, row.zone)), 1.0),),
            level=v[f"{key}/output_unlicensed"] * share,
            use=model(v, "mining/unlicensed_use"),
            cost=cost[grade],
            stretch=("elasticity", model(v, "mining/elasticity_unlicensed")),
            trust=trust(v, "unlicensed"),
            motion="unlicensed",
            capex=model(v, "mining/unlicensed_capex"),
            lead=model(v, "mining/unlicensed_lead"),
            **_ore(v, row, poor),
        )


def licensed(v: Values, row: Deposit) -> Iterator[Draft]:
    """Pits with a licence or a plan, by grade class, and the mill whose hours they share."""
    key, mill = f"deposit/{row.id}", f"mill_{row.id}@{row.zone}"
    output, planned = v.get(f"{key}/output_licensed", 0.0), v.get(f"{key}/planned_capacity", 0.0)
    recovery, cost = require(v, f"{key}/recovery"), require(v, f"{key}/cost")
    rich = model(v, "mining/rich_share") if has(v, f"{key}/ore_lean") else 1.0
    share = {"rich": rich, "lean": 1.0 - rich}
    ore = {
        grade: 1.0 / (recovery * require(v, f"{key}/grade_{grade}") / 100.0)
        for grade in GRADES
        if grade == "rich" or has(v, f"{key}/ore_{grade}")
    }
    mill_cost = model(v, "mining/mill_share") * cost / ore["rich"]
    use = or_model(v, f"{key}/use", "mining/use")
    level = output or pilot(v, planned)
    alike: dict[str, Any] = dict(
        trust=trust(v, "licensed_mining"),
        motion="mine" if output else "project",
        lead=require(v, f"{key}/lead"),
        start=v.get(f"{key}/start_earliest", 0.0),
    )
    for grade in ore:
        dug = cost if grade == "rich" else require(v, f"{key}/cost_lean")
        yield Draft(
            **_pit(row, grade, "licensed"),
            entries=((concentrate_at(row.concentrate, row.zone), 1.0), (mill, -ore[grade])),
            level=level * share[grade],
            use=tied_use(v, row.id, use) if row.by_product else use,
            cost=max(dug - mill_cost * ore[grade], model(v, "mining/least_cost") * dug),
            stretch=("elasticity", model(v, f"mining/elasticity_{'by_product' if row.by_product else 'licensed'}")),
            planned=planned * share[grade],
            capex=require(v, f"{key}/capex"),
            follows=follows(v, row.id) if row.by_product else 1.0,
            **_ore(v, row, recovery),
            **alike,
        )
    hours = sum(share[grade] * need for grade, need in ore.items())
    yield Draft(
        id=f"mill/{row.id}",
        doing="run",
        stage="milling",
        zone=row.zone,
        entries=((mill, 1.0),),
        level=level * hours,
        use=use,
        cost=mill_cost,
        stretch=("cost", model(v, "milling/spread")),
        planned=planned * hours,
        attributes=drafted_columns(
            district=row.district, deposit=row.id, good=f"mill_{row.id}", status="licensed", group="licensed miner"
        ),
        **alike,
    )


@cache
def _pit(row: Deposit, grade: str, status: str) -> dict[str, Any]:
    """What a pit is called and where it lies; all draws share it."""
    return dict(
        id=f"dig/{row.id}/{grade}/{status}",
        doing="run",
        stage="mining",
        zone=row.zone,
        body=f"{row.id}/{grade}",
        attributes=drafted_columns(
            district=row.district,
            deposit=row.id,
            ore=row.ore,
            concentrate=row.concentrate,
            feed="home",
            good=f"conc_{row.concentrate}",
            status=status,
            grade_class=grade,
            group={"licensed": "licensed miner", "unlicensed": "unlicensed digger"}[status],
        ),
    )


def _ore(v: Values, row: Deposit, recovery: float) -> dict[str, float]:
    """Ore dug per unit of output.

    Of a by-product the host mineral brings up the ore, and more output means a higher recovery, up to the best one.
    """
    if not row.by_product:
        return {"ore_per_level": 1.0 / recovery}
    return {"ore_per_level": 1.0 / max(recovery, model(v, "mining/best_recovery")), "host": 1.0 / recovery}
