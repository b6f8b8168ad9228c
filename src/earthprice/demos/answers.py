"""S7, what importers answer to a ban on dysprosium and terbium: each answer, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel
from earthprice.demos.lab import Lab
from earthprice.demos.shipments import (
    by_period,
    capped_shipments,
    forms,
    leaving,
    nearly_closed,
    out_of,
    rows,
    under,
    unsmuggled,
)
from earthprice.demos.shocks import unstocked
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.law.experiment import values
from earthprice.measures.answers import filled
from earthprice.measures.contents import raw
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

ELEMENTS = ("dy", "tb")
FROM = 2022
EARLY, LATE = (2022, 2027), (2031, 2035)
"""The first five years, and those from the tenth on, end excluded."""
GROUPS = {
    "smuggled": ("smuggled",),
    "stocks": ("stocks",),
    "other zones, plants of 2019": ("other zones", "separated in old plants"),
    "recycled, less thrown away": ("recycled", "less thrown away"),
    "new plants": ("separated in new plants",),
    "less in a magnet": ("recipes with less",),
    "magnets bought instead": ("magnets bought instead",),
    "used less": ("used less",),
}
MOST = 7
"""Lines that one panel can hold apart."""


@dataclass(frozen=True)
class Answers:
    """The runs.

    Attributes:
        ban, free: the ban with magnets held, and with magnets free to leave.
        firm: the ban without smugglers.
        bare, closed, stubborn: then also without stocks; without new plants; with one recipe for each make.
        prompt: the law in force, and the ban without smugglers, where new plants need no time.
    """

    ban: Outcome
    free: Outcome
    firm: Outcome
    bare: Outcome
    closed: Outcome
    prompt: tuple[Outcome, Outcome]
    stubborn: Outcome


def answers(lab: Lab) -> Demonstration:
    """China stops dysprosium and terbium, as oxide and metal; high-grade magnets stay at the tonnes they had."""
    r = _runs(lab)
    named = {
        "law in force": lab.baseline,
        "ban": r.ban,
        "ban, no smuggling": r.firm,
        "no smuggling, no stocks": r.bare,
        "no smuggling, no new plants": r.closed,
    }
    price = {k: lab.price(run, "dy_oxide@JPN") for k, run in named.items()}
    return Demonstration(
        title="What importers answer to a ban, and how long each answer takes",
        words=f"From {FROM} on no dysprosium and terbium leaves China as oxide or metal, and high-grade magnets stay "
        "at the tonnes that they had. The dysprosium that the rest of the world lacks is made up tonne by tonne: "
        "by using less and by recipes with less, out of stocks, by smugglers, by what other zones no longer sell "
        "to China, and late by new mines and plants. Where magnets are free to leave, the answer is to buy them "
        "instead of making them.",
        removed="Stocks that cannot be touched; no smuggling; one recipe for each make of magnet; new plants that need "
        "no time; no new plants. The last three in a ban without smuggling, which else makes them needless.",
        claims=tuple(_claims(lab, r)),
        panels=(
            Panel("Dysprosium oxide in Japan", "year", "USD2020/kg", rows(lab, price, FROM - 2, 2035)),
            _panel(lab, "Who fills the gap: ban", r.ban),
            _panel(lab, "Ban without smuggling", r.firm),
            _panel(lab, "Ban on oxide and metal only, magnets free", r.free),
        ),
        rests_on=(
            "stock/*/stock",
            "smuggle/*",
            "model/smuggle/*",
            "model/magnet/*",
            "model/demand/thrift_speed",
            "use/magnet_uses_*",
            "deposit/*/lead",
            "deposit/*/start_earliest",
            "deposit/*/planned_capacity",
            "separation/*/planned_capacity",
            "model/entry/*",
        ),
        scenario="No such ban was in force in these years. Flows of one element between two zones are inferred; how "
        "much is smuggled and how much lies in stock is counted by nobody.",
    )


def _runs(lab: Lab) -> Answers:
    law = _ban(lab)
    dry = partial(unsmuggled, lab, FROM)
    return Answers(
        lab.run(law),
        lab.run(_ban(lab, magnets=False)),
        lab.run(law, change=dry),
        lab.run(law, change=partial(_without, lab, "stocks")),
        lab.run(law, change=partial(_without, lab, "plants")),
        (lab.run(change=partial(_prompt, lab)), lab.run(law, change=partial(_prompt, lab, smuggling=False))),
        lab.run(law, change=partial(_without, lab, "recipes")),
    )


def _ban(lab: Lab, *, magnets: bool = True) -> Terms:
    none = values("t REO/year", {FROM: 0})
    order = [capped_shipments(f"{e}_ban", out_of(lab, *forms(lab, e)), none) for e in ELEMENTS]
    if magnets:
        usual = 1e3 * lab.level(lab.baseline, doing="ship", zone=lab.home, good="magnet_high")
        amount = by_period(lab, usual, "t product/year", FROM)
        order.append(capped_shipments("magnets_held", out_of(lab, "magnet_high"), amount, "t product"))
    return under(lab, *order)


def _without(lab: Lab, what: str, s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    """No smuggling; and stocks that nobody touches, no recipe but the first of each make, or no new plants."""
    s, schedule = unsmuggled(lab, FROM, s, schedule)
    if what == "stocks":
        return unstocked(s, schedule)
    if what == "recipes":
        makes = lab.lens.mask(stage="magnet")
        later = lab.lens.act[makes].duplicated(["good", "zone"])
        return s, nearly_closed(lab, schedule, lab.lens.act.index.isin(later.index[later]), FROM)
    stop = np.where(_projects(lab) & (lab.years >= FROM)[:, None], 0.0, 1.0)
    return s, schedule._replace(entry=schedule.entry * jnp.asarray(stop))


def _prompt(lab: Lab, s: Setting, schedule: Schedule, *, smuggling: bool = True) -> tuple[Setting, Schedule]:
    """Projects open as soon as they pay, and are built within the period."""
    if not smuggling:
        s, schedule = unsmuggled(lab, FROM, s, schedule)
    ready = jnp.asarray(_projects(lab) & (lab.years >= FROM)[:, None])
    plants = s.plants._replace(lead=jnp.where(ready[0] | ready[-1], 1.0, s.plants.lead))
    return (
        s._replace(plants=plants),
        schedule._replace(open=jnp.where(ready, jnp.maximum(schedule.open, 1.0), schedule.open)),
    )


def _projects(lab: Lab) -> np.ndarray:
    return np.array([d.motion == "project" for d in lab.central.drafts])[None, :]


def _abroad(lab: Lab) -> tuple[str, ...]:
    return tuple(z for z in lab.engine.names.zones if z != lab.home)


def _filled(lab: Lab, run: Outcome, before: Outcome | None = None) -> pd.DataFrame:
    return filled(lab.lens, before or lab.baseline, run, "dy", _abroad(lab))


def _panel(lab: Lab, title: str, run: Outcome) -> Panel:
    found = _filled(lab, run)
    paths = {k: found[list(parts)].sum(axis=1).to_numpy() for k, parts in GROUPS.items()}
    there = [k for k in sorted(paths, key=lambda k: -np.abs(paths[k]).max()) if np.abs(paths[k]).max() > 1.0]
    shown = there if len(there) <= MOST else there[: MOST - 1]
    lines = {k: v for k, v in paths.items() if k in shown}
    if len(there) > MOST:
        lines["the rest"] = np.sum([paths[k] for k in there[MOST - 1 :]], axis=0)
    return Panel(title, "year", "t REO/yr", rows(lab, lines, FROM - 1, 2035))


def _share(lab: Lab, found: pd.DataFrame, column: str, span: tuple[int, int]) -> float:
    there = slice(lab.at(span[0]), lab.at(span[1]))
    return float(100 * found[column].to_numpy()[there].sum() / found["lost"].to_numpy()[there].sum())


def _claims(lab: Lab, r: Answers) -> list[Claim]:
    ban, firm = _filled(lab, r.ban), _filled(lab, r.firm)
    drawn, held = _drawn(lab, r.ban)
    gap = float(ban["lost"].to_numpy()[lab.at(FROM)])
    prompt = _filled(lab, r.prompt[1], r.prompt[0])
    new = "separated in new plants"
    third = lab.at(FROM + 2)
    smuggled = [
        100 * leaving(lab, x, "dy", "unlicensed")[third] / ban["lost"].to_numpy()[third] for x in (r.ban, r.firm)
    ]
    return [
        Claim("drawn from stocks, of the first year's gap", "%", 100 * drawn / gap, 1.0, 100 * held / gap,
              "theory: no more than lies there", 100 * _drawn(lab, r.bare)[0] / gap),
        Claim("smuggled in the third year, of what left with a licence", "%", float(smuggled[0]), 20, 143,
              "record: 1.2-fold in 2011 (white paper), 40 kt beside 28 kt in 2014 (unofficial-0007, -0015)",
              float(smuggled[1])),
        Claim("dysprosium in a high-grade magnet made abroad falls within seven years by", "%", _leaner(lab, r.firm),
              25, 75, "record: about halved in 2011-2018, after the prices of 2011 (elasticities.csv); half as far off "
              "either way", _leaner(lab, r.stubborn)),
        Claim("new plants fill, of the gap of the first five years", "%", _share(lab, firm, new, EARLY), -0.5, 2.0,
              "record: six to seven years from decision to output (elasticities-0033), so next to nothing; without "
              "lead times", _share(lab, prompt, new, EARLY)),
        Claim("and from the tenth year on", "%", _share(lab, firm, new, LATE), 5.0, 60.0,
              "theory: a lasting high price pays for mines; planned projects could fill it all",
              _share(lab, _filled(lab, r.closed), new, LATE)),
    ]  # fmt: skip


def _drawn(lab: Lab, run: Outcome) -> tuple[float, float]:
    """Dysprosium taken out of stocks abroad in the first year, and what lay there before [t]."""
    names = lab.engine.names.stocks
    mine = [i for i, name in enumerate(names) if name.startswith("dy_oxide@") and not name.endswith(f"@{lab.home}")]
    at = lab.at(FROM)
    stock = 1e3 * run.record.stock[:, mine].sum(1)
    return float(stock[at] - stock[at + 1]), float(stock[at])


def _leaner(lab: Lab, run: Outcome) -> float:
    """Fall of dysprosium per high-grade magnet made abroad from the year before to seven years on [%]."""
    makes = lab.lens.mask(stage="magnet", tier="high", zone=_abroad(lab))
    needs = raw(lab.lens, "dy") @ np.maximum(-run.point.bench.a, 0.0)
    level = run.record.level[:, makes]
    per = level @ needs[makes] / level.sum(1)
    return float(100 - 100 * per[lab.at(FROM + 7)] / per[lab.at(FROM - 1)])
