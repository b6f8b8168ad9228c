"""The table of one's own purchase: a row a quarter, a nil where nothing changes, one number without a range."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from earthprice.report.purchase import purchase_table
from earthprice.study.assessment import PURCHASE_COLUMNS, Assessment
from earthprice.study.purchase import BILL, COST, SHORT, STOCK


def row(quarter: str, what: str, sign: str = "likely") -> dict[str, object]:
    """A number that rises from 10 to 12, with a range of one; what is short and the stock have none."""
    wide = 0.0 if what in (SHORT, STOCK) else 1.0
    levels = {"base": 10.0, "reform": 12.0, "diff": 2.0}
    ends = {f"{s}_{q}": x + k * wide for s, x in levels.items() for k, q in ((-1, "p05"), (0, "p50"), (1, "p95"))}
    return dict.fromkeys(PURCHASE_COLUMNS, "") | {"quarter": quarter, "quantity": what, "sign": sign} | ends


def test_a_row_a_quarter(assessment: Assessment) -> None:
    rows = [row("2025Q2", what) for what in (COST, BILL, SHORT, STOCK)]
    rows += [row("2025Q3", what, "no change") for what in (COST, BILL, SHORT, STOCK)]
    table = purchase_table(replace(assessment, purchase=pd.DataFrame(rows)))
    first, second = table.rows
    assert first[0] == "2025Q2" and first[1].startswith("10") and first[3].startswith("+2") and "(" in first[3]
    assert second[3] == second[5] == "0" and second[4] == "no change"
    assert first[6:] == ["12.0", "12.0"], "no range where there is none"
