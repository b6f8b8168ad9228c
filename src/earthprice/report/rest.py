"""What the following pages say: tables of words, the arithmetic of deterrence, the checklist, methods."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from earthprice.report.charts.articles import article_name, article_worth
from earthprice.report.first import driver_words, figure_words, share_words
from earthprice.report.rounding import NOTHING, alone, between, number, rounded, signed
from earthprice.report.words import words
from earthprice.study.assessment import Assessment

BETTER = {"better": "home country", "better_world": "world", "better_partners": "all other countries together"}
"""Columns of the options that say for whom an option is better, in words."""

EXPOSED = 3
"""Elements in the table of exposure on the page; all are in tables/exposure.csv."""
MOVES = 12
"""Rows of the reconciliation shown on the page; all are in tables/reconciliation.csv."""


@dataclass(frozen=True)
class Table:
    """A table of words.

    Attributes:
        heads: headings.
        rows: rows of words.
        numbers: positions of the columns that are set flush right.
    """

    heads: tuple[str, ...]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()


def deterring_share(times: float) -> float:
    """Share caught above which digging without a licence does not pay: 1 / (1 + m).

    Holds where the gain is confiscated and a fine of `times` m the gain is paid: (1 − π) g − π m g > 0 exactly when
    π < 1/(1 + m).

    Args:
        times: fine as a multiple of the gain, m >= 0.
    """
    return 1.0 / (1.0 + times)


def deterrence_lines(a: Assessment) -> list[str]:
    """The line that is arithmetic, not modelling, and what the prior for the share caught makes of it."""
    given = a.meta.get("fines") or [{"text": "", "low": m, "high": m} for m in (1.0, 5.0, 10.0)]
    fines = [fine for i, fine in enumerate(given) if fine not in given[:i]]
    parts = []
    for fine in fines:
        low, high = float(fine["low"]), float(fine["high"])
        shares = f"{alone(100 * deterring_share(low))} % at {low:g}×"
        if high > low:
            shares += f", {alone(100 * deterring_share(high))} % at {high:g}×"
        parts.append(shares + (f" ({fine['text']})" if fine.get("text") else ""))
    lines = [
        "With the gain confiscated and a fine of m times the gain, digging without a licence pays unless the "
        "share caught "
        f"exceeds 1/(1+m): {'; '.join(parts)}."
    ]
    prior = a.meta.get("caught_prior")
    if prior:
        least, most = float(prior[0]), float(prior[1])
        said = f"The prior for the share caught is {100 * least:g} to {100 * most:g} %"
        weak = [f for f in fines if deterring_share(float(f["low"])) > most]
        whose = " and ".join(f"{f['text'] or 'that'}’s lower bound" for f in weak)
        verb = "does" if len(weak) == 1 else "do"
        lines.append(f"{said}, so {whose} {verb} not deter." if weak else f"{said}.")
    wealth = a.meta.get("wealth")
    if wealth:
        most, low, high = (float(x) for x in wealth)
        lines.append(
            f"No fine exceeds what diggers own. With the product seized and {most:g} times a year’s revenue to collect "
            f"(assumed, {low:g} to {high:g}), a site loses at most {1 + most:g} times the share caught of its revenue, "
            "whatever the multiple."
        )
    return lines


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
    rows = [["all together", *(total_words(worth[worth["figure"] == f].iloc[0]) for f in figures)]]
    headings = {article_name(str(r.article), bool(r.number_sure)): str(r.heading) for r in a.articles.itertuples()}
    for article in dict.fromkeys(worth["article"]):
        mine = worth[worth["article"] == article].set_index("figure")
        cells = [worth_words(mine.loc[f]) if f in mine.index else NOTHING for f in figures]
        rows.append([f"{article} {headings.get(article, '')}".strip(), *cells])
    return Table(heads, rows if figures else [], tuple(range(1, len(heads))))


def total_words(row: pd.Series) -> str:
    """A figure's total difference with its interval."""
    middle, low, high = rounded(float(row["total"]), float(row["total_p05"]), float(row["total_p95"]))
    span = between(low, high)
    said = signed(middle) if span == NOTHING else f"{signed(middle)}\n({span})"
    return said if bool(row["clear"]) else f"{said}, no clear sign"


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
    for key in dict.fromkeys(a.readings["key"]):
        mine = a.readings[a.readings["key"] == key].drop_duplicates("reading").set_index("reading")["diff_p50"]
        cells = [signed(alone(float(mine[n]))) if n in mine.index else NOTHING for n in names]
        unit = a.figures.loc[a.figures["key"] == key, "unit"]
        rows.append([figure_words(a, str(key)), str(unit.iloc[0]) if len(unit) else "", *cells])
    heads = ("figure", "unit", *(str(n).replace("_", " ") for n in names))
    return Table(heads, rows, tuple(range(2, len(heads))))


