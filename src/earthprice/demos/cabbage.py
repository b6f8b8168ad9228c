"""S5, the heart of the cabbage: lean ore lost beside rich ore, tailings, what a recovery standard saves and costs."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.dynamics.laws import recovery_cost
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.measures.ore import ore_by_mine
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

FROM = 2021
RULE = {"ion_clay": 0.75}
ROCK = 0.9 * 0.75
"""Standard conditions of 2016 (MIIT): recovery of clays; of rock, a tenth at most left in the pit, 0.75 of the rest."""
SCARCE = "conc_clay_medium"
KINDS = {"sold": "sold", "ponded": "to the pond", "lost": "lost in pit and plant", "sterilised": "lean ore sterilised"}


class Mines(NamedTuple):
    """Licensed mines at home that dig for rare earths: masks, ore kind, and recovery that the rule demands."""

    at: np.ndarray
    practice: np.ndarray
    demanded: np.ndarray


def cabbage(lab: Lab) -> Demonstration:
    """The law in force, with and without lean ore lost; then the standard of 2016 obeyed by every licensed mine."""
    mines = _mines(lab)
    careful = lab.run(at=lab.point({k: 0.0 for k in lab.world.numbers.central if k.endswith("/lean_lost")}))
    tidy = lab.run(at=lab.point(_tidy(lab)))
    obeyed = lab.run(_standard(lab, mines))
    free = lab.run(_standard(lab, mines), change=_costless)
    unlinked = lab.run(change=_no_pond)
    low, high = _marginal(lab, mines)
    before = lab.baseline
    shown = {"law in force": before, "standard of 2016 obeyed": obeyed, "no lean ore lost": careful}
    return Demonstration(
        title="The heart of the cabbage: what is lost, what waits, what a rule saves",
        words="Under the law in force: what becomes of the ore disturbed, how much lean ore is buried or drowned "
              "beside the rich, and what the pond receives. Then every licensed mine obeys the recovery demanded in "
              f"2016 from {FROM} on: 0.75 of clays, 0.675 of rock, against 0.6 in practice. "
              "Bayan Obo is not touched by it: the iron mine "
              "sets how much ore comes up, the quota how much of its rare earths is sold.",
        removed="In their order: no lean ore is lost and all dig as licensed mines do; no lean ore is lost; the pond "
                "receives nothing; no standard; the standard costs nothing.",
        claims=(
            Claim("southern clays: sold, of the ore disturbed in the base year", "%", _utilised(lab, before),
                  20.0, 50.0, "record: 'less than 50 %' (white paper, 2012), 46 % in 2007; irregular miners below 30 %",
                  _utilised(lab, tidy)),
            Claim(f"clay concentrate in {lab.years[-1]:.0f}: dearer for the lean ore lost before", "%",
                  _dearer(lab, before, careful), 0.5, 300.0, "theory: ore lost is missed when ore runs short",
                  _dearer(lab, careful, careful)),
            Claim("rare earths that the pond of Bayan Obo receives", "kt REO/yr", _pond(lab, before), 200.0, 600.0,
                  "record: over 9 Mt held in 2006, 13.8 Mt in 2014 to 2022: 0.2 to 0.6 Mt a year",
                  _pond(lab, unlinked)),
            Claim("ore dug by licensed mines under the standard, a tonne sold", "% of that without",
                  _saving(lab, mines, obeyed), -20.0, -11.1,
                  "theory: at the same output 1 - practice/rule is saved, 11 % of rock and 20 % of clay",
                  _saving(lab, mines, before)),
            Claim("cost of the standard to miners, a kg of ore left in the ground", "USD2020/kg REO",
                  _cost(lab, mines, obeyed), low, high,
                  "theory: between the cost of the first kg saved in rock and that of the last in clay",
                  _cost(lab, mines, free)),
        ),
        panels=(
            Panel("What becomes of 100 t of ore disturbed in China, 2030", "", "%", _fates(lab, obeyed), "bar"),
            Panel("Southern clays: ore left in the ground", "year", "kt REO",
                  lab.paths({k: run.record.ore[:, _south(lab)].sum(1) for k, run in shown.items()})),
            Panel("Southern clays: price of the concentrate", "year", "USD2020/kg REO",
                  lab.paths({k: lab.price(run, f"{SCARCE}@{lab.home}") for k, run in shown.items()})),
            Panel("Cost of a recovery standard", "recovery demanded", "USD2020 per kg of ore left in the ground",
                  _curve(lab, mines)),
        ),
        rests_on=("deposit/*/lean_lost", "deposit/*/recovery*", "model/mining/recovery_*", "model/ore/replacement",
                  "deposit/*/ore_*"),
        scenario="No source measures lean ore lost; the cost of recovery follows from theory, its limit is judged.",
    )  # fmt: skip


def _mines(lab: Lab) -> Mines:
    act, v = lab.lens.act, lab.world.numbers.central
    hosts = set(lab.world.structure["deposits"].query("by_product")["id"])
    at = lab.lens.mask(stage="mining", status="licensed", zone=lab.home) & ~act["deposit"].isin(hosts).to_numpy()
    practice = np.array([v.get(f"deposit/{d}/recovery", 1.0) for d in act["deposit"]])
    demanded = np.array([RULE.get(o, ROCK) for o in act["ore"]])
    return Mines(at, practice, np.maximum(demanded, practice))


def _standard(lab: Lab, mines: Mines) -> Terms:
    """The law in force with the rule obeyed in full."""
    terms = lab.terms()
    wanted = np.where(mines.at, mines.demanded / mines.practice, terms.recovery[0])
    late = (lab.years >= FROM)[:, None]
    return replace(terms, recovery=np.where(late, np.maximum(terms.recovery, wanted), terms.recovery))


def _tidy(lab: Lab) -> dict[str, float]:
    """No lean ore is lost, and the unlicensed recover as the licensed do."""
    v = lab.world.numbers.central
    lost = {k: 0.0 for k in v if k.endswith("/lean_lost")}
    wild = {k: v[k.removesuffix("_unlicensed")] for k in v if k.endswith("/recovery_unlicensed")}
    return {**lost, **wild, "model/mining/unlicensed_recovery": 1.0}


def _costless(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    return s._replace(ore=s.ore._replace(cost=jnp.zeros_like(s.ore.cost))), schedule


def _no_pond(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    return s._replace(ore=s.ore._replace(tail_to=jnp.zeros_like(s.ore.tail_to))), schedule


def _south(lab: Lab) -> np.ndarray:
    """Bodies of clay at home [O]."""
    act = lab.lens.act
    clay = set(act[lab.lens.mask(stage="mining", zone=lab.home, ore="ion_clay")]["deposit"])
    return np.array([b.split("/")[0] in clay for b in lab.engine.names.bodies])


def _lean(lab: Lab, run: Outcome) -> np.ndarray:
    return run.record.lean_lost[:, _south(lab)].sum(1)


def _utilised(lab: Lab, run: Outcome) -> float:
    """Sold over dug and sterilised, southern clays, base year [%]."""
    sold = lab.level(run, stage="mining", zone=lab.home, ore="ion_clay")[0]
    return float(100.0 * sold / (run.record.dug[0, _south(lab)].sum() + np.diff(_lean(lab, run))[0]))


def _dearer(lab: Lab, run: Outcome, other: Outcome) -> float:
    return float(lab.dearer(run, other, f"{SCARCE}@{lab.home}")[-1])


def _pond(lab: Lab, run: Outcome) -> float:
    """Growth of the ponds over the first year, what is dug from them aside [kt REO/yr]."""
    ponds = np.array([b in {pond for pond, _ in lab.engine.names.tailings} for b in lab.engine.names.bodies])
    return float((np.diff(run.record.ore, axis=0)[0] + run.record.dug[0])[ponds].sum())


def _ore_dug(lab: Lab, mines: Mines, run: Outcome) -> tuple[float, float]:
    """Ore dug and concentrate sold by the mines from the rule on [kt REO]."""
    late = lab.years >= FROM
    return ore_by_mine(run)[late][:, mines.at].sum(), run.record.level[late][:, mines.at].sum()


def _saving(lab: Lab, mines: Mines, run: Outcome) -> float:
    """Change of ore dug a tonne sold against the law in force [%]."""
    (dug, sold), (dug0, sold0) = _ore_dug(lab, mines, run), _ore_dug(lab, mines, lab.baseline)
    return float(100.0 * (dug / sold) / (dug0 / sold0) - 100.0)


def _cost(lab: Lab, mines: Mines, run: Outcome) -> float:
    """What miners pay for the standard over the ore that it leaves at their output [USD/kg REO]."""
    late = (lab.years >= FROM)[:, None] & mines.at
    paid = np.asarray(recovery_cost(run.setting.ore, run.schedule)) * run.record.level
    left = run.record.level * (1.0 / mines.practice - 1.0 / mines.demanded)
    return float(paid[late].sum() / left[late].sum())


def _marginal(lab: Lab, mines: Mines) -> tuple[float, float]:
    """Least cost of the first kg of ore saved, greatest of the last, over the mines [USD/kg REO].

    With the cost of `laws.recovery_cost`, d cost / d(1/r) = -c { e (R - r0) r / (R - r) - r0 - e (R - r0) ln(...) }.
    """
    s = lab.baseline.setting
    c, most, effort = (
        np.asarray(x)[mines.at] if np.ndim(x) else float(x) for x in (s.ore.cost, s.ore.most, s.ore.effort)
    )
    start, end = mines.practice[mines.at], mines.demanded[mines.at]
    gap = effort * (most - start)
    last = c * (gap * end / (most - end) - start - gap * np.log((most - start) / (most - end)))
    return float((c * start * (effort - 1.0)).min()), float(last.max())


def _fates(lab: Lab, obeyed: Outcome) -> pd.DataFrame:
    t = lab.at(2030)
    found = {"law in force": lab.series(lab.baseline), "standard of 2016 obeyed": lab.series(obeyed)}
    return marks((name, words, float(m[f"ore/{k}"][t])) for name, m in found.items() for k, words in KINDS.items())


def _curve(lab: Lab, mines: Mines) -> pd.DataFrame:
    """Mean cost of a kg of ore left in the ground by the recovery demanded, a line for each kind of ore."""
    base, rows = lab.baseline, []
    ores = lab.lens.act["ore"]
    for kind in dict.fromkeys(ores[mines.at]):
        at = int(np.flatnonzero(mines.at & ores.eq(kind).to_numpy())[0])
        for demanded in np.arange(0.62, 0.821, 0.02):
            times = jnp.full_like(base.schedule.recovery, demanded / mines.practice[at])
            cost = float(np.asarray(recovery_cost(base.setting.ore, base.schedule._replace(recovery=times)))[-1, at])
            rows.append((kind.replace("_", " "), demanded, cost / (1.0 / mines.practice[at] - 1.0 / demanded)))
    return marks(rows)
