"""One's own purchase, quarter by quarter: the table on the page."""

from __future__ import annotations

from typing import Any

from earthprice.measures.rounding import between, rounded, signed
from earthprice.measures.spread import SAME
from earthprice.report.page_one import range_words
from earthprice.report.word_table import Table
from earthprice.study.assessment import Assessment
from earthprice.study.purchase import BILL, COST, SHORT, STOCK


def purchase_table(a: Assessment) -> Table:
    """A row a quarter: cost under both laws, the change of cost and bill, what is short, the stock left."""
    x, rows = a.purchase.set_index(["quarter", "quantity"]), []
    for quarter in dict.fromkeys(a.purchase["quarter"]):
        cost, bill, short, stock = (x.loc[(quarter, what)] for what in (COST, BILL, SHORT, STOCK))
        levels = [_level(cost, "base"), _level(cost, "reform")]
        changes = [_change(cost), str(cost["sign"]), _change(bill)]
        rows.append([str(quarter), *levels, *changes, _level(short, "reform"), _level(stock, "reform")])
    heads = (
        "quarter",
        f"oxides in a kg of magnet, {a.meta.beside}, USD2020",
        "with the text",
        f"difference ({range_words(a)})",
        "sign",
        "bill, MUSD2020 more",
        "output short, %",
        "stock left, months",
    )
    return Table(heads, rows, (1, 2, 3, 5, 6, 7))


def _change(row: Any) -> str:
    if row["sign"] == SAME:
        return "0"
    middle, low, high = rounded(float(row["diff_p50"]), float(row["diff_p05"]), float(row["diff_p95"]))
    return f"{signed(middle)}\n({between(low, high)})"


def _level(row: Any, side: str) -> str:
    low, middle, high = (float(row[f"{side}_{q}"]) for q in ("p05", "p50", "p95"))
    said = rounded(middle, low, high)
    return said[0] if low == high else f"{said[0]}\n({between(*said[1:])})"
