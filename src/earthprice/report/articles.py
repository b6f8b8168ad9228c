"""Articles: the arithmetic of deterrence, those that change something, those that do not, readings."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from earthprice.law.deterrence import share_that_deters
from earthprice.measures.rounding import NOTHING, alone, decimals, number, signed, with_range
from earthprice.measures.spread import SAME
from earthprice.report.charts.articles import article_name, article_worth
from earthprice.report.page_one import figure_words
from earthprice.report.word_table import Table
from earthprice.study.assessment import Assessment
from earthprice.study.meta import Fine


def deterrence_lines(a: Assessment) -> list[str]:
    """The line that is arithmetic, not modelling, and what the prior for the share caught makes of it."""
    fines = list(dict.fromkeys(a.meta.fines))
    parts = []
    for fine in fines:
        shares = f"{alone(100 * share_that_deters(fine.low))} % at {fine.low:g}×"
        if fine.high > fine.low:
            shares += f", {alone(100 * share_that_deters(fine.high))} % at {fine.high:g}×"
        parts.append(f"{shares} ({fine.text})")
    lines = []
    if parts:
        lines.append(
            "With the gain confiscated and a fine of m times the gain, digging without a licence pays unless the share "
            f"caught exceeds 1/(1+m): {'; '.join(parts)}."
        )
    if a.meta.caught_prior:
        least, most = a.meta.caught_prior
        said = f"The prior for the share caught is {100 * least:g} to {100 * most:g} %"
        weak = [f for f in fines if share_that_deters(f.low) > most]
        whose = " and ".join(f"{f.text}’s {_too_weak(f, most)}" for f in weak)
        verb = "does" if len(weak) == 1 else "do"
        lines.append(f"{said}, so {whose} {verb} not deter." if weak else f"{said}.")
    if a.meta.wealth:
        most, low, high = a.meta.wealth
        lines.append(
            f"No fine exceeds what diggers own. With the product seized and {most:g} times a year’s revenue to collect "
            f"(assumed, {low:g} to {high:g}), a site loses at most {1 + most:g} times the share caught of its revenue, "
            "whatever the multiple."
        )
    return lines


def _too_weak(fine: Fine, most: float) -> str:
    """Which part of a fine does not deter even those who are caught as often as the prior's upper end says."""
    if fine.high == fine.low:
        return "fine"
    return "whole range" if share_that_deters(fine.high) > most else "lower bound"


def article_table(a: Assessment) -> Table:
    """Articles that change something: what each does to each figure, with the total and its interval as first row.

    A share of 100 % is given only where the total has a clear sign; elsewhere amounts stand alone.
    """
    worth = article_worth(a)
    figures = list(dict.fromkeys(worth["figure"]))
    heads = (
        "article",
        *(f"{figure_words(a, f)}, {worth.loc[worth['figure'] == f, 'unit'].iloc[0]}" for f in figures),
    )
    totals = [total_words(worth[worth["figure"] == f].iloc[0]) for f in figures]
    rows = [["all together, central draw (range over draws)", *totals]]
    headings = {article_name(str(r.article), bool(r.number_sure)): str(r.heading) for r in a.articles.itertuples()}
    for article in dict.fromkeys(worth["article"]):
        mine = worth[worth["article"] == article].set_index("figure")
        cells = [worth_words(mine.loc[f]) if f in mine.index else NOTHING for f in figures]
        rows.append([f"{article} {headings.get(article, '')}".strip(), *cells])
    if below := stands_on(a):
        rows.append([f"{' + '.join(below)}, which it stands on", *(rest_words(a, str(f)) for f in figures)])
    return Table(heads, rows if figures else [], tuple(range(1, len(heads))))


def stands_on(a: Assessment) -> list[str]:
    """Rulebooks below the text that the baseline lacks."""
    held = {*a.meta.baseline.split(" + "), a.meta.book}
    return [name for name in a.meta.stack.split(" + ") if name not in held]


def rest_words(a: Assessment, figure: str) -> str:
    """What of a figure's change at the central draw is no article's of the text."""
    mine = a.articles[a.articles["figure"].astype(str) == figure]
    return signed(alone(float(mine["total"].iloc[0] - mine["shapley"].sum())))


def total_words(row: pd.Series) -> str:
    """A figure's total difference with its interval."""
    said = with_range(float(row["total"]), float(row["total_p05"]), float(row["total_p95"]), sign=True, gap="\n")
    return said if bool(row["clear"]) else f"{said}, {row['sign']}"


def worth_words(row: pd.Series) -> str:
    """An article's part of a figure: amount, and its share where the total has a clear sign; alone; struck out."""
    amount = signed(alone(float(row["shapley"])))
    share = float(row["share"])
    part = "under 1 %" if abs(share) < 1 else f"{number(share, 0)} %"
    first = f"{amount} · {part}" if math.isfinite(share) else amount
    return f"{first}\n[{signed(alone(float(row['alone'])))}; {signed(alone(float(row['taken_out'])))}]"


def nothing_table(a: Assessment) -> Table:
    """Articles that change nothing here, with the reason."""
    idle = a.articles[a.articles["nothing"].fillna("") != ""].drop_duplicates("article")
    rows = [
        [article_name(str(r.article), bool(r.number_sure)), str(r.heading), str(r.nothing).replace("_", " ")]
        for r in idle.itertuples()
    ]
    return Table(("article", "heading", "why"), rows)


def modelled_sentence(a: Assessment) -> str:
    """Of how many articles how many are modelled."""
    if a.articles.empty:
        return "This assessment holds no table of articles."
    each = a.articles.drop_duplicates("article")["modelled"].astype(str).value_counts()
    words = ", ".join(f"{count} {kind}" for kind, count in each.items())
    return f"Of the {int(each.sum())} articles listed, modelled are: {words}."


def readings_table(a: Assessment) -> Table:
    """Median differences under each reading of the powers; readings are choices and carry no probability."""
    if a.readings.empty:
        return Table((), [])
    names = list(dict.fromkeys(a.readings["reading"]))
    rows = []
    told = a.readings.dropna(subset="diff_p50")  # the rare price is reckoned under the reading assessed alone
    for key in dict.fromkeys(told["key"]):
        mine = a.readings[a.readings["key"] == key].drop_duplicates("reading").set_index("reading")["diff_p50"]
        row = a.figures[a.figures["key"] == key].iloc[0]
        places = decimals(*(float(row[f"diff_{q}"]) for q in ("p50", "p05", "p95")))
        said = alone if row["sign"] == SAME else partial(number, places=places)
        cells = [signed(said(float(mine[n]))) if n in mine.index else NOTHING for n in names]
        unit = a.figures.loc[a.figures["key"] == key, "unit"]
        rows.append([figure_words(a, str(key)), str(unit.iloc[0]) if len(unit) else "", *cells])
    heads = ("figure", "unit", *(str(n).replace("_", " ") for n in names))
    return Table(heads, rows, tuple(range(2, len(heads))))
