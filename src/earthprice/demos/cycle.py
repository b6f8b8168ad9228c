"""S2, the cycle: price, digging, complaints, tightening, price. A boom sets it off and lags keep it turning."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, curves
from earthprice.demos.lab import Change, Lab
from earthprice.demos.shocks import held_at_base_use, more_use, together
from earthprice.world.terms import Terms

FROM, UNTIL, SIZE = 2022, 2025, 1.3
"""The boom: years in which every use wants this much more."""
BACK = (2026, 2032)
"""The years after the boom in which the price comes back."""
AS_OF = "2021-03-01"
LINKS = ("price", "unlicensed digging", "complaints", "total")


@dataclass(frozen=True)
class Turn:
    """One law with the boom: the links of the loop as ratios to the base year, and to the same law without the boom."""

    years: np.ndarray
    level: dict[str, np.ndarray]
    against: dict[str, np.ndarray]


def cycle(lab: Lab) -> Demonstration:
    """The shipped review R1 with a boom; without unlicensed digging that answers; without its tightening rows."""
    law = lab.terms(reading="reviewed", as_of=AS_OF)
    relaxing = _price_row_only(law)
    still = held_at_base_use(lab.lens.mask(stage="mining", status="unlicensed", zone=lab.home))
    whole, soft = _turn(lab, law), _turn(lab, relaxing)
    quiet, quiet_soft = _turn(lab, law, still), _turn(lab, relaxing, still)
    turns = {"as it is": whole, "digging held": quiet, "never tightened": soft}
    return Demonstration(
        title="The cycle: price, digging, complaints, tightening, price",
        words=f"Every use wants {100 * (SIZE - 1):.0f} % more in {FROM}-{UNTIL - 1}. The totals follow review R1 of "
              "the law in force: raised when neodymium was dear last year, cut when complaints or the unlicensed share "
              "were high. Each link answers the one before it later: digging opens within a year or two, complaints "
              "remember, the review sees last year's figures and goes on cutting as long as complaints are high.",
        removed="Unlicensed digging in China is held at what it was; for the cut itself, the rows of the review that "
                "tighten are taken out.",
        claims=_claims(whole, soft, quiet, quiet_soft),
        panels=(
            Panel("The loop: price and complaints, boom against none", "price, ratio",
                  "complaints, ratio", _plane({"as it is": whole, "digging held": quiet}), "loop"),
            Panel("The links in time, against the same law without the boom", "year", "ratio",
                  lab.paths(whole.against)),
            Panel("Total of licensed mining, base year = 1", "year", "ratio",
                  lab.paths({k: t.level["total"] for k, t in turns.items()})),
            Panel("Price of neodymium-praseodymium oxide, base year = 1", "year", "ratio",
                  lab.paths({k: t.level["price"] for k, t in turns.items()})),
        ),
        rests_on=("model/entry/unlicensed_response", "model/mining/elasticity_unlicensed", "model/complaints/memory",
                  "use/*/growth_*", "damage/*", "burden_unlicensed/*"),
        scenario="The review is our reading of the texts, which name what is looked at but no rule; the boom is made "
                 "up. It shows how the links hang together, not when a cycle comes.",
    )  # fmt: skip


def _claims(whole: Turn, soft: Turn, quiet: Turn, quiet_soft: Turn) -> tuple[Claim, ...]:
    return (
        Claim(f"when the market is good everyone digs: unlicensed digging, mean of {FROM}-{UNTIL - 1}", "%",
              _dug(whole), 10.0, 100.0,
              "record: an elasticity near 1.5 (0.8 to 3) on a price at least a quarter up, less what the boom's ore "
              "cannot fetch", _dug(quiet)),
        Claim("complaints follow: share of its box that the path encloses, price against complaints", "share",
              enclosed(whole.against["price"], whole.against["complaints"]), 0.2, 0.8,
              "theory: nil if complaints moved with the price, 0.79 for an ellipse a quarter turn behind",
              enclosed(quiet.against["price"], quiet.against["complaints"])),
        Claim("tightening follows: the total falls from its peak", "%", fall(whole.level["total"]), 5.0, 60.0,
              "theory: each year a quarter of the complaints above the band is cut, at least 2.5 % in two of them",
              fall(soft.level["total"])),
        Claim(f"the price comes back: dearer than if nothing had been tightened, {BACK[0]}-{BACK[1] - 1}", "%",
              _back(whole, soft), 5.0, 200.0,
              "theory: a fifth less under the totals meets uses whose elasticity is below 1; a quarter of that, since "
              "supply under no total answers, in mines begun abroad too", _back(quiet, quiet_soft)),
    )  # fmt: skip


def enclosed(x: np.ndarray, y: np.ndarray) -> float:
    """Area that a closed path encloses counter-clockwise over the area of its bounding box (shoelace formula).

    An ellipse gives pi/4 = 0.785, a path that returns on itself nil, a clockwise one less than nil.
    """
    area = 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return area / float(max(np.ptp(x) * np.ptp(y), 1e-12))


def fall(path: np.ndarray) -> float:
    """Largest fall from an earlier peak [%]."""
    return float(100.0 * np.max(1.0 - path / np.maximum.accumulate(path)))


def _turn(lab: Lab, law: Terms, change: Change | None = None) -> Turn:
    boom = more_use(lab, SIZE, FROM, UNTIL)
    with_boom = _read(lab, law, together(boom, change) if change else boom)
    alone = _read(lab, law, change)
    return Turn(lab.years, with_boom, {k: with_boom[k] / alone[k] for k in LINKS})


def _read(lab: Lab, law: Terms, change: Change | None) -> dict[str, np.ndarray]:
    run = lab.run(law, change=change)
    seen = run.record.indicator[:, lab.engine.names.indicators.index(f"complaints:{lab.home}")]
    series = lab.series(run)
    return dict(zip(LINKS, (series["loop/price"], series["loop/digging"], seen, series["loop/total"]), strict=True))


def _price_row_only(law: Terms) -> Terms:
    def rows(slopes: tuple[float, ...], names: tuple[str, ...]) -> tuple[float, ...]:
        return tuple(s if n.startswith("price_real") else 0.0 for s, n in zip(slopes, names, strict=True))

    return replace(
        law,
        reviews=tuple(replace(r, above=rows(r.above, r.indicators), below=(0.0,) * len(r.below)) for r in law.reviews),
    )


def _dug(turn: Turn) -> float:
    when = (turn.years >= FROM) & (turn.years < UNTIL)
    return float(100.0 * turn.against["unlicensed digging"][when].mean() - 100.0)


def _back(tightened: Turn, soft: Turn) -> float:
    when = (tightened.years >= BACK[0]) & (tightened.years < BACK[1])
    return float(100.0 * (tightened.level["price"] / soft.level["price"])[when].mean() - 100.0)


def _plane(turns: dict[str, Turn]) -> pd.DataFrame:
    return curves({k: (t.against["price"], t.against["complaints"]) for k, t in turns.items()})
