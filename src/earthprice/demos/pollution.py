"""S4, plants pollute: what a charge and a limit do where firms may clean, and what tightening at home moves abroad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import IN_FORCE, Lab
from earthprice.demos.shocks import held_at_base_use, together
from earthprice.law import prepare, stack
from earthprice.law.experiment import measure_line, order, values
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

FROM, UNTIL = 2023, 2028
"""Years of the means: the rules are in force and ore is not yet short."""
AS_OF = "2021-03-01"
DRAFT = "china-2021-draft"
ABROAD = "MMR"
BURDEN = "waste_water"
UNIT = {"waste_water": "million m3/yr", "damage": "MUSD/yr"}
RATE = 12.6
"""The charge [USD2020/m3]: what a cubic metre costs the neighbours in the south, the least of the Chinese values."""
OBEYED = 0.8
PLANTS = {"stage": "separation", "zone": "CHN", "status": "licensed"}
CHARGE = measure_line(
    "water_charge",
    "charge",
    PLANTS | {"stage": ["mining", "separation"]},
    levy="fee",
    base="burden",
    burden=BURDEN,
    rate=values("USD2020/unit of burden", {2022: RATE}),
)
LIMIT = measure_line(
    "water_limit",
    "standard",
    PLANTS,
    quantity="discharge",
    burden=BURDEN,
    at_most=values("mg/l", {2022: 5}),
    base=values("mg/l", {2022: 15}),
    obeyed=values("share", {2022: OBEYED}),
)
"""The limit of sensitive areas in place of that of all others: GB 26451-2011 (china.org.cn 2010-12-29)."""


@dataclass(frozen=True)
class DistrictRuns:
    """The lab with an illustration stacked on the law in force, and runs of it."""

    lab: Lab

    def terms(self, measure: str, *, cleans: bool = True, **use: Any) -> Terms:
        """The law in force with a measure on it; without `cleans`, in a world where no burden can be removed."""
        network = self.lab.world.network
        network = network if cleans else replace(network, abatement=None)
        book = order("clean-water", "Clean water", "2022-01-01", [measure], announced="2021-01-15", builds_on=IN_FORCE)
        return prepare(stack(book), network).terms(self.lab.years, as_of=AS_OF, **use)

    def mean(self, path: np.ndarray) -> float:
        """Mean of the years compared."""
        return float(path[self.lab.at(FROM) : self.lab.at(UNTIL)].mean())

    def burden(self, run: Outcome, stage: str, status: str) -> float:
        """Waste water of the activities at home [million m3/yr]."""
        which = self.lab.lens.mask(stage=stage, status=status, zone=self.lab.home)
        table = self.lab.world.network.burdens
        column = list(table.columns).index(BURDEN)
        size = table.to_numpy()[which, column] * np.asarray(run.schedule.burden)[:, which, column]
        return self.mean((run.record.level[:, which] * size).sum(1))


def pollution(lab: Lab) -> Demonstration:
    """The law in force, with a charge, with a limit, with the draft; without cleaning, obedience, digging abroad."""
    b = DistrictRuns(lab)
    in_force = lab.terms(as_of=AS_OF)
    runs = {
        "law in force": lab.run(in_force),
        "charge": lab.run(b.terms(CHARGE)),
        "limit": lab.run(b.terms(LIMIT)),
        "draft": lab.run(lab.terms(DRAFT, as_of=AS_OF)),
    }
    stays = held_at_base_use(lab.lens.mask(stage="mining", zone=ABROAD))
    abroad = {
        k: (lab.run(lab.terms(DRAFT, as_of=AS_OF), change=c), lab.run(in_force, change=c))
        for k, c in (("as it is", together()), ("held", stays))
    }
    return Demonstration(
        title="Plants pollute: cleaning as a choice, obedience, and damage moved abroad",
        words=f"Three changes against the law in force, means of {FROM}-{UNTIL - 1}: a charge of {RATE:g} USD on each "
        "cubic metre of waste water from licensed mines and plants; a limit of 5 instead of 15 mg/l for all "
        f"plants, obeyed by {100 * OBEYED:.0f} %; and the draft of 2021, which acts on those without a licence. "
        "A firm cleans as long as cleaning another unit costs less than the bill for it.",
        removed="Nothing can be cleaned (charge); nobody obeys (limit); mines in Myanmar dig what they would (draft).",
        claims=(*_cleaning(b, runs), *_leaking(b, abroad)),
        panels=_panels(b, runs),
        rests_on=("abatement/*", "burden/*", "burden_unlicensed/*", "damage/*", "feed_trade/*"),
        scenario="Damage values come from a few places and years; cleaning costs from one survey of refining in 2013. "
        "Kachin has the values of southern China.",
    )


def _cleaning(b: DistrictRuns, runs: dict[str, Outcome]) -> tuple[Claim, ...]:
    before = runs["law in force"]
    dirty = b.lab.run(b.terms(CHARGE, cleans=False))
    lawless = b.lab.run(b.terms(LIMIT, overrides={"water_limit.obeyed": 0.0}))

    def less(run: Outcome, stage: str) -> float:
        return 100.0 - 100.0 * b.burden(run, stage, "licensed") / b.burden(before, stage, "licensed")

    def worth(run: Outcome) -> float:
        saved = b.mean(b.lab.series(before)["damage"] - b.lab.series(run)["damage"])
        return saved / max(b.mean(b.lab.series(run)["compliance/firms"]), 1e-9)

    return (
        Claim("charge: waste water of licensed plants falls", "%", less(runs["charge"], "separation"), 70.0, 90.0,
              "theory: the charge exceeds the cost of the last unit, so all is removed that can be, 80 %; 10 points "
              "for what tonnage does", less(dirty, "separation")),
        Claim("charge: a dollar spent on cleaning saves the neighbours", "USD", worth(runs["charge"]), 1.0, 10.0,
              "theory (Pigou): no unit is removed that costs more than the charge, and the charge is no higher than "
              "the damage"),
        Claim("limit: waste water of licensed plants falls", "%", less(runs["limit"], "separation"), 43.0, 63.0,
              "theory: obeyed share times cut, 0.8 x (1 - 5/15) = 53 %; 10 points for what tonnage does",
              less(lawless, "separation")),
    )  # fmt: skip


def _leaking(b: DistrictRuns, pairs: dict[str, tuple[Outcome, Outcome]]) -> tuple[Claim, ...]:
    def moved(key: str) -> float:
        after, before = (b.lab.series(r)[f"damage_zone/{ABROAD}"] for r in pairs[key])
        return b.mean(after - before)

    def share(key: str) -> float:
        (a, b0), lens = pairs[key], b.lab.lens
        home = b.lab.level(b0, stage="mining", zone=b.lab.home) - b.lab.level(a, stage="mining", zone=b.lab.home)
        there = lens.mask(stage="mining", zone=ABROAD)
        return 100.0 * b.mean((a.record.level - b0.record.level)[:, there].sum(1)) / b.mean(home)

    once = float(b.lab.series(b.lab.baseline)[f"damage_zone/{ABROAD}"][0])
    return (
        Claim(
            "draft: damage moved to Myanmar",
            "MUSD/yr",
            moved("as it is"),
            0.05 * once,
            once,
            "assumption: between a twentieth and all of what Myanmar bore in the base year",
            moved("held"),
        ),
        Claim(
            "draft: dug in Myanmar for each tonne less dug in China",
            "%",
            share("as it is"),
            5.0,
            100.0,
            "theory: less than one for one, since some users do without; more than nil, since plants at home may "
            "take imported feed",
            share("held"),
        ),
    )


def _panels(b: DistrictRuns, runs: dict[str, Outcome]) -> tuple[Panel, ...]:
    def by_place(read: Callable[[dict[str, np.ndarray], str], np.ndarray]) -> pd.DataFrame:
        return b.lab.by_place(runs, lambda series, place: b.mean(read(series, place)))

    digging = {
        f"{words}, {k}": b.lab.level(runs[k], stage="mining", status="unlicensed", zone=zone)
        for k in ("law in force", "draft")
        for zone, words in ((b.lab.home, "China, no licence"), (ABROAD, "Myanmar"))
    }
    return (
        Panel(
            f"Damage by district, mean of {FROM}-{UNTIL - 1}",
            "district",
            UNIT["damage"],
            by_place(lambda s, place: s[f"damage/{place}"]),
            "bar",
        ),
        Panel(
            f"Waste water by district, mean of {FROM}-{UNTIL - 1}",
            "district",
            UNIT[BURDEN],
            by_place(lambda s, place: s[f"burden/{place}:{BURDEN}"]),
            "bar",
        ),
        Panel("Digging without a licence in China, and in Myanmar", "year", "kt REO/yr", b.lab.paths(digging)),
        Panel("What a charge on waste water removes, licensed plants", "USD2020/m3", "%", _curve(b)),
    )


def _curve(b: DistrictRuns) -> pd.DataFrame:
    """Share removed at each charge, with cleaning and without, as the law is compiled."""
    rows = []
    at = int(np.flatnonzero(b.lab.lens.mask(stage="separation", status="licensed", zone=b.lab.home))[0])
    column = list(b.lab.world.network.burdens.columns).index(BURDEN)
    for cleans, series in ((True, "as it is"), (False, "nothing can be cleaned")):
        for rate in np.linspace(0.0, 2.0 * RATE, 9):
            terms = b.terms(CHARGE, cleans=cleans, overrides={"water_charge.rate": float(rate)})
            rows.append((series, float(rate), float(100.0 - 100.0 * terms.burden[-1, at, column])))
    return marks(rows)
