"""S6, few high-end products: knowledge of high grades from production, from research and from the leader."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves
from earthprice.demos.lab import Change, Lab
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.runs.engine import Outcome
from earthprice.world.numbers import require
from earthprice.world.terms import Terms

MONEY, FROM, LAVISH = 100.0, 2021, 1000.0
"""Support [MUSD/yr] from; and so much of it that the frontier is felt."""
MAKE = {"stage": "magnet", "tier": "high"}
REST = "use/magnet_uses_high/elasticity_*", "magnet/magnet_high/*/cost"
RESTS_ON = ("knowledge/*", *REST, "model/trade/spread", "model/entry/plant_*")


def knowledge(lab: Lab) -> Demonstration:
    """Research money for China; the channels of knowledge one by one; the frontier."""
    home, zone = lab.home, lab.engine.names.zones.index(lab.home)
    base, paid, built = lab.baseline, lab.run(_support(lab, research=MONEY)), lab.run(_support(lab, plants=MONEY))
    useless = _with(saves=0.0)
    blind, blind_paid = lab.run(change=useless), lab.run(_support(lab, research=MONEY), change=useless)
    alone = lab.run(change=_with(spillover=0.0, depreciation=0.0))
    spill = lab.run(change=_with(learning=0.0, depreciation=0.0))
    shut = lab.run(change=_with(learning=0.0, depreciation=0.0, spillover=0.0))
    lavish, endless = (lab.run(_support(lab, research=LAVISH), change=c) for c in (None, _with(frontier=1e3)))
    v, ten, late = lab.central.values, lab.at(2029), slice(lab.at(2030), lab.at(2035))
    rate = 100.0 * require(v, "knowledge/world/learning") * require(v, "knowledge/world/cost_effect")
    gap = _index(spill).max(1) - _index(spill)[:, zone]
    wide = _index(shut).max(1) - _index(shut)[:, zone]
    left = gap[0] * (1.0 - require(v, "knowledge/world/spillover")) ** 10.0
    frontier = float(require(v, "knowledge/world/frontier"))

    def more(run: Outcome, calm: Outcome) -> float:
        return float((_share(lab, run) - _share(lab, calm))[late].mean())

    def worth(run: Outcome, calm: Outcome) -> float:
        return float((_added(lab, run, home, calm) - _added(lab, calm, home, calm))[late].mean())

    claims = (
        Claim("fall of the processing cost of high grades for each doubling of output so far, learning alone", "%",
              _slope(lab, alone), 0.99 * rate, 1.01 * rate, "theory: Wright's curve at the learning of the tables",
              _slope(lab, shut)),
        Claim("gap to Japan left after ten years of spill-over alone", "index", float(gap[ten]),
              0.999 * left, 1.001 * left, "theory: a fixed share of the gap closes each year: 0.95 to the power ten",
              float(wide[ten])),
        Claim("high-grade share of Chinese magnets with research, 2030-34, against none", "points", more(paid, base),
              0.1, 10.0, "theory: cheaper high grades sell more, partly in Japan's place; assumption: the least size",
              more(blind_paid, blind)),
        Claim("value added per tonne in China with research, 2030-34, at the prices without it", "USD2020/t REO",
              worth(paid, base), 10.0, 1e4, "theory: more of each tonne ends in high grades", worth(blind_paid, blind)),
        Claim("highest knowledge of any zone with ten times the money", "index", float(_index(lavish).max()), 1.0,
              frontier, "theory: nobody passes the frontier", float(_index(endless).max())),
    )  # fmt: skip
    runs = {"law in force": base, "research": paid, "money for plants": built}
    return Demonstration(
        title="Few high-end products: learning by doing, research and learning from Japan",
        words=f"From {FROM} the state pays {MONEY:.0f} MUSD a year for research on high grades, or as much for plants "
        "that make them. Knowledge makes them cheaper; China makes more of them, partly in Japan's place. Buyers "
        "keep much of the gain: the price falls, so that value added at the day's prices may fall while its "
        "volume rises.",
        removed="In turn: no channel of knowledge (twice); knowledge without effect on cost (twice); no frontier.",
        claims=claims,
        panels=_panels(lab, runs, alone, frontier),
        rests_on=RESTS_ON,
        scenario="No series of knowledge, of research spending or of its effect exists for this industry: the index, "
        "learning, spill-over, the effect of research and the frontier are assumptions; only signs and forms "
        "are tested.",
    )


def _with(**numbers: float) -> Change:
    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        known = s.knowledge._replace(**{k: jnp.full_like(getattr(s.knowledge, k), x) for k, x in numbers.items()})
        return s._replace(knowledge=known), schedule

    return change


def _support(lab: Lab, *, research: float = 0.0, plants: float = 0.0) -> Terms:
    """The law in force with money for research at home, or for its high-grade plants in proportion to their output."""
    terms, when = lab.terms(), lab.years >= FROM
    knows, builds = terms.knowledge_support.copy(), terms.entry_support.copy()
    knows[when, lab.engine.names.zones.index(lab.home)] = research
    at = lab.lens.mask(**MAKE, zone=lab.home)
    level = lab.central.bench.level[at]
    builds[np.ix_(when, at)] = plants * level / level.sum()
    return replace(terms, knowledge_support=knows, entry_support=builds)


def _index(run: Outcome) -> np.ndarray:
    """Knowledge by zone [T, Z]."""
    return run.record.knowledge


def _share(lab: Lab, run: Outcome) -> np.ndarray:
    """High-grade share of the magnets made at home [%; T]."""
    return lab.series(run)[f"high_share/{lab.home}"]


def _added(lab: Lab, run: Outcome, zone: str, at: Outcome) -> np.ndarray:
    """Value added per tonne of REO handed on, at the prices of another run [USD2020/t; T]."""
    repriced = replace(run, record=run.record._replace(price=at.record.price))
    return lab.series(repriced)[f"value_added/{zone}"]


def _curve(lab: Lab, run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Doublings of high-grade output at home since the base year, and processing cost [% of the base year's; T]."""
    zone = lab.engine.names.zones.index(lab.home)
    made = lab.level(run, **MAKE, zone=lab.home) * lab.dt
    before = 10.0 * made[0] / lab.dt
    doubled = np.log2((before + np.concatenate([[0.0], made.cumsum()[:-1]])) / before)
    at = np.flatnonzero(lab.lens.mask(**MAKE, zone=lab.home))[0]
    saved = float(run.setting.knowledge.saves[at]) * (_index(run)[:, zone] - _index(run)[0, zone])
    return doubled, 100.0 * (1.0 - saved / float(run.setting.base.cost[at]))


