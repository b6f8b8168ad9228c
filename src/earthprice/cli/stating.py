"""The verb for those who want the state of the market on a day: now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from earthprice.cli.arguments import Json, Quiet, Seed, WorldFolder
from earthprice.cli.memory import DRAWS, must_have_room
from earthprice.cli.screen import print_headed, print_json, print_text, progress
from earthprice.cli.starting import must_have_come, reading

if TYPE_CHECKING:
    import pandas as pd

    from earthprice.study.now import Now

APART = (
    "Recorded flows and those by zone are counted otherwise, so that neither adds up to the other: the former are held "
    "to their records, the latter, which nobody records whole, are the model's, mining at home with a licence alone."
)


@dataclass(frozen=True, kw_only=True)
class NowArguments:
    """The options of `now`."""

    as_of: Annotated[
        str | None, typer.Option(metavar="DAY", help="See nothing published later (YYYY-MM-DD); today if left out.")
    ] = None
    law: Annotated[
        str | None, typer.Option(metavar="RULEBOOK", help="The text in force; by default the last that was on the day.")
    ] = None
    reading: Annotated[str | None, typer.Option(metavar="NAME", help="How the powers are used.")] = None
    draws: Annotated[int, typer.Option(metavar="N", min=1, help="Draws of what is not known.")] = 40
    seed: Seed = 1
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Threads; 0: one a core.")] = 0
    world: WorldFolder = None
    quiet: Quiet = False
    json: Json = False


def now(a: NowArguments) -> None:
    """The state of the market on a day: prices at home and abroad, flows, who is short; ranges, ages of facts."""
    must_have_room(DRAWS)
    from earthprice.law import check_day
    from earthprice.study.now import now as state
    from earthprice.study.options import Options

    day = a.as_of or date.today().isoformat()
    check_day(day, "--as-of")
    must_have_come(day)
    options = Options(reading=a.reading, draws=a.draws, seed=a.seed, workers=a.workers)
    with progress("now", quiet=a.quiet or a.json) as tell:
        found = state(day, options, a.law, tell, world=reading(a.world)(day))
    print_json({"status": "ok", **asdict(found)}) if a.json else _say(found)


def _say(found: Now) -> None:
    law = " + ".join(found.law) + (f", read {found.reading}" if found.reading else "")
    print_text(f"{found.as_of}, {found.quarter}. Law: {law}.")
    print_text(f"From the benchmark of {found.base_year}; {found.cleared} of {found.draws} draws cleared.\n")
    cells = {
        "Oxides [USD of 2020/kg without VAT]": wide(found.prices, "element", "where"),
        "Recorded flows [a year], each counted as its record is": _recorded(found.flows),
        "By zone [kt a year], as the model counts: oxides and metals in REO, magnets, mining in REO": _by_zone(
            found.flows
        ),
        "Short: months of use in stock, where a licence holds": wide(found.short, "element", "zone"),
    }
    for heading, table in cells.items():
        print_headed(heading, table)
    print_text(APART)
    print_text(f"Median ({found.among}). Age: months since the year of the last fact ended.")


def wide(table: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """A table of ranges with one column a value of a column, in the order in which they come; age where it has one."""
    if table.empty:
        return table
    said = table.assign(range=[range_text(*x) for x in zip(table["p05"], table["p50"], table["p95"], strict=True)])
    out = said.pivot(index=rows, columns=columns, values="range").loc[list(dict.fromkeys(table[rows]))]
    out = out[list(dict.fromkeys(table[columns]))].fillna("")
    if "let_through" in table:
        out["let through"] = [f"{100 * x:.0f} %" for x in table.groupby(rows)["let_through"].min()[out.index]]
    out["age"] = table.groupby(rows)["age_months"].min()[out.index]
    return out.reset_index()


def _recorded(flows: pd.DataFrame) -> pd.DataFrame:
    mine = flows[flows["zone"] == ""]
    said = [range_text(*x) for x in zip(mine["p05"], mine["p50"], mine["p95"], strict=True)]
    return mine.assign(range=said, age=mine["age_months"])[["flow", "range", "unit", "age"]]


def _by_zone(flows: pd.DataFrame) -> pd.DataFrame:
    return wide(flows[flows["zone"] != ""], "zone", "flow")


def range_text(low: float, middle: float, high: float) -> str:
    """`190 (120–310)`; `190` where both ends are one number."""
    return f"{_short(middle)} ({_short(low)}–{_short(high)})" if low < high else _short(middle)


def _short(x: float) -> str:
    return f"{x:.0f}" if x >= 100 else f"{x:.2g}" if x < 10 else f"{x:.3g}"
