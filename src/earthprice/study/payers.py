"""Who pays: a net gain split between the state, users, producers and neighbours of a country, in words."""

from __future__ import annotations

from collections.abc import Sequence

from earthprice.measures.rounding import with_range
from earthprice.measures.spread import gained, ranged
from earthprice.measures.welfare import NEIGHBOURS, STATE, UNLICENSED, worth
from earthprice.study.ensemble import Pair, Plan, by_law

NAMED = {STATE: "state", NEIGHBOURS: "neighbours", **dict.fromkeys(UNLICENSED, "unlicensed")}
"""Sides of the groups that are no owners' and no users'."""


def payers(plan: Plan, cases: Sequence[Pair], zones: Sequence[str], first: float, discount: float) -> str:
    """What each side in some zones gains (+) or loses (-) by a text: present value with its range, the largest first.

    Args:
        plan: what is run.
        cases: both laws in every draw.
        zones: of which zones.
        first: year from which money counts.
        discount: social discount rate [share/yr].
    """
    value, said = worth(plan.engine, first, discount, plan.rates), []
    sides: dict[str, list[tuple[str, str]]] = {}
    act = plan.lens.act
    named = {**dict.fromkeys(act.loc[act["doing"] == "use", "group"], "users"), **NAMED}
    named |= dict.fromkeys(act.loc[act["status"] == "state", "group"], "state")  # who holds the state's stock
    for key in cases[0].baseline.money:
        if key[0] in zones:
            sides.setdefault(named.get(key[1], "producers and traders"), []).append(key)
    for side, keys in sides.items():
        base, reform = (value.together(laws, keys) for laws in by_law(cases))
        gain = gained((reform - base) / 1e3)
        if gain.any():
            low, middle, high = ranged(gain)
            said.append((abs(middle), f"{side} {with_range(middle, low, high, sign=True)}"))
    return "; ".join(words for _, words in sorted(said, reverse=True)) or "nobody"
