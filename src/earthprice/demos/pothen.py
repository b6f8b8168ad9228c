"""S7, Pothen (2013/14): export quotas and duties kept from 2014 to 2020 against free trade, beside his figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves
from earthprice.demos.lab import Change, Lab
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.facts.world import load_world
from earthprice.measures.welfare import NEIGHBOURS, ledger
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

BASE_YEAR, LAW, LAST = 2008, "china-in-force-2008", 2024
QUOTA, DUTY = "export_quota", "export-duty"
"""Permit of the export quota, and article of the duties."""
FROM, UNTIL = 2014, 2020
"""First and last year of the restrictions that are kept."""
PUBLISHED = {"light": 21.0, "heavy": 100.0, "late": 0.0, "loss": 1.96}
"""Price outside China against free trade [%]: in 2014 and 2015 (heavy: more than), and of light oxides from 2017 on
(almost gone is put as nil); loss outside China [bn USD]."""
RECORD = "record: Pothen 2014 (ZEW 14-005)"
SEEN = 5.0
"""Premium, or difference of premiums, that counts as seen [%]."""
GONE_BY, LASTS = 2017, 2019
"""Published year by which the premium on light oxides is almost gone, and until which that on heavy ones lasts."""
EITHER_WAY = 4.0
"""Factor within which a size counts as of the published order: another base year, demand and list of mines."""


@dataclass(frozen=True)
class FreeTrade:
    """The benchmark of 2008 with the law of its time; from 2014 on, restrictions kept or none.

    `change` is applied to every run, to switch a mechanism off.
    """

    lab: Lab
    change: Change | None = None

    def terms(self, *, quota: bool, duty: bool) -> Terms:
        """The law of the time to 2013; from 2014 to 2020 its quota and duties of 2014 as they stood, or neither."""
        law, dutiless = self.lab.terms(), self.lab.terms(without=[DUTY])
        at, years = self.lab.at(FROM), self.lab.years
        later, kept = years >= FROM, (years >= FROM) & (years < UNTIL + 1)
        amount, charged = law.permit_amount.copy(), law.advalorem.copy()
        i = law.permits.index(QUOTA)
        amount[later, i], charged[later] = np.inf, dutiless.advalorem[later]
        if quota:
            amount[kept, i] = law.permit_amount[at, i]
        if duty:
            charged[kept] += law.advalorem[at] - dutiless.advalorem[at]
        return replace(law, permit_amount=amount, advalorem=charged)

    @cached_property
    def free(self) -> Outcome:
        """Free trade from 2014 on."""
        return self.lab.run(self.terms(quota=False, duty=False), change=self.change)

    @cached_property
    def both(self) -> Outcome:
        """Quota and duties kept."""
        return self.lab.run(self.terms(quota=True, duty=True), change=self.change)

    @cached_property
    def quota(self) -> Outcome:
        """The quota alone kept."""
        return self.lab.run(self.terms(quota=True, duty=False), change=self.change)

    @cached_property
    def duty(self) -> Outcome:
        """The duties alone kept."""
        return self.lab.run(self.terms(quota=False, duty=True), change=self.change)

    def premium(self, run: Outcome, group: str) -> np.ndarray:
        """Price outside China against free trade, of what China ships there under free trade in 2014 [%; T]."""
        lens, act = self.lab.lens, self.lab.lens.act
        light = lens.role("bulk", "value")
        elements = light if group == "light" else tuple(e for e in lens.elements if e not in light)
        ships = lens.mask(stage="trade", zone=self.lab.home, status="licensed", element=elements)
        ships = ships & act["tier"].eq("").to_numpy()
        flow = self.free.record.level[self.lab.at(FROM)]
        nodes = {
            j: self.lab.world.network.node(f"{act['good'].iloc[j]}@{act['partner'].iloc[j]}")
            for j in np.flatnonzero(ships)
        }
        worth = [sum(flow[j] * r.record.price[:, n] for j, n in nodes.items()) for r in (run, self.free)]
        return 100.0 * (worth[0] / worth[1] - 1.0)

    def left(self, run: Outcome, group: str) -> float:
        """Premium of 2017 to 2020, all years from the one by which the published one is gone, over `first` [%]."""
        return 100.0 * float(self.premium(run, group)[self.span(GONE_BY, UNTIL)].mean()) / self.first(run, group)

    def first(self, run: Outcome, group: str) -> float:
        """Premium of 2014 and 2015 [%]."""
        return float(self.premium(run, group)[self.span(2014, 2015)].mean())

    def lost(self, run: Outcome) -> np.ndarray:
        """Welfare lost outside China against free trade, damage apart [bn USD2020; T]."""
        money = []
        for r in (run, self.free):
            book = ledger(self.lab.lens, r)
            money.append(
                sum(
                    (v for (zone, who), v in book.items() if zone != self.lab.home and who != NEIGHBOURS),
                    np.zeros(len(self.lab.years)),
                )
            )
        return (money[1] - money[0]) / 1e3

    def loss(self) -> float:
        """Welfare lost outside China while quota and duties are kept, not discounted [bn USD2020]."""
        return float(self.lost(self.both)[self.span(FROM, UNTIL)].sum())

    def span(self, first: int, last: int) -> slice:
        """Periods of the years from `first` to `last`."""
        return slice(self.lab.at(first), self.lab.at(last) + 1)


def pothen(lab: Lab) -> Demonstration:
    """Restrictions kept against free trade on the benchmark of 2008; each alone; and without users' thrift."""
    then = Lab(load_world(base_year=BASE_YEAR), last=LAST, base=LAW, home=lab.home)
    bench, thriftless = FreeTrade(then), FreeTrade(then, _no_thrift)
    return Demonstration(
        title="Export quotas and duties kept to 2020 against free trade: Pothen's question",
        words=f"From the benchmark of {BASE_YEAR} with the law of its time, the export quota and the duties of {FROM} "
        f"are kept until {UNTIL}, or both are dropped in {FROM}. Nothing is fitted to what Pothen published: "
        "his figures stand beside. Not found is that the premium on light oxides is gone by 2017: here it has nearly "
        "halved by then and is gone in 2020 alone, or in 2019 where users are kept from thrift. Nor "
        "is that duties act longer than the quota on light oxides: here on heavy ones alone. Nor is that at first the "
        "quota raises the price of light oxides more than the duties do: smugglers are quicker here.",
        removed="Neither quota nor duties from 2014 on.",
        claims=tuple(_claims(bench)),
        panels=_panels(bench, thriftless),
        rests_on=("use/*/elasticity_*", "model/demand/thrift_speed", "deposit/*/start_earliest", "trade/*/level"),
        scenario="A counterfactual of the past. Pothen's benchmark, demand and list of mines are his own; only signs "
        "and orders of size can be compared.",
    )


