"""Net gains as page one tells them: how they are counted, and what of them falls in the years reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from earthprice.measures.rounding import alone
from earthprice.measures.spread import gained
from earthprice.measures.welfare import worth
from earthprice.study.ensemble import Pair, Plan, Summary, by_law
from earthprice.study.figures import Figure


@dataclass(frozen=True)
class Money:
    """How gains are counted: present values at the start of `first`."""

    plan: Plan
    first: int
    discount: float

    def gains(
        self, pairs: Sequence[Pair], zones: Sequence[str], groups: Sequence[str] | None = None, *, left: bool = True
    ) -> np.ndarray:
        """The same as `each`, nil where it is told as none."""
        return gained(self.each(pairs, zones, groups, left=left))

    def gain(self, p: Pair, zones: Sequence[str], groups: Sequence[str] | None = None, *, left: bool = True) -> float:
        """The same as `each` of one draw."""
        return float(self.each([p], zones, groups, left=left)[0])

    def each(
        self, pairs: Sequence[Pair], zones: Sequence[str], groups: Sequence[str] | None = None, *, left: bool = True
    ) -> np.ndarray:
        """Present value of what some groups (all if None) of some zones gain by the reform, by draw [bn USD2020].

        `left`: with what is left after the years reported; else in those years alone.
        """
        value = worth(self.plan.engine, self.first, self.discount, self.plan.rates)
        value, accounts = value if left else replace(value, end=0.0), pairs[0].baseline.money if pairs else ()
        keys = [k for k in accounts if k[0] in zones and (groups is None or k[1] in groups)]
        base, reform = (value.together(side, keys) for side in by_law(pairs))
        return (reform - base) / 1e3


def country_gains(money: Money) -> list[Figure]:
    """Net gain of each country alone [bn USD2020], home first: options are ranked by these, not by rows of page one."""
    value, home = worth(money.plan.engine, money.first, money.discount, money.plan.rates), money.plan.lens.home

    def of(zone: str, c: Summary) -> float:
        return value(c, [k for k in c.money if k[0] == zone]) / 1e3

    zones = sorted(money.plan.engine.names.zones, key=lambda z: z != home)
    return [Figure(9, f"gain_{z}", z, "bn USD2020", partial(of, z), gain=True) for z in zones]


def said_value(money: Money, kept: Sequence[Pair], rows: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> str:
    """What a net gain counts, and which part of it falls in the years reported.

    A law that stays is worth something every year, so that a gain of 1 bn may be 0.03 bn a year; what comes after the
    years reported hangs on what is built and on ore, and is known less.
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


def shares_of_losses(money: Money, kept: Sequence[Pair], rows: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """What the countries of a row lose, of all that any country abroad loses: draw by draw, then the median.

        share of a row in a draw = sum over its zones of max(-gain, 0) / the same sum over all zones abroad

    Nobody's gain is set against another's loss, so that the shares of all rows make up the whole in each draw; their
    medians nearly do.

    Args:
        money: present values.
        kept: cleared draws, of which those count in which somebody abroad loses.
        rows: zones by row.
    """
    zones = [z for z in money.plan.engine.names.zones if z != money.plan.lens.home]
    lost = np.maximum(-np.stack([money.each(kept, (z,)) for z in zones], axis=1), 0.0)
    lost = lost[lost.sum(1) > 0]
    share = lost / lost.sum(1, keepdims=True)
    return {r: float(np.median(share[:, np.isin(zones, of)].sum(1))) for r, of in rows.items()} if len(lost) else {}
