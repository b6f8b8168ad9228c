"""S6, low-level repetition: a boom calls up low-grade plants that are ready when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from earthprice.demos.demonstration import Claim, Demonstration, Panel
from earthprice.demos.lab import Lab
from earthprice.demos.shocks import more_use, of_today, together
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms

MORE, FROM, UNTIL = 0.5, 2021, 2024
"""How much more low-grade magnets are wanted in the boom [share], from and until; Chinese blanks: half more in 2010."""
MAKE = {"stage": "magnet", "tier": "low", "zone": "CHN"}


def entry(lab: Lab) -> Demonstration:
    """Three years of strong demand for low-grade magnets, with entry that follows profit and without any."""
    shock, stay = more_use(lab, 1.0 + MORE, FROM, UNTIL, tier="low"), of_today(lab.lens.mask(stage="magnet"))
    calm, boom, frozen, idle = lab.baseline, *(lab.run(change=c) for c in (shock, stay, together(stay, shock)))
    stopped = lab.run(_stop(lab), change=shock)
    after = slice(lab.at(UNTIL + 1), lab.at(UNTIL + 7))
    extra, none = _extra(lab, boom, calm), _extra(lab, idle, frozen)

    def against(measure: Callable[[Lab, Outcome], np.ndarray], run: Outcome, other: Outcome) -> float:
        return float((measure(lab, run) - measure(lab, other))[after].mean())

    claims = (
        Claim("use of low-grade capacity in the six years after the boom, against calm years", "points",
              against(_use, boom, calm), -40.0, -3.0,
              "theory: more plants for the same orders; assumption: at least 3 points; on record: low-end lines ran at "
              "30 to 40 % in 2012, after the boom of 2010", against(_use, idle, frozen)),
        Claim("years from the last year of the boom to the most capacity beyond that of calm years", "yr",
              _lag(lab, extra), 2.0, 8.0,
              "theory: what is begun in the boom is ready a lead of two years later, or more", _lag(lab, none)),
        Claim("low-grade capacity added beyond that of calm years", "%", float(extra.max()), 5.0, 66.0,
              "assumption: more than 5 %, less than the two thirds of 2010 to 2012 on record, when prices boomed too",
              float(none.max())),
        Claim("margin of low-grade plants in the six years after the boom, against calm years", "USD2020/kg",
              against(_margin, boom, calm), -5.0, -0.1,
              "theory: more plants share the same orders, so they undercut each other",
              against(_margin, idle, frozen)),
        Claim("the same use of capacity where no new low-grade line is allowed from the start of the boom",
              "points", against(_use, stopped, calm), 0.0, 50.0,
              "theory: without new lines, growth of demand fills the old ones", against(_use, boom, calm)),
    )  # fmt: skip
    return Demonstration(
        title="Low-level repetition: plants that a boom calls up stand idle after it",
        words=f"From {FROM} to {UNTIL - 1} users want half as many low-grade magnets again, as in 2010; then demand is "
        "back on its path. Margins rise, new lines are begun while they are high, and come on two years later, "
        "when the boom is over: plants stand idle and undercut each other.",
        removed="No magnet plant is opened or closed for profit. In the last claim: new lines are allowed as before.",
        claims=claims,
        panels=_panels(
            lab,
            {"calm years": calm, "boom": boom, "boom, no entry": idle, "boom, no new low-grade lines allowed": stopped},
        ),
        rests_on=(
            "model/entry/plant_*",
            "magnet/magnet_low/CHN/*/lead",
            "magnet/magnet_low/CHN/*/capex",
            "magnet/magnet_low/CHN/*/use",
            "model/magnet/spread",
            "storage/world/adaptive",
        ),
        scenario="No series of capacity by grade exists, and the speed of entry is an assumption between two readings "
        "of the record; the boom is one of 2010's size in orders, without its rise in prices.",
    )


def _stop(lab: Lab) -> Terms:
    """The law in force, and no new low-grade line in China from the start of the boom."""
    terms = lab.terms()
    entry = terms.entry.copy()
    entry[np.ix_(lab.years >= FROM, lab.lens.mask(**MAKE))] = 0.0
    return replace(terms, entry=entry)


def _use(lab: Lab, run: Outcome) -> np.ndarray:
    """Share of the low-grade capacity in use [%; T]."""
    return lab.series(run)["capacity_use/magnet_low"]


def _capacity(lab: Lab, run: Outcome) -> np.ndarray:
    """Capacity of low-grade lines [kt/yr; T]."""
    made = lab.level(run, **MAKE)
    return 100.0 * made / _use(lab, run)


def _extra(lab: Lab, run: Outcome, calm: Outcome) -> np.ndarray:
    """Capacity beyond that of calm years [%; T]."""
    return 100.0 * (_capacity(lab, run) / _capacity(lab, calm) - 1.0)


def _lag(lab: Lab, extra: np.ndarray) -> float:
    """Years from the last of the boom to the peak; 0 where nothing is added."""
    return float(lab.years[extra.argmax()] - (UNTIL - 1)) if extra.max() > 1e-6 else 0.0


def _margin(lab: Lab, run: Outcome) -> np.ndarray:
    """Margin of the first recipe over bought metal [USD/kg; T]."""
    at = np.flatnonzero(lab.lens.mask(**MAKE))[0]
    a = run.point.bench.a[:, at]
    return run.record.price[:, : len(a)] @ a


def _panels(lab: Lab, runs: dict[str, Outcome]) -> tuple[Panel, ...]:
    made = {k: lab.level(r, **MAKE) for k, r in runs.items()}
    return (
        Panel("Low-grade magnets made in China", "year", "kt/yr", lab.paths(made)),
        Panel(
            "Capacity of low-grade lines", "year", "kt/yr", lab.paths({k: _capacity(lab, r) for k, r in runs.items()})
        ),
        Panel("Use of that capacity", "year", "%", lab.paths({k: _use(lab, r) for k, r in runs.items()})),
        Panel(
            "Margin over bought metal", "year", "USD2020/kg", lab.paths({k: _margin(lab, r) for k, r in runs.items()})
        ),
    )
