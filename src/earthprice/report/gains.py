"""Who gains and who pays: options, cost of compliance, dependence on home, the rare price, gains by zone."""

from __future__ import annotations

import pandas as pd

from earthprice.measures.rounding import NOTHING, alone, number
from earthprice.report.page_one import figure_words
from earthprice.report.word_table import Table, amount, cell, ends_in_words, span_words, worded
from earthprice.report.words import words
from earthprice.study.alternatives import DO_NOTHING, TEXT
from earthprice.study.assessment import Assessment
from earthprice.world.world import in_sentence

BETTER = {"better": "home country", "better_world": "world", "better_partners": "all other countries together"}
"""Columns of the options that say for whom an option is better, in words."""
ENDS = 2
"""Options with the largest, and with the smallest, net gain of home in the short table."""
EXPOSED = 3
"""Elements in the table of exposure on the page; all are in tables/exposure.csv."""


def telling_table(a: Assessment) -> Table:
    """The options that tell most, by the median net gain of home: for whom each is better, and in how many draws."""
    if a.options.empty:
        return Table((), [])
    one, gains = by_option(a), gains_of_home(a)
    shown = [*gains.index[:ENDS], *gains.index[-ENDS:], *one.index[one["best_for"].map(untied)], TEXT, DO_NOTHING]
    rows = [
        [
            option,
            span_words(gains.loc[option]),
            *(percent(one.loc[option, column]) for column in BETTER),
            str(one.loc[option, "best_for"]),
            str(int(one.loc[option, "draws"])),
        ]
        for option in map(str, gains.index)
        if option in shown
    ]
    better = (f"better than {a.meta.held_against} for {whom}, % of draws" for whom in BETTER.values())
    gain = f"net gain, {words('en').name('zone', a.meta.home)}, bn USD2020"
    return Table(("option", gain, *better, "best of these for", "draws"), rows, (1, 2, 3, 4, 6))


def telling_words(a: Assessment) -> str:
    """What the short table of options holds."""
    if a.options.empty:
        return ""
    home, count = in_sentence(words("en").name("zone", a.meta.home)), a.options["option"].nunique()
    return (
        f"Here are the text, doing nothing, the options with the {ENDS} largest and the {ENDS} smallest median net "
        f"gains of {home}, and any that alone is best for someone. All {count} options, with all figures, follow below."
    )


def gains_of_home(a: Assessment) -> pd.DataFrame:
    """Net gain of home by option, the largest median first; options that were not reckoned are left out."""
    mine = a.options[a.options["key"] == f"gain_{a.meta.home}"].dropna(subset="p50")
    return mine.sort_values("p50", ascending=False, kind="stable").set_index("option")


def by_option(a: Assessment) -> pd.DataFrame:
    """What holds for an option as a whole: draws, shares of draws in which it is better, for whom it is best."""
    one = a.options.drop_duplicates("option").set_index("option")
    return one.assign(best_for=one["best_for"].fillna(""))


def untied(best_for: str) -> bool:
    """Whether an option alone is best for someone."""
    return any(whom and not whom.endswith("(tied)") for whom in best_for.split("; "))


def percent(share: float) -> str:
    """A share in per cent, without a digit that no count of draws supports."""
    return NOTHING if pd.isna(share) else f"{round(100 * float(share))}"


def options_table(a: Assessment) -> Table:
    """All options, all rows of the ten figures: median and interval."""
    if a.options.empty:
        return Table((), [])
    one = by_option(a)
    names = list(one.index)
    rows = []
    for key in dict.fromkeys(a.options["key"]):
        mine = a.options[a.options["key"] == key].drop_duplicates("option").set_index("option")
        unit = a.figures.loc[a.figures["key"] == key, "unit"]
        cells = [span_words(mine.loc[n]) if n in mine.index else NOTHING for n in names]
        rows.append([figure_words(a, str(key)), str(unit.iloc[0]) if len(unit) else "", *cells])
    rows.append(["draws, the same for all options", "number", *(str(int(n)) for n in one["draws"])])
    for column, whom in BETTER.items():
        rows.append([f"P(better than {a.meta.held_against}), {whom}", "% of draws", *map(percent, one[column])])
    rows.append(["best of these for (median net gain)", "", *one["best_for"]])
    heads = (f"difference against {a.meta.held_against}", "unit", *map(str, names))
    return Table(heads, rows, tuple(range(2, len(heads))))


def horizon_table(a: Assessment) -> Table:
    """Options to the last year reported, with what is left then, and run on beyond; empty unless it was asked for."""
    x = a.horizon
    year, until = (int(x[c].iloc[0]) if len(x) else 0 for c in ("year", "until"))
    columns = {
        "option": ("option", str),
        "for": ("whom", str),
        f"gain to {year}": ("gain", amount),
        f"gain to {until}": ("gain_until", amount),
        f"income to {year}": ("income", amount),
        f"income to {until}": ("income_until", amount),
        f"rank {year}": ("rank", str),
        f"rank {until}": ("rank_until", str),
        "behind a change of rank": ("why", str),
    }
    return worded(x, columns, range(2, 8))


def compliance_table(a: Assessment) -> Table:
    """What the reform costs large and small firms, by stage."""
    x = a.compliance
    ranges = [ends_in_words(*ends) for ends in zip(x["low"], x["high"], strict=True)]
    columns = {
        "stage": ("stage", str),
        "firms": ("size", str),
        "number": ("firms", amount),
        "MUSD2020/yr": ("cost", amount),
        "USD2020/kg": ("per_kg", amount),
        "range": ("range", str),
        "% of value": ("share", amount),
        "kUSD2020/yr a firm": ("per_firm", amount),
    }
    return worded(x.assign(stage=x["stage"].where(x["size"] == "all", ""), range=ranges), columns, range(2, 8))


def exposure_table(a: Assessment) -> Table:
    """How far other zones hang on home without reform, for the elements with most at stake."""
    x, names = a.exposure, words("en")
    x = x[(x["scenario"] == "baseline") & (x["year"] == a.meta.figure_year) & (x["zone"] != a.meta.home)]
    most = x.groupby("element")["at_stake"].sum().sort_values(ascending=False).index[:EXPOSED]
    columns = {
        "zone": ("zone", lambda zone: names.name("zone", str(zone))),
        "element": ("element", lambda element: names.name("good", str(element))),
        "used, t REO/yr": ("used", amount),
        "in magnets, %": ("in_magnets", amount),
        "oxide, metal from home, %": ("last_border", cell),
        "separated at home, %": ("separated", amount),
        "mined at home, %": ("mined", amount),
        "concentration, 0 to 1": ("concentration", amount),
        "at stake, MUSD2020/yr": ("at_stake", amount),
        "": ("mark", str),
    }
    return worded(pd.concat([x.head(0), *(x[x["element"] == e] for e in most)]), columns, range(2, 9))


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
