"""Credits: the permits of a `share`, of which none are issued, so that the market holds it exactly.

With w and v the tonnes in a unit of level of what is counted and of what it is a share of,

    at most:   sum w x <= s sum v x,      at least:   sum w x >= s sum v x.

Under `at most`, what is counted needs w of a permit and use brings s v; under `at least`, use needs s v and what is
counted brings w. The permit's price is what the one side pays the other for each tonne; nobody keeps it.
"""

from __future__ import annotations

import numpy as np

from earthprice.errors import RulebookError
from earthprice.law.acting import Acting
from earthprice.law.permits import Permit
from earthprice.law.reached import Ground
from earthprice.law.shares import Portion

TIGHT = 1e-6
"""Tonnes [kt] above its share that what is counted may have in the first period, which is as recorded."""


def credits(acting: list[Acting], g: Ground) -> list[Permit]:
    """Permits of every share at work."""
    return [p for a in acting if isinstance(a.item.measure, Portion) for p in _of(a, g)]


def _of(a: Acting, g: Ground) -> list[Permit]:
    """Permits of one: one for each limit kept apart and each level that the share has in some period.

    Raises:
        RulebookError: nobody uses what it is a share of, or the share is broken in the first period.
    """
    m = a.item.measure
    assert isinstance(m, Portion)
    level, held = a.days.held(a.value(m.bound, np.nan)[:, 0])
    found: list[Permit] = []
    for name, at in _apart(m, a.at, g).items():
        made, taken = _tonnes(a, m, at, g)
        for k, s in enumerate(dict.fromkeys(np.round(level[held > 0], 12).tolist()), 1):
            use = made - s * taken if m.at_most is not None else s * taken - made
            on = (held > 0) & (np.round(level, 12) == s)
            _fits(a, use, on, made, taken, g)
            row = f"{a.item.name}{f'~{k}' if k > 1 else ''}{f'/{name}' if name else ''}"
            amount = np.where(on, 0.0, np.inf)
            found.append(Permit(a.item.name, 1.0, row, use, amount, np.where(on, held, 1.0), np.ones(len(on))))
    return found


def _apart(m: Portion, at: np.ndarray, g: Ground) -> dict[str, np.ndarray]:
    """What is counted, by limits that are kept apart."""
    names = np.array(["/".join(str(g.columns[c][i]) for c in m.each) for i in at], object)
    return {str(n): at[names == n] for n in dict.fromkeys(names)}


def _tonnes(a: Acting, m: Portion, at: np.ndarray, g: Ground) -> tuple[np.ndarray, np.ndarray]:
    """Tonnes in a unit of level of what is counted, and of what it is a share of [M]."""
    content = g.network.content if m.counts == "t REO" else np.ones(len(g.network.content))
    gives, takes = g.made * content[:, None], np.maximum(-g.network.matrix, 0.0) * content[:, None]
    made, taken = np.zeros(len(g.ids)), np.zeros(len(g.ids))
    uses = g.columns["doing"][at] == "use"
    made[at] = np.where(uses, takes[:, at].sum(0), gives[:, at].sum(0)) * g.held(a.item)[at]
    if m.of is not None:
        who = g.match(a.item, m.of.names(), "of")
        taken[who] = takes[:, who].sum(0)
    else:
        nodes = (g.made[:, at] > 0).any(1) | ((g.network.matrix[:, at] < 0) & uses).any(1)
        who = np.isin(g.columns["doing"], ("run", "use"))
        taken[who] = takes[np.ix_(nodes, who)].sum(0)
    if not taken.any():
        where, what = a.item.where("of" if m.of else "acts_on"), f"nobody uses what '{a.item.id}' is a share of"
        raise RulebookError(what, where=where, accepted="of: a set that takes goods, such as {doing: use, zone: NAME}")
    return made, taken


def _fits(a: Acting, use: np.ndarray, on: np.ndarray, made: np.ndarray, taken: np.ndarray, g: Ground) -> None:
    """Refuse a share that the base year breaks: the record stands, so nothing could hold it there."""
    if on[0] and use @ g.level > TIGHT:
        part = 100 * float(made @ g.level) / max(float(taken @ g.level), 1e-12)
        what = f"in the first period, which is as recorded, '{a.item.id}' would be {part:.4g} % of use"
        raise RulebookError(what, where=a.item.where(), accepted="a share that begins later")