def options_table(a: Assessment) -> Table:
    """All options, all rows of the ten figures: median and interval."""
    if a.options.empty:
        return Table((), [])
    names = list(dict.fromkeys(a.options["option"]))
    rows = []
    for key in dict.fromkeys(a.options["key"]):
        mine = a.options[a.options["key"] == key].drop_duplicates("option").set_index("option")
        unit = a.figures.loc[a.figures["key"] == key, "unit"]
        cells = [span_words(mine.loc[n]) if n in mine.index else NOTHING for n in names]
        rows.append([figure_words(a, str(key)), str(unit.iloc[0]) if len(unit) else "", *cells])
    if "draws" in a.options:
        counts = a.options.drop_duplicates("option").set_index("option")["draws"]
        rows.append(["draws, the same for all options", "number", *(str(int(counts[n])) for n in names)])
    for column, whom in BETTER.items():
        if column in a.options:
            better = a.options.drop_duplicates("option").set_index("option")[column]
            share = [NOTHING if pd.isna(better[n]) else f"{round(100 * float(better[n]))}" for n in names]
            rows.append([f"P(better than no reform), {whom}", "% of draws", *share])
    if "best_for" in a.options:
        found = a.options.drop_duplicates("option").set_index("option")["best_for"].fillna("")
        rows.append(["best of these for (median net gain)", "", *(str(found[n]) for n in names)])
    heads = ("difference against no reform", "unit", *map(str, names))
    return Table(heads, rows, tuple(range(2, len(heads))))


def compliance_table(a: Assessment) -> Table:
    """What the reform costs large and small firms, by stage."""
    rows = [
        [str(r.stage) if r.size == "all" else "", str(r.size), alone(float(r.firms)), alone(float(r.cost)),
         alone(float(r.per_kg)), span(r.low, r.high), alone(float(r.share)), alone(float(r.per_firm))]
        for r in a.compliance.itertuples()
    ]  # fmt: skip
    heads = ("stage", "firms", "number", "MUSD2020/yr", "USD2020/kg", "range", "% of value", "kUSD2020/yr a firm")
    return Table(heads, rows, tuple(range(2, len(heads))))


def exposure_table(a: Assessment) -> Table:
    """How far other zones hang on home without reform, for the elements with most at stake."""
    x = a.exposure
    x = x[(x["scenario"] == "baseline") & (x["year"] == a.meta["figure_year"]) & (x["zone"] != a.meta.get("home"))]
    most = x.groupby("element")["at_stake"].sum().sort_values(ascending=False).index[:EXPOSED]
    names = words("en")
    rows = [
        [names.name("zone", str(r.zone)), names.name("good", str(r.element)), alone(float(r.used)),
         alone(float(r.in_magnets)), cell(r.last_border), alone(float(r.separated)), alone(float(r.mined)),
         alone(float(r.concentration)), alone(float(r.at_stake)), str(r.mark)]
        for e in most for r in x[x["element"] == e].itertuples()
    ]  # fmt: skip
    heads = ("zone", "element", "used, t REO/yr", "in magnets, %", "oxide, metal from home, %", "separated at home, %",
             "mined at home, %", "concentration, 0 to 1", "at stake, MUSD2020/yr", "")  # fmt: skip
    return Table(heads, rows, tuple(range(2, 9)))


def span_words(row: pd.Series) -> str:
    """A median with its interval in brackets."""
    middle, low, high = rounded(float(row["p50"]), float(row["p05"]), float(row["p95"]))
    return signed(middle) if NOTHING in (low, high) or low == high else f"{signed(middle)}\n({low} to {high})"


def rare_table(a: Assessment) -> Table:
    """Rare price by damage values and by discount rate, with the earth price in per cent of it."""
    names, x = words("en"), a.rare
    cases = list(dict.fromkeys(zip(x["damage"], x["discount"], strict=True)))
    rows = []
    for element in dict.fromkeys(x["element"]):
        mine = x[x["element"] == element].set_index(["damage", "discount"])
        pairs = [(float(mine.loc[case, "rare"]), float(mine.loc[case, "ratio"])) for case in cases]
        rows.append([names.name("good", str(element)), *(f"{alone(p, 3)} ({number(s, 0)} %)" for p, s in pairs)])
    heads = ("oxide, USD2020/kg", *(f"{level} damage values, {100 * rate:g} % a year" for level, rate in cases))
    return Table(heads, rows, tuple(range(1, len(heads))))


def drivers_table(a: Assessment) -> Table:
    """What the width of every figure comes from, how far a parameter alone moves its sign, and where it flips."""
    rows, before = [], ""
    for r in a.drivers.itertuples():
        first = str(r.figure) != before
        before = str(r.figure)
        slope = f"{signed(alone(float(r.slope)))}" if math.isfinite(r.slope) else ""
        rows.append([
            figure_words(a, before) if first else "", f"{100 * r.explained:.0f}" if first else "", driver_words(r),
            share_words(r).replace(" %", ""), f"{100 * r.first:.0f} to {100 * r.total:.0f}",
            signed(alone(float(r.effect))), slope, f"{100 * r.positive_low:.0f} to {100 * r.positive_high:.0f}",
            str(r.flips) if r.flips else "",
        ])  # fmt: skip
    heads = ("figure", "explained, %", "parameter", "share, %", "alone to with others, %", "effect", "slope",
             "above nil, %", "sign flips at")  # fmt: skip
    return Table(heads, rows, (1, 5, 6))


