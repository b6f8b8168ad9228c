"""The small print of a report: what the width comes from, assumptions, sources, checklist, methods, certificate."""

from __future__ import annotations

import math

import pandas as pd

from earthprice.measures.rounding import NOTHING, alone, signed
from earthprice.report.page_one import driver_words, figure_words, share_words
from earthprice.report.word_table import Table, amount, cell, ends_in_words, span_words, text_if_any, worded
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS

MOVES = 12
"""Rows of the reconciliation shown on the page; all are in tables/reconciliation.csv."""
CHECKLIST = (
    ("Is the problem correctly defined?", "Figure 1 (earth price against rare price), 3, 5, 6 and 11"),
    ("Is government action justified?", "Figure 10, option “do nothing”, and the ten figures without reform"),
    ("Is regulation the best form of government action?", "Figure 10, market-based and non-regulatory options"),
    (
        "Is there a legal basis for regulation?",
        "Not answered: a question of law. Flags on trade law, if any, stand on page one",
    ),
    ("What is the appropriate level of government?", "In part: burdens and inspection by district, figure 5"),
    ("Do the benefits of regulation justify the costs?", "Nos. 6, 9 and 10 of page one, by country; figure 8"),
    ("Is the distribution of effects across society transparent?", "Figure 8, unlicensed diggers apart"),
    (
        "Is the regulation clear, consistent, comprehensible and accessible to users?",
        "In part: rulebook.txt, and the list of articles that change nothing here",
    ),
    (
        "Have all interested parties had the opportunity to present their views?",
        "Not answered by a model; alternative wordings can be compared article by article",
    ),
    ("How will compliance be achieved?", "The line on the share caught, if any; nos. 5 and 10 of page one"),
)
"""The OECD's ten questions (Recommendation of 1995, OECD/LEGAL/0278) and where this report answers each."""

METHODS = (
    "Everything that happens in a period is an activity: digging a grade class of an ore body, separating, "
    "shipping, making "
    "metal or a magnet, recycling, storing, using, throwing away. An activity turns goods into others with fixed "
    "coefficients and grows with its own margin. Prices are those at which every good in every country clears; joint "
    "production fixes how much cerium comes with each kilogram of dysprosium.",
    "The law enters as charges, caps (permits with a price of their own), capacity and standards, compiled "
    "from the rulebook "
    "article by article. “No reform” is the law in force continued, "
    "“no such law” that law without the text, with the same draws and the same yearly "
    "totals unless "
    "the reading of the powers changes them.",
    "Between periods the ore is used up by grade class, capacity follows profit with its lead time, stocks "
    "follow expected "
    "prices, complaints follow burdens, and totals are reviewed with a lag.",
    "The earth price is what an oxide sells for. The rare price is the price at which the same market clears "
    "when every "
    "damage is charged to whoever causes it and every ore body charges its user cost: two equilibria, no allocation of "
    "joint costs to single oxides. An oxide in glut may turn out not rare at all.",
    "Ranges are over draws of what is not known: “in 9 of 10 draws between a and b”, with fewer "
    "than twenty draws between the least and the greatest. They are judged, not estimated. "
    f"{HOLDS} Readings "
    "are choices of an authority and carry no probability. What the model says nothing of at all stands under “Not "
    "claimed”. The three are never mixed.",
    "An article’s share of a difference is its Shapley value: its mean contribution over the orders in which "
    "articles can be "
    "added. Where the total has no clear sign, amounts are given in place of shares.",
    "Figures are rounded to what their interval supports, by the rule of the Particle Data Group, with half "
    "the interval in "
    "place of the error. The files beside this page keep every digit.",
)

SIGN_WORDS = (
    "nearly sure: at least 95 % of draws have this sign; likely: 80 to 95 %; leaning: 60 to 80 %; no clear sign: fewer."
)

CLEARED = (
    "Cleared is a statement about arithmetic, not about truth: the residuals of every market, computed apart from the "
    "solver, are below the tolerance. Whether the model is right is the hindcast’s business."
)


