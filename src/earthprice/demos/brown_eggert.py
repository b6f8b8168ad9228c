"""S1, Brown and Eggert (2018): what six Chinese policies do to prices, to legal output and to those who follow it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from earthprice.demos.demonstration import Claim, Demonstration, Panel, marks
from earthprice.demos.lab import Lab
from earthprice.demos.policies import BETTER, BOUGHT, CELLS, ELASTIC, TAX, Observed, PolicyCell, PolicyTrials

STILL = 1e-4
"""Change [% of a price, % of an output, USD/kg earned] below which nothing moved: the solver's own is far smaller."""
WORDS = {
    "stockpile ndpr": "stockpile of Nd and Pr",
    "stockpile dy": "stockpile of Dy",
    "tax": "tax on legal output",
    "recovery ndpr": "better recovery of Nd and Pr",
    "recovery dy": "better recovery of Dy",
}
ALL, EVERY = 100.0, 99.9
"""Every cell [%], and the least share that counts as every cell."""
PAPER = "record: Brown & Eggert 2018 (abstract)"
Trials = dict[tuple[str, PolicyCell], Observed]
FREE: tuple[PolicyCell, ...] = tuple(c for c in CELLS if c[1] == "no quota")
OPEN: PolicyCell = ("base", "no quota")
BOUND: tuple[PolicyCell, ...] = tuple(c for c in CELLS if c[1] == "quota")


def brown_eggert(lab: Lab) -> Demonstration:
    """Six policies x four levels of illegal output x with and without quotas, in one period of the world."""
    bench = PolicyTrials(lab)
    return Demonstration(
        title="Joint production and those who follow: the signs of Brown and Eggert",
        words=f"Six policies (none; {1e3 * BOUGHT['ndpr']:,.0f} t of Nd and Pr oxide stockpiled; "
        f"{1e3 * BOUGHT['dy']:.0f} t of Dy oxide; a tax of {TAX:g} USD/kg on legal output with a rent to pay it; "
        f"recovery of Nd and Pr, or of Dy, {100 * (BETTER - 1):.0f} % better) at four levels of illegal output, "
        "with and without quotas: 48 outcomes of one year in which no plant opens. Legal China leads; illegal "
        "separators and Mt Weld follow.",
        removed="For the stockpiles, a seller offers the tonnes without any ore; for the tax, no quota; for recovery, "
        f"demand of elasticity {ELASTIC:g}, or no better recovery; for the followers, judging them by the "
        "price of the one oxide that the policy names.",
        claims=tuple(_claims(bench)),
        panels=(
            _prices(
                bench,
                "Prices at home, no quota: stockpiles",
                {WORDS[p]: (p, OPEN) for p in ("stockpile ndpr", "stockpile dy")},
            ),
            _prices(
                bench,
                "Prices at home: tax, recovery",
                {
                    "tax, no quota": ("tax", OPEN),
                    "tax, quota": ("tax", ("base", "quota")),
                    "better recovery of Nd and Pr, no quota": ("recovery ndpr", OPEN),
                },
            ),
            _outputs(bench),
            _tally(bench),
        ),
        rests_on=("concentrate/*/share_*", "model/mining/elasticity_*", "use/*/elasticity_short", "separation/*/cost"),
    )


def _claims(b: PolicyTrials) -> Iterator[Claim]:
    grid, none = b.grid, b.oreless
    for element, name in (("ndpr", "Nd and Pr"), ("dy", "Dy")):
        policy = f"stockpile {element}"
        yield _share(
            f"stockpiled, {name} becomes dearer",
            [_up(b, grid, policy, c, element) for c in CELLS],
            PAPER,
            [_up(b, none, policy, c, element) for c in CELLS],
        )
    others = [e for e in b.lab.lens.elements if e != "ndpr"]
    yield _share(
        "Nd and Pr stockpiled, each other oxide becomes cheaper",
        _falls(b, grid, "ndpr", others),
        PAPER,
        _falls(b, none, "ndpr", others),
    )
    heavy = list(b.lab.lens.role("heavy"))
    yield _share(
        "Dy stockpiled, the heavy oxides of the same ore become cheaper",
        _falls(b, grid, "dy", heavy),
        PAPER,
        _falls(b, none, "dy", heavy),
    )
    yield _share(
        "Nd and Pr stockpiled without quotas, legal output rises",
        _more(b, "stockpile ndpr"),
        PAPER,
        [_legal(none["stockpile ndpr", c], grid["as before", c]) > STILL for c in FREE],
    )
    yield _share(
        "each follower's output moves as what it earns",
        list(_follows(b)),
        PAPER + ": it depends on the stocked oxide's share of revenue",
        list(_follows(b, by_price=True)),
    )
    moved = [max(np.abs(_change(grid, "tax", c)).max() for c in cells) for cells in (BOUND, FREE)]
    yield Claim(
        "a tax below the rent of binding quotas: largest move of a price",
        "%",
        moved[0],
        0.0,
        0.05,
        "theory: the rent pays the tax",
        moved[1],
    )
    yield from _recovery(b)


def _recovery(b: PolicyTrials) -> Iterator[Claim]:
    grid, at = b.grid, list(b.lab.lens.elements).index("ndpr")
    own = [_change(grid, "recovery ndpr", c)[at] for c in CELLS]
    why = "theory: demand of elasticity below one, so the basket earns less and followers dig less"
    yield Claim("better recovery of Nd and Pr: least fall of their price", "%", max(own), -100.0, -STILL, why, 0.0)
    others = [i for i in range(len(b.lab.lens.elements)) if i != at]
    up, elastic = (
        [bool(x > STILL) for c in CELLS for x in _change(g, "recovery ndpr", c)[others]] for g in (grid, b.elastic)
    )
    yield _share("better recovery of Nd and Pr: each other oxide becomes dearer", up, why, elastic)
    less = [
        _output(grid, "recovery ndpr", c, f) < -STILL
        for c in CELLS
        for f in ("illegal", "mt_weld")
        if grid["as before", c].illegal > 0 or f == "mt_weld"
    ]
    yield _share("better recovery of Nd and Pr: illegal separators and Mt Weld make less", less, why, [False])


