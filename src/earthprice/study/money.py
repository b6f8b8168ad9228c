"""Net gains as page one tells them: how they are counted, and what of them falls in the years reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from earthprice.measures.rounding import alone
from earthprice.measures.spread import gained
from earthprice.measures.welfare import worth
from earthprice.study.ensemble import Pair, Plan


@dataclass(frozen=True)
class Money:
    """How gains are counted: present values at the start of `first`."""

    plan: Plan
    first: int
    discount: float

    def gains(
        self, pairs: Sequence[Pair], zones: Sequence[str], groups: Sequence[str] | None = None, *, left: bool = True
    ) -> np.ndarray:
        """The same as `gain` of every draw, nil where it is told as none."""
        return gained([self.gain(p, zones, groups, left=left) for p in pairs])

    def gain(self, p: Pair, zones: Sequence[str], groups: Sequence[str] | None = None, *, left: bool = True) -> float:
        """Present value of what some groups (all if None) of some zones gain by the reform [bn USD2020].

        `left`: with what is left after the years reported; else in those years alone.
        """
        value = worth(self.plan.engine, self.first, self.discount, self.plan.rates)
        value = value if left else replace(value, end=0.0)
        keys = [k for k in p.baseline.money if k[0] in zones and (groups is None or k[1] in groups)]
        return (value(p.reform, keys) - value(p.baseline, keys)) / 1e3


def said_value(money: Money, kept: Sequence[Pair], rows: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> str:
    """What a net gain counts, and which part of it falls in the years reported.

    A law that stays is worth something every year, so that a gain of 1 bn may be 0.03 bn a year; what comes after the
    years reported hangs on cycles of building and on ore, and is known less.
    """
    return value_words(money, {titles[z]: money.gains(kept, of, left=False) for z, of in rows.items()})


def value_words(money: Money, within: Mapping[str, np.ndarray]) -> str:
    """The same of gains that are known.

    Args:
        money: how they are counted.
        within: by whose they are, those of the years reported alone, by draw [bn USD2020].
    """
    alone_in = (f"{name} {alone(float(np.median(gains)))}" for name, gains in within.items())
    return (
        f"Present value from {money.first} at {100 * money.discount:g} %, of all years to come; "
        f"of {money.first} to {money.plan.engine.last} alone, in bn USD: {', '.join(alone_in)}."
    )