def drivers_table(a: Assessment) -> Table:
    """What the width of every figure comes from, how far a parameter alone moves its sign, and where it flips."""
    rows, before = [], ""
    for r in a.drivers.itertuples():
        first = str(r.figure) != before
        before = str(r.figure)
        slope = f"{signed(alone(float(r.slope)))}" if math.isfinite(r.slope) else ""
        rows.append(
            [
                figure_words(a, before) if first else "",
                f"{100 * r.explained:.0f}" if first else "",
                driver_words(r),
                share_words(r).replace(" %", ""),
                f"{100 * r.first:.0f} to {100 * r.total:.0f}",
                signed(alone(float(r.effect))),
                slope,
                f"{100 * r.positive_low:.0f} to {100 * r.positive_high:.0f}",
                str(r.flips) if r.flips else "",
            ]
        )
    heads = (
        "figure",
        "explained, %",
        "parameter",
        "share, %",
        "alone to with others, %",
        "effect",
        "slope",
        "above nil, %",
        "sign flips at",
    )
    return Table(heads, rows, (1, 5, 6))


def prior_table(a: Assessment) -> Table:
    """Change of each figure with fitted behaviour beside that on the prior alone; empty unless it was asked for."""
    x = a.prior
    rows = []
    for key in dict.fromkeys(x["key"]):
        mine = x[x["key"] == key].set_index("draws")
        first = mine.iloc[0]
        rows.append(
            [
                str(first["number"]),
                str(first["label"]),
                str(first["unit"]),
                *(span_words(mine.loc[name]) if name in mine.index else NOTHING for name in dict.fromkeys(x["draws"])),
            ]
        )
    heads = ("", "change", "unit", *(str(name) for name in dict.fromkeys(x["draws"])))
    return Table(heads, rows, (3, 4))


def moves_table(a: Assessment) -> Table:
    """The reconciliation's largest moves."""
    moved = a.reconciliation
    if moved.empty:
        return Table((), [])
    largest = moved.reindex(moved["moved_pct"].abs().sort_values(ascending=False, na_position="last").index).head(MOVES)
    columns = {
        "item": ("item", str),
        "unit": ("unit", str),
        "reported": ("reported", cell),
        "balanced": ("balanced", cell),
        "moved, %": ("moved_pct", lambda moved: signed(amount(moved))),
        "confidence": ("confidence", str),
    }
    sources = {"source": ("source", text_if_any)} if any(map(text_if_any, largest["source"])) else {}
    return worded(largest, columns | sources, (2, 3, 4))


def on_page(a: Assessment) -> pd.DataFrame:
    """The rows of the table of assumptions that the page shows: the rulebooks' numbers and those that drive a figure.

    A number of the rulebooks is named `measure.parameter`, one of the world `kind/name/parameter`.
    """
    names = a.assumptions["parameter"].astype(str)
    return a.assumptions[~names.str.contains("/") | names.isin(set(a.drivers["parameter"].astype(str)))]


def assumptions_in_file(a: Assessment) -> str:
    """How many rows of the table of assumptions stand in its file alone."""
    others = len(a.assumptions) - len(on_page(a))
    return f"{others:,} more numbers, all of the world, are in assumptions.csv." if others else ""


def assumptions_table(a: Assessment) -> Table:
    """Every number of the rulebooks and every number that drives a figure: value, range, basis, source, reason."""
    x = on_page(a)
    ranges = [ends_in_words(*ends) for ends in zip(x["low"], x["high"], strict=True)]
    columns = {
        "parameter": ("words", str),
        "value": ("value", cell),
        "range": ("range", str),
        **{name: (name, str) for name in ("unit", "date", "basis", "source", "confidence")},
        "why": ("why", text_if_any),
    }
    return worded(x.assign(range=ranges), columns, (1, 2))


def sources_table(a: Assessment) -> Table:
    """Sources by key."""
    return worded(a.sources, {name: (name, str) for name in ("key", "source", "confidence")}, ())