def _no_thrift(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    return s._replace(demand=s.demand._replace(thrift=0.0 * s.demand.thrift)), schedule


def _claims(b: FreeTrade) -> Iterator[Claim]:
    yield Claim(
        "light oxides dearer outside China in 2014-15",
        "%",
        b.first(b.both, "light"),
        PUBLISHED["light"] / EITHER_WAY,
        PUBLISHED["light"] * EITHER_WAY,
        f"{RECORD}: 21 %; within a factor of {EITHER_WAY:g}",
        0.0,
    )
    yield Claim(
        "heavy oxides dearer outside China in 2014-15",
        "%",
        b.first(b.both, "heavy"),
        SEEN,
        1e4,
        f"{RECORD}: more than 100 %; here the sign alone",
        0.0,
    )
    late = b.premium(b.both, "heavy")[b.span(GONE_BY, LASTS)]
    yield Claim(
        "heavy oxides still dearer in 2017-19, in the least of these years",
        "%",
        float(late.min()),
        SEEN,
        1e4,
        f"{RECORD}: lasts until 2019",
        0.0,
    )
    at_once = b.first(b.quota, "light") - b.first(b.duty, "light")
    yield Claim(
        "a miss: light oxides, 2014-15: premium of the quota alone over that of the duties alone",
        "% points",
        at_once,
        -SEEN,
        SEEN,
        f"{RECORD}: quotas act strongly, tariffs less; here alike: smugglers soon take its place",
    )
    longer = b.left(b.duty, "heavy") - b.left(b.quota, "heavy")
    yield Claim(
        "heavy oxides: of the duties' premium, left in 2017-20 beyond what is left of the quota's",
        "% points",
        longer,
        SEEN,
        1e4,
        f"{RECORD}: tariffs act longer",
    )
    yield Claim(
        f"welfare lost outside China, {FROM}-{UNTIL}",
        "bn USD",
        b.loss(),
        0.05,
        1e4,
        f"{RECORD}: 1.96; here the sign alone",
        0.0,
    )


def beside(b: FreeTrade) -> pd.DataFrame:
    """Published figures, ours and their ratio; a published bound counts as the figure, and nil has no ratio."""
    ours = {g: b.first(b.both, g) for g in ("light", "heavy")}
    ours["late"] = float(b.premium(b.both, "light")[b.span(GONE_BY, UNTIL)].mean())
    ours["loss"] = b.loss()
    words = {
        "light": "light, 2014-15",
        "heavy": "heavy, 2014-15 (at least)",
        "late": "light, 2017-20",
        "loss": "2014-2020",
    }
    rows = [(words[k], known, ours[k], ours[k] / known if known else np.nan) for k, known in PUBLISHED.items()]
    return pd.DataFrame(rows, columns=["figure", "published", "ours", "ratio"])


def _panels(b: FreeTrade, thriftless: FreeTrade) -> tuple[Panel, ...]:
    years = b.lab.years[b.span(2013, UNTIL)]

    def path(bench: FreeTrade, run: Outcome, group: str) -> tuple[np.ndarray, np.ndarray]:
        return years, bench.premium(run, group)[b.span(2013, UNTIL)]

    kept = {
        f"{g} oxides{end}": path(bench, bench.both, g)
        for bench, end in ((b, ""), (thriftless, ", no thrift"))
        for g in ("light", "heavy")
    }
    alone = {
        f"{what} alone, {g} oxides": path(b, run, g)
        for what, run in (("quota", b.quota), ("duties", b.duty))
        for g in ("light", "heavy")
    }
    table = beside(b)
    bars = curves({k: (table["figure"], table[k]) for k in ("published", "ours")})
    prices = bars["x"].str.contains(", ")
    return (
        Panel("Price outside China, quota and duties kept", "year", "% against free trade", curves(kept)),
        Panel("Each alone", "year", "% against free trade", curves(alone)),
        Panel("Pothen's figures and ours: price outside China", "", "% against free trade", bars[prices], "bar"),
        Panel("Pothen's figure and ours, loss outside China", "", "bn USD", bars[~prices], "bar"),
    )
