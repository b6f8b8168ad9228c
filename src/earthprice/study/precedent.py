"""Precedent: whether the record has ever seen unlicensed mining fall as far as a text makes it fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from earthprice.study.ensemble import Pair, Plan, by_law
from earthprice.study.indicators import UNLICENSED


class Fall(NamedTuple):
    """A fall of a share, from one recorded year to a later one [share of all that is mined]."""

    before: float
    after: float
    years: tuple[int, int]


def largest_fall(record: dict[int, float]) -> Fall | None:
    """The largest fall between two recorded years, by the part of the share that is left; None where none falls."""
    falls = [Fall(record[a], record[b], (a, b)) for a in record for b in record if a < b and record[b] < record[a]]
    return min(falls, key=lambda f: f.after / f.before, default=None)


def unprecedented(plan: Plan, cases: Sequence[Pair], year: int, day: str) -> list[str]:
    """A sentence where a text takes the unlicensed share of home by a larger part, and lower, than any recorded year.

    Args:
        plan: the plan.
        cases: draws that cleared.
        year: the year of the ten figures.
        day: records published later are not seen (YYYY-MM-DD).
    """
    table = plan.engine.world.observed
    of = (table["series"] == UNLICENSED) & (table["zone"] == plan.lens.home) & (table["published"] <= day)
    record = {int(y): float(v) for y, v in table[of].groupby("year")["value"].mean().items()}  # type: ignore[arg-type]
    known, sides = largest_fall(record), by_law(cases)
    if known is None:
        return []
    of_year, least = plan.engine.of_year, min(record.values())
    before, after = (np.median([of_year(c.series[UNLICENSED], year) for c in side]) / 100.0 for side in sides)
    if not (after < least and after / before < known.after / known.before):
        return []
    ends = f"from {100 * known.before:.0f} % in {known.years[0]} to {100 * known.after:.0f} % in {known.years[1]}"
    return [
        f"the text leaves {100 * after:.0f} % of mining unlicensed in place of {100 * before:.0f} %, a fall beyond "
        f"any on record: the largest known is {ends}, by sources that disagree, the least share {100 * least:.0f} %; "
        "read it as an upper end of what inspection and fines do"
    ]
