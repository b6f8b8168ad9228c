"""Fill the table of docs/study.md on the end of the horizon: how near what is left comes to a longer run."""

from __future__ import annotations

import pandas as pd

from earthprice.arithmetic import settled
from earthprice.facts.world import load_world
from earthprice.study.assess import longer, user_costs
from earthprice.study.frame import frame
from earthprice.study.horizon import horizon
from earthprice.study.options import Options
from tools.pages.fill import fill

LEAST = 1.0
"""Gain [bn USD2020] below which a miss is counted against this instead: a share of next to nothing says nothing."""
BOOKS = ("china-2021-draft", "china-2024-regulations", "china-export-control-2025")


def main() -> None:
    """Run the shipped books at their central draws and write the table."""
    world, lines = load_world(), []
    with settled():
        for book in BOOKS:
            f = frame(book, Options(), world)
            table = horizon(f.plan, longer(f), user_costs(f)[0], f.first, f.options.discount)
            lines += rows(book, table, first=not lines)
    fill("study.md", {"horizon": "\n".join(lines)})


def rows(book: str, table: pd.DataFrame, *, first: bool) -> list[str]:
    """The text for home and the world, the typical miss of options, whether their order holds: lines of a table."""
    year, until = (int(table[c].iloc[0]) for c in ("year", "until"))
    head = [
        f"| text | for | to {year} (income) | to {until} (income) | options: typical miss | order of options |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines = []
    for whom, mine in table.groupby("whom", sort=False):
        miss = ((mine["gain"] - mine["gain_until"]).abs() / mine["gain_until"].abs().clip(lower=LEAST)).median()
        order = mine["rank"].corr(mine["rank_until"])
        text = mine[mine["option"] == "the text"].iloc[0]
        lines.append(
            f"| `{book}` | {whom} | {text.gain:.1f} ({text.income:.1f}) | {text.gain_until:.1f} "
            f"({text.income_until:.1f}) | {100 * miss:.0f} % | {order:.2f} |"
        )
    return (head if first else []) + lines


if __name__ == "__main__":
    main()
