"""Bounds of what a stack comes to: every number in every year, at the ends of every range, before any run."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Unpack

import numpy as np

from earthprice import caps
from earthprice.law.amounts import number_key
from earthprice.law.compile import Prepared
from earthprice.law.effects import MOST_WITHHELD
from earthprice.law.stack import Stack
from earthprice.law.use import Use
from earthprice.world.terms import Terms


def corners(s: Stack) -> list[dict[str, float]]:
    """Quantiles by number key at which a course of growth is widest.

    The central values; all ends low or high; and low and high by turns, for a parameter that grows as another whose
    level steps from the low end of one range to the high end of the next.
    """
    found: list[dict[str, float]] = [{}, {}, {}, {}, {}]
    for item in s.items:
        for name, quantity in item.measure.quantities().items():
            ranged = [v for v in sorted(quantity.values, key=lambda v: v.year) if v.range]
            for turn, value in enumerate(ranged):
                key = number_key(item.name, name, value)
                for quantiles, q in zip(found[1:], (0.0, 1.0, float(turn % 2), float(1 - turn % 2)), strict=True):
                    quantiles[key] = q
    return [q for k, q in enumerate(found) if q not in found[:k]]


def bounded(p: Prepared, years: Iterable[float], readings: Iterable[str], **use: Unpack[Use]) -> tuple[str, ...]:
    """Compile a stack in every reading at the ends of its ranges; refuse what leaves its bounds there.

    Args:
        p: the stack on its network.
        years: period starts.
        readings: readings to look at; the stack's default if there are none.
        use: as of `compile_terms`; `reading` and `quantiles` are set here.

    Returns:
        Where expected seizure and fine are more than can be withheld in the text's country: one sentence, or nothing.

    Raises:
        RulebookError: a number, or what several measures together come to, out of its bounds: which measure, which
            parameter, which year.
        OptionError: as of `compile_terms`.
    """
    overrides = tuple((use.pop("overrides", None) or {}).items())
    return _bounded(p, tuple(years), tuple(readings), overrides, tuple(use.items()))


@lru_cache(maxsize=32)
def _bounded(p: Prepared, years: tuple, readings: tuple, overrides: tuple, use: tuple) -> tuple[str, ...]:
    starts, asked = np.array(years, float), {**dict(use), "overrides": dict(overrides)}
    found = [
        p.terms(starts, **{**asked, "reading": reading, "quantiles": quantiles})
        for reading in readings or (None,)
        for quantiles in corners(p.stack)
    ]
    here = p.ground.columns["zone"] == p.stack.top_book.jurisdiction  # what is fined elsewhere is no word of the text
    return _short(p, max(found, key=lambda terms: terms.uncollected[:, here].max(initial=0.0)), here)


def _short(p: Prepared, terms: Terms, here: np.ndarray) -> tuple[str, ...]:
    """Where in the text's country expected seizure and fine are most beyond what can be withheld, in words."""
    lost = np.where(here, terms.uncollected, 0.0)
    if not (lost > 1e-9).any():
        return ()
    t, m = (int(i) for i in np.unravel_index(int(lost.argmax()), lost.shape))
    count, kept = int((lost > 1e-9).any(0).sum()), terms.advalorem[t, m] + terms.markup[t, m]
    said = (
        f"at the harshest ends of the ranges, {count} unlicensed activities must expect to lose more than can be "
        f"withheld of revenue ({100 * MOST_WITHHELD:g} %; with charges {100 * caps.WITHHELD:g} %): of "
        f"{p.ground.ids[m]} in {terms.years[t]:g} {100 * kept:.4g} % is withheld and booked, "
        f"{100 * (kept + lost[t, m]):.4g} % would be due."
    )
    return (said[0].upper() + said[1:],)