def _slope(lab: Lab, run: Outcome) -> float:
    """Fall of the cost per doubling [%]."""
    doubled, cost = _curve(lab, run)
    return float((100.0 - cost[-1]) / doubled[-1])


def _panels(lab: Lab, runs: dict[str, Outcome], alone: Outcome, frontier: float) -> tuple[Panel, ...]:
    table = lab.world.structure["zones"]
    words = dict(zip(table["id"], table["name"], strict=True))
    zones = [words[z] for z in lab.engine.names.zones]
    leader, home = int(_index(lab.baseline)[0].argmax()), lab.engine.names.zones.index(lab.home)

    known = {f"{zones[home]}, {k}": _index(r)[:, home] for k, r in runs.items() if k != "money for plants"}
    known |= {f"{zones[leader]}, law in force": _index(lab.baseline)[:, leader]}
    known |= {"frontier": np.full(len(lab.years), frontier)}
    curve = {"learning alone": _curve(lab, alone), "all channels": _curve(lab, lab.baseline)}
    first = {k.split("/")[1]: y[0] for k, y in lab.series(lab.baseline).items() if k.startswith("value_added/")}
    added = curves({"base year": ([words[z] for z in first], list(first.values()))})
    base = runs["law in force"]
    gain = {k: _share(lab, r) - _share(lab, base) for k, r in runs.items() if r is not base}
    return (
        Panel("Knowledge of high grades (Japan of the base year = 1)", "year", "index", lab.paths(known)),
        Panel("Processing cost of high grades in China", "doublings of output so far", "% of base year", curves(curve)),
        Panel("High-grade share of Chinese magnets, against the law in force", "year", "points", lab.paths(gain)),
        Panel("Value added per tonne of REO handed on", "zone", "USD2020/t REO", added, "bar"),
    )
