"""Home and abroad as two markets under a licence to ship: the table on the page, and its sentence."""

from __future__ import annotations

import pandas as pd

from earthprice.measures.rounding import NOTHING, number, rounded, with_range
from earthprice.report.word_table import Table
from earthprice.report.words import words
from earthprice.study.assessment import Assessment
from earthprice.study.figures import PART
from earthprice.world.world import in_sentence

SHOWN = ("home", "abroad", "gap", "worth", "rent", "served", "stock")
"""Quantities with a column of their own, in their order."""


def licence_rows(a: Assessment) -> pd.DataFrame:
    """What licences to ship do under the text in the figure year, by item, partner and quantity."""
    x = a.licences[(a.licences["scenario"] == "reform") & (a.licences["year"] == a.meta.figure_year)]
    return x.set_index(["item", "partner", "quantity"]).sort_index()


def licence_words(a: Assessment) -> Table:
    """A row each listed element or good; no rows without a licence at work in the figure year."""
    x, names = licence_rows(a), words("en")
    home = names.name("zone", a.meta.home)
    items = list(dict.fromkeys(a.licences["item"])) if len(x) else []
    rows = [
        [_called(str(i)), *(_cell(x, i, q) for q in SHOWN), _partners(x, i)]
        for i in items
        if (i, "all", "home") in x.index
    ]
    heads = (
        "",
        f"price, {home}, USD2020/kg",
        "price abroad",
        "gap",
        "worth of a permit, USD2020/kg",
        "in all, MUSD2020/yr",
        "arrives, % of what would",
        "stock left abroad, months",
        "by partner, first served first, %",
    )
    return Table(heads, rows, tuple(range(1, 1 + len(SHOWN))))


def licence_sentence(a: Assessment) -> str:
    """One sentence on the item whose permits are worth most; empty where there is none."""
    x, names = licence_rows(a), words("en")
    rents = x[x.index.get_level_values("quantity") == "rent"]
    told = [k for k in rents.index if all((k[0], "all", q) in x.index for q in SHOWN[:5])]  # under a ban nothing ships
    if not told:
        return ""
    item = str(rents.loc[told, "p50"].idxmax()[0])
    served = _served(x, item)
    home, abroad, gap, worth, rent = (rounded(*_ends(x, item, q))[0] for q in SHOWN[:5])
    holder = str(rents.loc[(item, "all", "rent"), "holder"])
    said = (
        f"In {a.meta.figure_year} permits for {_called(item)} are worth most: a kilogram costs {home} USD "
        f"at home and {abroad} abroad, {gap} more; a permit for it is worth {worth}, all of them {rent} MUSD a year, "
        f"which the group “{holder}” at home earns"
    )
    if len(served) < 2:
        return f"{said}."
    (first, most), (last, least) = served[0], served[-1]
    early, late = (in_sentence(names.name("zone", z)) for z in (first, last))
    ends = f"first served is {early} ({number(most, 0)} % of what it would get without a licence)"
    return f"{said}; {ends}, last {late} ({number(least, 0)} %)."


def _called(item: str) -> str:
    """An element or good by its name; a concentrate that has none by its ore."""
    named = words("en").name("good", item)
    return f"concentrate ({item.removeprefix('conc_').replace('_', ' ')})" if named.startswith("conc_") else named


def _cell(x: pd.DataFrame, item: str, quantity: str) -> str:
    """Median and range of a quantity."""
    if (item, "all", quantity) not in x.index:
        return NOTHING
    return with_range(*_ends(x, item, quantity), gap="\n")


def _ends(x: pd.DataFrame, item: str, quantity: str) -> tuple[float, float, float]:
    row = x.loc[(item, "all", quantity)]
    return float(row["p50"]), float(row["p05"]), float(row["p95"])


def _served(x: pd.DataFrame, item: str) -> list[tuple[str, float]]:
    """Partners that would take a part worth a number (`PART`), with the share that arrives [%], first served first."""
    by_partner = x["p50"].unstack("quantity").reindex(columns=["wanted", "served"]).loc[item]
    total = by_partner["wanted"].get("all", float("nan"))  # unknown where none is permitted
    large = by_partner[100.0 * by_partner["wanted"] >= PART * total].drop("all", errors="ignore")
    found = large["served"].dropna().sort_values(ascending=False, kind="stable")
    return [(str(p), float(v)) for p, v in found.items()]


def _partners(x: pd.DataFrame, item: str) -> str:
    names = words("en")
    return ", ".join(f"{names.name('zone', p)} {number(v, 0)}" for p, v in _served(x, item)) or NOTHING
