"""Evasion: what a charge on the licensed alone moves to those who do not pay it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earthprice.study.alternatives import Compared, alternatives
from earthprice.study.ensemble import Plan
from earthprice.study.figures import Figure
from earthprice.study.phrases import counted

PAYERS = {"licensed": "damage_licensed", "unlicensed": "damage_unlicensed", "abroad": "damage_abroad"}
"""Measures of the damage of those who pay a charge on the licensed, and of those who do not."""


def evasion(plan: Plan, on: Compared, year: int, world: Sequence[Figure]) -> list[str]:
    """What each charge on the licensed alone moves to those who do not pay it, in sentences.

    Args:
        plan: the plan.
        on: options on the draws that they share.
        year: year of the figures.
        world: figures of the net gain by zone.
    """
    e, said = plan.engine, []
    for option in (a for a in alternatives(plan) if a.charged and a.words in on.cases):
        of = {
            who: np.array(
                [
                    float(e.of_year(r.series[name] - b.series[name], year)) / 1e3
                    for b, r in zip(on.base, on.cases[option.words], strict=True)
                ]
            )
            for who, name in PAYERS.items()
        }
        saved, wild, abroad = (float(np.median(x)) for x in of.values())
        gain = float(np.median(sum(on.changes(option.words, g) for g in world)))
        name = f"{option.words[0].upper()}{option.words[1:]}"
        said.append(
            f"{name}: in {year} the damage of those who pay changes by {saved:+.2f} bn USD2020 a year, that of the "
            f"unlicensed at home by {wild:+.2f}, that abroad by {abroad:+.2f}; the world's net gain is {gain:+.1f} bn "
            f"(medians of {counted(len(on.base))}). {_lesson(saved, wild + abroad, gain)}"
        )
    return said


def _lesson(saved: float, moved: float, gain: float) -> str:
    """Why a charge that only the licensed pay gains or loses, in a sentence."""
    if moved > 0 and saved < 0:
        back = 100.0 * moved / -saved
        lost = "and more than undoes" if back > 100 else "and undoes"
        return f"Ore goes to those who do not pay, {lost} {min(back, 999):.0f} % of what is saved."
    if gain < 0:
        return "Other charges, rents and totals already hold output back: a charge on top cuts too much."
    return "Little ore goes to those who do not pay."