def _share(words: str, held: list[bool], why: str, without: list[bool]) -> Claim:
    part, none = (ALL * float(np.mean(cells)) for cells in (held, without))
    return Claim(words, f"% of {len(held)}", part, EVERY, ALL + 0.1, why, none)


def _change(grid: Trials, policy: str, cell: PolicyCell, base: Trials | None = None) -> np.ndarray:
    """Change of the oxides' prices against no policy [%; E]."""
    before = (base or grid)["as before", cell].price
    return ALL * (grid[policy, cell].price / before - 1.0)


def _up(b: PolicyTrials, grid: Trials, policy: str, cell: PolicyCell, element: str) -> bool:
    return bool(_change(grid, policy, cell, b.grid)[b.lab.lens.elements.index(element)] > STILL)


def _falls(b: PolicyTrials, grid: Trials, bought: str, oxides: list[str]) -> list[bool]:
    at = [b.lab.lens.elements.index(e) for e in oxides]
    return [bool(x < -STILL) for c in CELLS for x in _change(grid, f"stockpile {bought}", c, b.grid)[at]]


def _more(b: PolicyTrials, policy: str, ores: tuple[str, ...] = ()) -> list[bool]:
    """Whether legal output rises, in each cell without quotas."""
    return [_legal(b.grid[policy, c], b.grid["as before", c], ores) > STILL for c in FREE]


def _legal(after: Observed, before: Observed, ores: tuple[str, ...] = ()) -> float:
    """Change of what legal plants separate of home ore, or of some of its concentrates [kt/yr]."""
    return sum(after.legal[k] - before.legal[k] for k in before.legal if not ores or k in ores)


def _output(grid: Trials, policy: str, cell: PolicyCell, who: str) -> float:
    """Change of a follower's output [%]."""
    before = getattr(grid["as before", cell], who)
    return ALL * (getattr(grid[policy, cell], who) / max(before, 1e-12) - 1.0)


def _follows(b: PolicyTrials, *, by_price: bool = False) -> Iterator[bool]:
    """Whether each follower's output moved as its earnings did, or as the price of the oxide that the policy names."""
    for c in CELLS:
        base = b.grid["as before", c]
        for policy in WORDS:
            if policy == "tax" and by_price:
                continue
            seen = b.grid[policy, c]
            earned, made = seen.earned - base.earned, seen.made - base.made
            named = _change(b.grid, policy, c)[b.lab.lens.elements.index(policy.split()[-1])] if by_price else 0.0
            for i in np.flatnonzero((np.abs(earned) > STILL) & (base.made > 1e-6)):
                yield bool(np.sign(named if by_price else earned[i]) == np.sign(made[i]))


def _prices(b: PolicyTrials, title: str, shown: dict[str, tuple[str, PolicyCell]]) -> Panel:
    rows = [
        (series, e, x)
        for series, (policy, cell) in shown.items()
        for e, x in zip(b.lab.lens.elements, _change(b.grid, policy, cell), strict=True)
    ]
    return Panel(title, "oxide", "% against no policy", marks(rows), "bar")


def _outputs(b: PolicyTrials) -> Panel:
    rows = []
    for policy, words in WORDS.items():
        before = b.grid["as before", OPEN]
        more = _legal(b.grid[policy, OPEN], before) / sum(before.legal.values())
        rows.append(("legal China", words, ALL * more))
        rows.append(("illegal", words, _output(b.grid, policy, OPEN, "illegal")))
        rows.append(("Mt Weld", words, _output(b.grid, policy, OPEN, "mt_weld")))
    return Panel("Who makes more, who makes less: no quota", "", "% against no policy", marks(rows), "bar")


def signs(b: PolicyTrials) -> pd.DataFrame:
    """Published signs beside ours: statement, what the paper says, cells that agree, cells."""
    grid, all_, heavy = b.grid, b.lab.lens.elements, b.lab.lens.heavy
    rows = []
    for element, name in (("ndpr", "Nd"), ("dy", "Dy")):
        policy, others = f"stockpile {element}", [e for e in all_ if e != element]
        rows += [
            (f"{name}: own price", "up", [_up(b, grid, policy, c, element) for c in CELLS]),
            (f"{name}: others", "down", _falls(b, grid, element, others)),
            (f"{name}: legal output", "up", _more(b, policy)),
        ]
    rows.append(("Dy: heavy ore", "up", _more(b, "stockpile dy", heavy)))
    rows.append(("followers", "as earned", list(_follows(b))))
    out = [(words, sign, sum(held), len(held)) for words, sign, held in rows]
    return pd.DataFrame(out, columns=["statement", "published", "agree", "cells"])


def _tally(b: PolicyTrials) -> Panel:
    table = signs(b)
    parts = [
        (series, f"{r.statement} ({r.published})", y)
        for r in table.itertuples()
        for series, y in (("as published", ALL * r.agree / r.cells), ("otherwise", ALL - ALL * r.agree / r.cells))
    ]
    return Panel("Signs of the paper (stockpile of Nd, of Dy) beside ours", "", "% of cells", marks(parts), "bar")
