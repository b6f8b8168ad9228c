"""S2, tighten and relax: a review fitted on the notices up to 2020 raises the total of 2021."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.demos.notices import Notices, Rule, fit, notices
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Review, Terms

LAST = 2020
"""Year of the last notice that the fit sees."""
GOOD = "ndpr_oxide"
AS_OF = f"{LAST}-12-31"
LATE = 2030
"""Year in which the two rules are compared."""


def review(lab: Lab) -> Demonstration:
    """Fit the rule, run it in the model from 2021, and run it again without relaxing."""
    seen = notices(lab.world.observed, lab.home, lab.world.base_year, GOOD, LAST)
    rule = fit(seen)
    only = fit(replace(seen, price=np.zeros_like(seen.price)))
    runs = {
        "relaxes and tightens": lab.run(_under(lab, rule)),
        "only tightens": lab.run(_under(lab, replace(rule, relax=0.0))),
    }
    both, tight = runs.values()
    when = slice(lab.at(LATE - 2), lab.at(LATE + 1))
    dearer = (lab.price(tight, f"{GOOD}@{lab.home}")[when] / lab.price(both, f"{GOOD}@{lab.home}")[when]).mean()
    claims = (
        Claim(f"share of the notices' variance that the rule explains, {seen.years[0]}-{LAST}", "share",
              rule.explained(seen), 0.5, 1.0, "assumption: more than half, of seven notices with four numbers",
              only.explained(seen)),
        Claim(f"what the rule says of {LAST + 1} from the prices of {LAST}", "%", _next(seen, rule), 1.0, 25.0,
              "record: the notice of September 2021, not used, raised the total by 20 %",
              _next(seen, replace(rule, relax=0.0))),
        Claim(f"in the model the light total of {LAST + 1} rises", "%", _rise(lab, both), 1.0, 25.0,
              "record: the same notice; below 1 % is no rise", _rise(lab, tight)),
        Claim(f"a rule that only tightens ends with dearer neodymium, {LATE - 2}-{LATE}", "%", 100 * (dearer - 1), 5.0,
              300.0, "theory: totals that cannot follow growing use are a growing scarcity"),
    )  # fmt: skip
    return Demonstration(
        title="Tighten and relax: a review rule fitted on the notices up to 2020",
        words=f"The rule looks at last year's neodymium price at home and unlicensed share. It is fitted "
        f"on the {len(seen.years)} notices of mining totals from {seen.years[0]} to {LAST} "
        f"({_said(rule)}), with what had been published by the end of {LAST}. Then "
        f"it sets the totals of light ore and of separation in the model from {LAST + 1} on.",
        removed="The same rule without relaxing, as it would be if totals could only be tightened.",
        claims=claims,
        panels=(
            Panel("Change of the mining total, notices and fitted rule", "year", "%", _fit_rows(seen, rule)),
            Panel("What the rule saw: price and unlicensed share", "year", "ratio, share", _seen_rows(seen)),
            Panel(
                "Total of light ore in the model", "year", "kt/yr", lab.paths({k: _total(r) for k, r in runs.items()})
            ),
            Panel(
                "Price of neodymium-praseodymium oxide at home",
                "year",
                "USD2020/kg",
                lab.paths({k: lab.price(r, f"{GOOD}@{lab.home}") for k, r in runs.items()}),
            ),
        ),
        rests_on=("use/*/growth_*", "use/*/elasticity_*", "model/mining/elasticity_*"),
        scenario="The record of the unlicensed share is disputed (Adamas and Kingsnorth saw opposite trends) and has "
        "four entries, joined by straight lines; seven notices cannot tell this rule from its rivals.",
    )


def _said(rule: Rule) -> str:
    relax = f"relax {50 * rule.relax:.0f} % per 0.5 of the price above {rule.price_band:.2f} of the base year's"
    return f"{relax}, tighten {10 * rule.tighten:.0f} % per 0.1 of the unlicensed share above {rule.share_band:.2f}"


def _under(lab: Lab, rule: Rule) -> Terms:
    """The totals known at the end of 2020, moved from 2021 on by the rule wherever the shipped review moves them."""
    held = lab.terms(reading="tight", as_of=AS_OF)
    moved = lab.terms(reading="reviewed", as_of=AS_OF).reviews
    return replace(held, reviews=tuple(_rows(lab, held, r, rule) for r in moved))


def _rows(lab: Lab, held: Terms, r: Review, rule: Rule) -> Review:
    amount = float(held.permit_amount[lab.at(LAST), held.permits.index(r.permit)])
    return replace(
        r,
        first=LAST + 1,
        indicators=(f"price_real:{GOOD}@{lab.home}", f"unlicensed_share:{lab.home}"),
        low=(0.0, 0.0),
        high=(rule.price_band, rule.share_band),
        above=(rule.relax, -rule.tighten),
        below=(0.0, 0.0),
        lag=(1, 1),
        never_below=0.5 * amount,
        never_above=5.0 * amount,
    )


def _next(seen: Notices, rule: Rule) -> float:
    """What the rule says of the year after the last notice, from what was then known [%]."""
    price, share = (np.array([x]) for x in seen.latest)
    return float(100.0 * rule.moves(price, share)[0])


def _total(run: Outcome) -> np.ndarray:
    at = [i for i, name in enumerate(run.terms.permits) if name.startswith("mining_total_light")]
    return run.record.permit_amount[:, at].sum(1)


def _rise(lab: Lab, run: Outcome) -> float:
    total = _total(run)
    return float(100.0 * (total[lab.at(LAST + 1)] / total[lab.at(LAST)] - 1.0))


def _fit_rows(n: Notices, rule: Rule) -> pd.DataFrame:
    known = [("notices", y, 100.0 * m) for y, m in zip(n.years, n.moves, strict=True)]
    said = [("fitted rule", y, 100.0 * m) for y, m in zip(n.years, rule.moves(n.price, n.share), strict=True)]
    return marks([*known, *said, ("fitted rule", LAST + 1, _next(n, rule))])


def _seen_rows(n: Notices) -> pd.DataFrame:
    return marks(
        (name, y - 1, v)
        for name, values in (("price", n.price), ("unlicensed share", n.share))
        for y, v in zip(n.years, values, strict=True)
    )