def horizon_table(a: Assessment) -> Table:
    """Options to the last year reported, with what is left then, and run on beyond; empty unless it was asked for."""
    x = a.horizon
    rows = [
        [str(r.option), str(r.whom), alone(float(r.gain)), alone(float(r.gain_until)), alone(float(r.income)),
         alone(float(r.income_until)), str(r.rank), str(r.rank_until), str(r.why)]
        for r in x.itertuples()
    ]  # fmt: skip
    year, until = (int(x[c].iloc[0]) if len(x) else 0 for c in ("year", "until"))
    heads = ("option", "for", f"gain to {year}", f"gain to {until}", f"income to {year}", f"income to {until}",
             f"rank {year}", f"rank {until}", "behind a change of rank")  # fmt: skip
    return Table(heads, rows, tuple(range(2, 8)))


def prior_table(a: Assessment) -> Table:
    """Change of each figure with fitted behaviour beside that on the prior alone; empty unless it was asked for."""
    x = a.prior
    rows = []
    for key in dict.fromkeys(x["key"]):
        mine = x[x["key"] == key].set_index("draws")
        first = mine.iloc[0]
        rows.append([str(first["number"]), str(first["label"]), str(first["unit"]),
                     *(span_words(mine.loc[name]) for name in dict.fromkeys(x["draws"]))])  # fmt: skip
    heads = ("", "change", "unit", *(str(name) for name in dict.fromkeys(x["draws"])))
    return Table(heads, rows, (3, 4))


def standing_table(a: Assessment) -> Table:
    """Net gain by country at each discount rate, with and without those who dig, separate or smuggle unlicensed."""
    names, x = words("en"), a.standing
    rates = sorted(set(x["discount"]))
    rows = []
    for zone in dict.fromkeys(x["zone"]):
        mine = x[x["zone"] == zone].set_index(["discount", "unlicensed"])
        cells = [span_words(mine.loc[(r, counted)]) for r in rates for counted in (True, False)]
        rows.append([names.name("zone", str(zone)), *cells])
    whom = ("all", "without the unlicensed")
    heads = ("bn USD2020, present value", *(f"{100 * r:g} %, {who}" for r in rates for who in whom))
    return Table(heads, rows, tuple(range(1, len(heads))))


def moves_table(a: Assessment) -> Table:
    """The reconciliation's largest moves."""
    moved = a.reconciliation
    if moved.empty:
        return Table((), [])
    largest = moved.reindex(moved["moved_pct"].abs().sort_values(ascending=False, na_position="last").index).head(MOVES)
    rows = [
        [str(r.item), str(r.unit), alone(float(r.reported), 3), alone(float(r.balanced), 3),
         signed(alone(float(r.moved_pct))), str(r.confidence), "" if pd.isna(r.source) else str(r.source)]
        for r in largest.itertuples()
    ]  # fmt: skip
    heads = ("item", "unit", "reported", "balanced", "moved, %", "confidence", "source")
    if not any(row[-1] for row in rows):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    return Table(heads, rows, (2, 3, 4))


def on_page(a: Assessment) -> pd.DataFrame:
    """The rows of the table of assumptions that the page shows: the rulebooks' numbers and those that drive a figure.

    A number of the rulebooks is named `measure.parameter`, one of the world `kind/name/parameter`.
    """
    names = a.assumptions["parameter"].astype(str)
    return a.assumptions[~names.str.contains("/") | names.isin(set(a.drivers["parameter"].astype(str)))]


def left_out(a: Assessment) -> str:
    """How many rows of the table of assumptions stand in its file alone."""
    others = len(a.assumptions) - len(on_page(a))
    return f"{others:,} more numbers, all of the world, are in assumptions.csv." if others else ""


def assumptions_table(a: Assessment) -> Table:
    """Every number of the rulebooks and every number that drives a figure: value, range, basis, source, reason."""
    rows = [
        [str(r.words), cell(r.value), span(r.low, r.high), str(r.unit), str(r.date), str(r.basis),
         str(r.source), str(r.confidence), "" if pd.isna(r.why) else str(r.why)]
        for r in on_page(a).itertuples()
    ]  # fmt: skip
    heads = ("parameter", "value", "range", "unit", "date", "basis", "source", "confidence", "why")
    return Table(heads, rows, (1, 2))


def span(low: Any, high: Any) -> str:
    """A range in words, nothing where there is none."""
    return "" if pd.isna(low) or pd.isna(high) or low == high else f"{cell(low)} to {cell(high)}"


def cell(value: Any) -> str:
    """A number to three figures, words as they are."""
    if isinstance(value, str):
        return value
    return NOTHING if value is None or pd.isna(value) else alone(float(value), 3)


def sources_table(a: Assessment) -> Table:
    """Sources by key."""
    rows = [[str(r.key), str(r.source), str(r.confidence)] for r in a.sources.itertuples()]
    return Table(("key", "source", "confidence"), rows)
