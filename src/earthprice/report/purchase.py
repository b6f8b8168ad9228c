"""One's own purchase, quarter by quarter: the table on the page."""

from __future__ import annotations

from typing import Any

from earthprice.measures.rounding import with_range
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
        levels = [_told(cost, "base"), _told(cost, "reform")]
        changes = [_change(cost), str(cost["sign"]), _change(bill)]
        rows.append([str(quarter), *levels, *changes, _told(short, "reform"), _told(stock, "reform")])
    heads = (
        "quarter",
        f"oxides in a kg of magnet, {a.meta.held_against}, USD2020",
        "with the text",
        f"difference ({range_words(a)})",
        "sign",
        "whole need at these prices, MUSD2020 more",
        "output short, %",
        "stock left, months",
    )
    return Table(heads, rows, (1, 2, 3, 5, 6, 7))


def _change(row: Any) -> str:
    return "0" if row["sign"] == SAME else _told(row, "diff", sign=True)


def _told(row: Any, side: str, *, sign: bool = False) -> str:
    return with_range(*(float(row[f"{side}_{q}"]) for q in ("p50", "p05", "p95")), sign=sign, gap="\n")
