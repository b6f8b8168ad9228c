"""S8, fines: digging without a licence pays unless the share caught exceeds 1/(1+m), and wealth bounds what is paid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves, marks
from earthprice.demos.lab import Lab
from earthprice.law import Prepared, expected_charge, prepare, share_that_deters, stack

TEXT = "china-2021-draft"
TIMES = (1.0, 5.0, 10.0)
"""Fines as multiples of the gain: the draft's ends, and the later text's upper end."""
SHARES = (0.0, 0.05, 0.08, 0.1, 0.15, 0.18, 0.3, 0.45, 0.55)
"""Shares caught that are run."""
NO_BOUND, YEARS_REVENUE = 1e3, 1.0
"""Wealth in multiples of revenue: any fine can be collected; the law's default."""
FROM, UNTIL = 2026, 2030
PAST = 0.01
"""How far past the line a share caught is read."""


def fines(lab: Lab) -> Demonstration:
    """Unlicensed digging against the share caught, for several fines, with and without a bound by wealth."""
    text = prepare(stack(TEXT), lab.world.network)
    lines = {m: _stops_at(m) for m in TIMES}
    free = _digging(lab, text, 0.0, 0.0, NO_BOUND)

    def left(caught: float, times: float, wealth: float) -> float:
        return 100.0 * _digging(lab, text, caught, times, wealth) / free

    at = share_that_deters(5.0) + PAST
    arithmetic = "theory: (1 - x) g - x m g = 0 at x = 1/(1+m)"
    claims = (
        *(Claim(f"share caught at which a costless site stops, fine {m:g} times the gain", "%", 100.0 * lines[m],
                100.0 * share_that_deters(m) - 0.05, 100.0 * share_that_deters(m) + 0.05, arithmetic,
                100.0 * _stops_at(0.0)) for m in TIMES),
        Claim("unlicensed digging left just past the line, fine 5 times the gain", "% of that without penalty",
              left(at, 5.0, NO_BOUND), 0.0, 10.0, "theory: no gain covers it; a tenth for sites still closing",
              left(at, 0.0, 0.0)),
        Claim("the same where diggers own a year's revenue", "% of that without penalty", left(at, 5.0, YEARS_REVENUE),
              2.0, 95.0, "theory: the charge is 2/(1+m), a third of revenue at pit and at plant, not all of it",
              left(at, 5.0, NO_BOUND)),
    )  # fmt: skip
    curves = [(f"{m:g} times the gain", NO_BOUND, m) for m in TIMES]
    curves += [("5 times, wealth a year's revenue", YEARS_REVENUE, 5.0)]
    rows = [(words, 100.0 * x, left(x, m, w)) for words, w, m in curves for x in SHARES]
    rows += [("no penalty", 100.0 * x, 100.0) for x in (SHARES[0], SHARES[-1])]
    return Demonstration(
        title="Fines: whether digging pays is 1/(1+m), if the fine can be collected",
        words="A site that is caught loses its product and pays m times its gain, at most what it owns. The share "
        f"caught is set from outside from 2022 on; digging is the mean of {FROM}-{UNTIL}. With a fine of five "
        "times the gain digging stops where a sixth are caught; if diggers own only a year's revenue some goes on.",
        removed="No fine (lines), and in the model a penalty of nothing: neither product nor money is taken. For the "
        "last claim: any fine can be collected.",
        claims=claims,
        panels=(
            Panel("Unlicensed digging, 100 = without penalty", "share caught, %", "%", marks(rows)),
            Panel("What the marginal site expects to lose", "share caught, %", "% of its revenue", _charges()),
        ),
        rests_on=("deposit/*/output_unlicensed", "model/entry/unlicensed_response", "model/mining/elasticity_*"),
        scenario="No authority publishes the share caught or what diggers own.",
    )


def _stops_at(times: float) -> float:
    """Least share caught at which the expected charge takes all revenue of a site whose product is all gain."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        stops = float(expected_charge(middle, 1.0, times, NO_BOUND)) >= 1.0
        low, high = (low, middle) if stops else (middle, high)
    return high


def _digging(lab: Lab, text: Prepared, caught: float, times: float, wealth: float) -> float:
    """Unlicensed digging in China [kt/yr] under a share caught and a fine; nothing is taken where the wealth is nil."""
    penalty = {"times_gain": times, "wealth": wealth}
    terms = text.terms(
        lab.years,
        as_of="2021-03-01",
        overrides={
            "present_inspection.caught": caught,
            "more_checks.caught": 0.0,
            "tracing_system.detects": 0.0,
            "recycler_feed.obeyed": 0.0,
            **{f"fine.{k}": v for k, v in penalty.items()},
            "fine.seized": float(wealth > 0.0),
        },
    )
    run = lab.run(terms)
    when = slice(lab.at(FROM), lab.at(UNTIL) + 1)
    return float(lab.level(run, stage="mining", zone=lab.home, status="unlicensed")[when].mean())


def _charges() -> pd.DataFrame:
    """The charge by share caught, for each fine, with any fine collected and with wealth of a year's revenue."""
    x = np.linspace(0.0, 0.6, 61)
    return curves(
        {
            f"{m:g} times{words}": (100.0 * x, 100.0 * np.minimum(expected_charge(x, 1.0, m, wealth), 1.0))
            for words, wealth, ms in (("", NO_BOUND, TIMES), (", wealth a year's revenue", YEARS_REVENUE, TIMES[1:]))
            for m in ms
        }
    )
