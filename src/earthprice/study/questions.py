"""The three questions asked of the minister, each answered in a sentence with its range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.study.ensemble import Case, Pair, Plan
from earthprice.study.figures import sign_word, symbols
from earthprice.study.welfare import UNLICENSED, present_value


def questions(plan: Plan, kept: Sequence[Pair], delayed: Sequence[Pair], exports: pd.DataFrame,
              frame: tuple[int, int, float]) -> list[dict[str, str]]:  # fmt: skip
    """Will exports fall, whom does it hit, why now.

    Args:
        plan: the plan.
        kept: cleared draws.
        delayed: the text two years later, same draws in order.
        exports: the export table.
        frame: first year, figure year, discount rate.
    """
    first, year, discount = frame
    return [
        _fall(plan, kept, year),
        _hit(plan, kept, exports, first, year, discount),
        _now(plan, kept, delayed, first, discount),
    ]


def about(x: float) -> str:
    """A number to the two figures its range supports."""
    if not np.isfinite(x):
        return "unknown"
    if x == 0:
        return "0"
    digits = 1 - int(np.floor(np.log10(abs(x))))
    return f"{round(x, digits):.{max(digits, 0)}f}"


def spread(x: np.ndarray, unit: str) -> str:
    """Median and range in words."""
    low, middle, high = np.percentile(x, [5, 50, 95])
    return f"{about(middle)} {unit} (9 in 10 draws: {about(low)} to {about(high)})".replace("-", "−")


def _change(plan: Plan, kept: Sequence[Pair], names: tuple[str, ...], year: int) -> np.ndarray:
    def of(case: Case) -> float:
        return float(sum(plan.engine.of_year(case.series[n], year) for n in names))

    base, reform = (np.array([of(c) for c in side]) for side in
                    ([p.baseline for p in kept], [p.reform for p in kept]))  # fmt: skip
    return 100.0 * (reform / base - 1.0)


def _fall(plan: Plan, kept: Sequence[Pair], year: int) -> dict[str, str]:
    lens = plan.lens
    titles = symbols(lens)
    rows = [
        (" and ".join(titles[e] for e in lens.role("value_heavy")), lens.role("value_heavy"), "exports_contained/{}"),
        (titles[lens.headline[0]], lens.headline[:1], "exports_contained/{}"),
        ("magnets", ("magnets",), "exports/{}/all"),
        (" and ".join(titles[e] for e in lens.role("bulk")), lens.role("bulk"), "exports_contained/{}"),
    ]
    parts = []
    for words, names, pattern in rows:
        change = _change(plan, kept, tuple(pattern.format(n) for n in names), year)
        word = sign_word(float(np.mean(change > 0)))
        parts.append(
            f"{words}: no clear sign" if word == "no clear sign" else f"{words}: {spread(change, '%')}, {word}"
        )
    fall = _change(plan, kept, tuple(f"exports_contained/{e}" for e in lens.role("value_heavy")), year)
    because = (
        f"Change of exports in {year} against no reform in the same year. In {100 * np.mean(fall <= -10):.0f} % of "
        f"draws exports of {rows[0][0]} fall by more than 10 %, in {100 * np.mean(fall <= -30):.0f} % by more than "
        f"30 %. {_scope(plan)}"
    )
    return {"asked": "Will exports fall?", "answer": "; ".join(parts) + ".", "because": because}


def _scope(plan: Plan) -> str:
    book = plan.texts.book
    measures = [(a.number, getattr(m, "acts_on", None)) for a in book.articles for m in a.measures.values()]
    acts = [number for number, on in measures if on is not None and "ship" in (on.names().get("doing") or ())]
    if acts:
        return f"Articles that act on shipments: {', '.join(dict.fromkeys(acts))}."
    return "The text itself holds no measure on shipments: the change comes through what is dug, separated and caught."


def _hit(
    plan: Plan, kept: Sequence[Pair], exports: pd.DataFrame, first: int, year: int, discount: float
) -> dict[str, str]:
    e = plan.engine
    titles = dict(zip(e.world.structure["zones"]["id"], e.world.structure["zones"]["name"], strict=True))
    gains = {z: np.array([_gain(plan, p, (z,), first, discount) for p in kept]) for z in e.names.zones}
    abroad = {z: v for z, v in gains.items() if z != plan.lens.home}
    losers = sorted(abroad, key=lambda z: float(np.median(abroad[z])))[:3]
    words = ", ".join(f"{titles[z]} {spread(gains[z], 'bn USD')}" for z in losers)
    home = gains[plan.lens.home]
    wild = np.array([_gain(plan, p, (plan.lens.home,), first, discount, UNLICENSED) for p in kept])
    total = sum(-float(np.median(abroad[z])) for z in abroad if np.median(abroad[z]) < 0)
    shares = [f"{titles[z]} {100 * -float(np.median(abroad[z])) / total:.0f} %" for z in losers if total > 0]
    bought = exports[(exports["row"] == "magnets") & (exports["year"] == exports["year"].min())]
    whole = float(bought.loc[bought["partner"] == "all", "base_p50"].sum()) or 1.0
    buys = [
        f"{titles[z]} {100 * float(bought.loc[bought['partner'] == z, 'base_p50'].sum()) / whole:.0f} %" for z in losers
    ]
    answer = (
        f"No measure names a country. Net gain at home {spread(home, 'bn USD')}, of which unlicensed trades "
        f"{spread(wild, 'bn USD')}. Abroad the largest losses fall on {words}."
    )
    because = (
        f"Present value {first}-{int(e.years[-1])} at {100 * discount:g} %. Shares of the loss abroad: "
        f"{', '.join(shares)}; shares of home's magnet exports: {', '.join(buys)}."
    )
    return {"asked": "Whom does it hit?", "answer": answer, "because": because}


def _gain(plan: Plan, p: Pair, zones: tuple[str, ...], first: int, discount: float,
          groups: tuple[str, ...] | None = None) -> float:  # fmt: skip
    return sum(
        present_value(plan.engine, p.reform.money[k] - p.baseline.money[k], first, discount) / 1e3
        for k in p.baseline.money if k[0] in zones and (groups is None or k[1] in groups)
    )  # fmt: skip


def _now(plan: Plan, kept: Sequence[Pair], delayed: Sequence[Pair], first: int, discount: float) -> dict[str, str]:
    home = (plan.lens.home,)
    late = {p.draw: p for p in delayed if p.status != "not_cleared"}
    both = [(p, late[p.draw]) for p in kept if p.draw in late]
    cost = np.array([_gain(plan, p, home, first, discount) - _gain(plan, q, home, first, discount) for p, q in both])
    damage = np.array([_gain(plan, p, home, first, discount, ("neighbours (damage)",))
                       - _gain(plan, q, home, first, discount, ("neighbours (damage)",)) for p, q in both])  # fmt: skip
    ore = np.array([float(q.reform.series["ore_wasted"].sum() - p.reform.series["ore_wasted"].sum()) * plan.engine.dt
                    for p, q in both])  # fmt: skip
    word = sign_word(float(np.mean(cost > 0)))
    answer = f"Two years' delay costs the home country {spread(cost, 'bn USD')} ({word})."
    because = (
        f"On {len(both)} draws. Damage avoided by acting now: {spread(damage, 'bn USD')}; ore kept from waste: "
        f"{spread(ore, 'kt REO')}. Purpose cannot be read from a model."
    )
    return {"asked": "Why now?", "answer": answer, "because": because}
