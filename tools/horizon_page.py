"""Fill the table of docs/study.md on the end of the horizon: how near what is left comes to a longer run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hindcast_page import fill

from earthprice.arithmetic import settled
from earthprice.facts.world import load_world
from earthprice.study.assess import longer, user_costs
from earthprice.study.frame import frame
from earthprice.study.horizon import horizon
from earthprice.study.options import Options

PAGE = Path(__file__).parents[1] / "docs" / "study.md"
BOOKS = ("china-2021-draft", "china-2024-regulations", "china-export-control-2025")


def main() -> None:
    """Run the shipped books at their central draws and write the table."""
    world, lines = load_world(), []
    with settled():
        for book in BOOKS:
            f = frame(book, Options(), world)
            table = horizon(f.plan, longer(f), user_costs(f)[0], f.first, f.options.discount)
            lines += rows(book, table, first=not lines)
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), "horizon", "\n".join(lines)), encoding="utf-8")


def rows(book: str, table: pd.DataFrame, *, first: bool) -> list[str]:
    """The text and the options whose rank changes, home and world, as lines of a table."""
    year, until = (int(table[c].iloc[0]) for c in ("year", "until"))
    head = [f"| text | option | for | to {year} | to {until} | rank | behind a change of rank |",
            "| --- | --- | --- | ---: | ---: | --- | --- |"]  # fmt: skip
    shown = table[(table["option"] == "the text") | (table["why"] != "")]
    return (head if first else []) + [
        f"| `{book}` | {r.option} | {r.whom} | {r.gain:.1f} ({r.income:.1f}) | "
        f"{r.gain_until:.1f} ({r.income_until:.1f}) | {r.rank} → {r.rank_until} | {r.why} |"
        for r in shown.itertuples()
    ]


if __name__ == "__main__":
    main()
