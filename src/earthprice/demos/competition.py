"""S3, the earth price: promoted plants push it to running cost; fewer sellers and a charge raise it part of the way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.demos.cases import sellers_conduct
from earthprice.demos.demonstration import Claim, Demonstration, Panel
from earthprice.demos.lab import Lab
from earthprice.demos.rare import DISCOUNT, SHORT
from earthprice.demos.shipments import under
from earthprice.errors import RulebookError
from earthprice.law import Bill
from earthprice.law.experiment import measure_line, values
from earthprice.runs.engine import Outcome
from earthprice.runs.rare import damage_bill, rare_run, user_cost
from earthprice.world.terms import Terms

SELLERS, ELASTICITY = 6, 0.5
"""Groups that hold the quota since 2016 (industry-0006); demand for magnets over five years (elasticities-0008)."""
SEEN = (2024, 2029)
"""Years over which figures are means."""

ORE = {"stage": "mining", "zone": "CHN", "status": "licensed"}
PROMOTION = tuple(
    measure_line(
        f"support_{stage}",
        "support",
        {"stage": stage, "zone": "CHN"},
        into="capacity",
        amount=values("MUSD2020/year", {2021: 400}),
        lasts=values("year", {2021: 5}),
    )
    for stage in ("mining", "separation")
)
"""Local governments pay 400 MUSD a year for mines and as much for separation, for five years."""
CHARGE = measure_line("resource_charge", "charge", ORE, base="t", rate=values("USD2020/t REO", {2021: 2000}))


def competition(lab: Lab) -> Demonstration:
    """The law in force, promotion upon it, and upon that consolidation, a charge on ore, and both."""
    groups = sellers_conduct(SELLERS, ELASTICITY, stage="separation")
    laws = {
        "law in force": lab.terms(),
        "promotion": _terms(lab, *PROMOTION),
        "six groups": _terms(lab, *PROMOTION, groups),
        "charge on ore": _terms(lab, *PROMOTION, CHARGE),
        "both": _terms(lab, *PROMOTION, groups, CHARGE),
    }
    runs = {name: lab.run(terms) for name, terms in laws.items()}
    rare = _rare(lab)
    return Demonstration(
        title="An earth price: promoted plants, six groups, a charge on ore",
        words="From 2021 to 2025 local governments pay 400 million USD a year for mines and as much for separation "
        "plants, beyond what profit would build. More plants share the same market. Then the sellers of "
        f"separated oxides are merged into {SELLERS} groups that hold prices up, licensed ore is charged 2 USD a "
        "kg, or both. The gap is that between the price with promotion and the rare price, at which every "
        "activity pays for damage and ore.",
        removed="Local governments pay nothing; the sellers stay many; ore is not charged; nothing is refused.",
        claims=_claims(lab, runs, rare),
        panels=_panels(lab, runs, rare),
        rests_on=(
            "model/entry/*",
            "model/separation/spread",
            "model/mining/elasticity_*",
            "separation/CHN/*/cost",
            "use/*/elasticity_*",
            "damage/*",
        ),
        scenario="No series of what local governments pay for plants was found: the sums are a trial. The number of "
        "sellers is on record, the elasticity they count on is not.",
    )


def _claims(lab: Lab, runs: dict[str, Outcome], rare: Outcome) -> tuple[Claim, ...]:
    base, promoted = runs["law in force"], runs["promotion"]
    closed = partial(_closed, lab, promoted, rare)
    part = "theory: the price rises, but not by what damage and ore cost"
    wild = {
        stage: [_wild(lab, runs[name], stage) for name in (name, "promotion")]
        for stage, name in (("separation", "six groups"), ("mining", "charge on ore"))
    }
    return (
        Claim("promotion changes the price of NdPr oxide by", "%", _more(_ndpr(lab, promoted), _ndpr(lab, base)),
              -99.0, -1.0, "theory: more plants and the same demand; a price stays above nil", 0.0),
        Claim("what licensed separators earn above running cost, in capital costs", "ratio", _earned(lab, promoted),
              0.0, 1.0, "theory: plants that were paid for run as long as running cost is met, below full cost",
              _earned(lab, base)),
        Claim(f"{SELLERS} groups close of the gap", "%", closed(runs["six groups"]), 1.0, 99.0, part, closed(promoted)),
        Claim("a charge of 2 USD a kg of licensed ore closes of the gap", "%", closed(runs["charge on ore"]), 1.0, 99.0,
              part, closed(promoted)),
        Claim("unlicensed separation under the six groups, against promotion alone", "%", _more(*wild["separation"]),
              0.1, 1e3, "theory: who is outside the groups sells under their price", 0.0),
        Claim("unlicensed digging where licensed ore is charged, against promotion alone", "%", _more(*wild["mining"]),
              0.1, 1e3, "theory: a charge that only licensed miners pay is a bounty on digging without a licence", 0.0),
        Claim(f"largest number of sellers refused at an elasticity of {ELASTICITY}", "sellers", float(most_barred(lab)),
              1.5, 2.5, "theory: sellers x elasticity must pass 1, else the best price has no bound", 0.0),
    )  # fmt: skip


def most_barred(lab: Lab) -> int:
    """Largest number of sellers, up to `SELLERS`, for which the law refuses `conduct` at this elasticity."""
    found = 0
    for n in range(1, SELLERS + 1):
        try:
            _terms(lab, sellers_conduct(n, ELASTICITY, stage="separation"))
        except RulebookError:
            found = n
    return found


def _terms(lab: Lab, *measures: str, bill: Bill | None = None) -> Terms:
    """Terms of the law in force with measures on top, and a bill for burdens."""
    return under(lab, *measures, begin="2021-01-01", announced="2020-06-01", bill=bill)


def _rare(lab: Lab) -> Outcome:
    """The promoted market where every activity also pays for damage and ore, with the user cost of 30 years."""
    far = replace(lab, last=lab.world.base_year + SHORT)
    bills = [_terms(x, *PROMOTION, bill=damage_bill(x.engine, x.central)) for x in (far, lab)]
    return rare_run(lab.engine, lab.central, bills[1], user_cost(far.engine, far.central, bills[0], DISCOUNT))


def _when(lab: Lab) -> slice:
    return slice(lab.at(SEEN[0]), lab.at(SEEN[1]))


def _ndpr(lab: Lab, run: Outcome) -> float:
    return float(lab.price(run, f"ndpr_oxide@{lab.home}")[_when(lab)].mean())


def _closed(lab: Lab, promoted: Outcome, rare: Outcome, run: Outcome) -> float:
    """Share of the gap between the price with promotion and the rare price that a run closes [%]."""
    low, high = _ndpr(lab, promoted), _ndpr(lab, rare)
    return 100.0 * (_ndpr(lab, run) - low) / (high - low)


def _earned(lab: Lab, run: Outcome) -> float:
    """Margin of licensed plants on home feed above running cost, over their capital cost, by output."""
    s, bench = run.setting, run.point.bench
    at = np.flatnonzero(lab.lens.mask(stage="separation", zone=lab.home, feed="home", status="licensed"))
    n = bench.a.shape[0]
    permits = run.record.price[:, n:] @ np.asarray(s.permits.use)
    margin = (run.record.price[:, :n] @ bench.a - permits - run.terms.specific)[:, at]
    capital = float(s.plants.annuity) * np.asarray(s.plants.capex)[at] / np.array([run.point.drafts[j].use for j in at])
    ratio = (margin - bench.cost[at] - bench.rent[at]) / capital
    level = run.record.level[:, at]
    return float(((ratio * level).sum(1) / level.sum(1))[_when(lab)].mean())


def _wild(lab: Lab, run: Outcome, stage: str) -> float:
    return float(lab.level(run, stage=stage, zone=lab.home, status="unlicensed")[_when(lab)].mean())


def _more(now: float, before: float) -> float:
    return 100.0 * (now / before - 1.0)


def _panels(lab: Lab, runs: dict[str, Outcome], rare: Outcome) -> tuple[Panel, ...]:
    def lines(read: str, every: dict[str, Outcome]) -> pd.DataFrame:
        return lab.paths({k: lab.price(r, read) if "@" in read else lab.series(r)[read] for k, r in every.items()})

    wild = {k: lab.level(r, stage="mining", zone=lab.home, status="unlicensed") for k, r in runs.items()}
    return (
        Panel(
            "Price of NdPr oxide at home",
            "year",
            "USD2020/kg",
            lines(f"ndpr_oxide@{lab.home}", runs | {"rare price": rare}),
        ),
        Panel("Use of separation capacity at home", "year", "%", lines("capacity_use/separation", runs)),
        Panel("Unlicensed digging at home", "year", "kt REO/yr", lab.paths(wild)),
    )
