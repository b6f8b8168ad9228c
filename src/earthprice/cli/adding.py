"""The verb for those who keep a world up to date: facts add."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earthprice.cli.arguments import Json, Seed
from earthprice.cli.commands import Commands
from earthprice.cli.memory import DRAWS, must_have_room
from earthprice.cli.screen import print_json, print_table, print_text, progress
from earthprice.cli.starting import must_have_come, reading
from earthprice.cli.stating import range_text

if TYPE_CHECKING:
    import pandas as pd

facts = Commands(help="The record of a world of one's own.", rich_markup_mode=None)


@facts.callback()
def group() -> None:
    """The record of a world of one's own: add a month of new facts."""


@facts.command("add", short_help="Rows for the record, and what they move.")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rows with the columns of the world's observed.csv.")],
    world: Annotated[Path, typer.Option("--world", metavar="DIR", help="The folder that `copy world DIR` wrote.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="The day whose market is told; today if left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=1, help="Draws of what is not known.")] = 24,
    seed: Seed = 1,
    json: Json = False,
) -> None:
    """Add rows (customs, prices) to the record of a world of one's own, and say what moves in the market of a day.

    Every row is checked against the schema and the record before anything is written. An amount of some months is
    carried to a yearly rate. A year counts once it is over.
    """
    must_have_room(DRAWS)
    import pandas as pd

    from earthprice.facts.record import RECORD, new_rows
    from earthprice.law import check_day
    from earthprice.results.own_world import own_world
    from earthprice.study.now import ahead, current_quarter, moves_between
    from earthprice.study.options import Options
    from earthprice.study.outlook import brought_to_record
    from earthprice.study.phrases import counted

    today = date.today().isoformat()
    day = as_of or today
    check_day(day, "--as-of")
    must_have_come(day)
    with own_world(world) as held:
        rows, known = new_rows(file, world, today), reading(world)(day)
        with progress("facts add", quiet=json) as tell:
            first = ahead(day, Options(draws=draws, seed=seed), None, tell, world=known)
            then = brought_to_record(first, pd.concat([known.observed, rows], ignore_index=True))
        found = moves_between(current_quarter(first), current_quarter(then))
        held.put({RECORD: _with_rows(world / RECORD, rows)})
    waiting = rows[(rows["year"] >= int(day[:4])) | (rows["published"] > day)]
    if json:
        print_json({"status": "ok", "added": len(rows), "as_of": day, "not_yet": len(waiting), "moved": found})
        return
    print_text(f"{len(rows)} row{'s' * (len(rows) != 1)} added to {world / RECORD}.")
    if len(waiting):
        many = len(waiting) > 1
        count = f"{len(waiting)} of them do" if many else "1 of them does"
        why = "their year is not over, or they were" if many else "its year is not over, or it was"
        print_text(f"{count} not count on {day}: {why} not yet public.")
    print_text(f"Market of {day}, before and after: median (nine in ten), {counted(first.cleared)}.")
    print_table(_told(found)) if len(found) else print_text("No level moved.")


def _told(found: pd.DataFrame) -> pd.DataFrame:
    """What moved, as a reader sees it."""
    ranges = {
        name: [range_text(*x) for x in zip(*(found[q + end] for q in ("p05", "p50", "p95")), strict=True)]
        for name, end in (("before", "_before"), ("after", ""))
    }
    return found[["what", "where", "unit"]].assign(**ranges, change=[f"{x:+.1f} %" for x in found["change"]])


def _with_rows(path: Path, rows: pd.DataFrame) -> str:
    """The text of a table with rows after its own, in the order of its header."""
    text = path.read_text(encoding="utf-8-sig")
    header = next(csv.reader(io.StringIO(text)))
    new = rows[header].to_csv(index=False, header=False, lineterminator="\n")
    return text + ("" if text.endswith("\n") else "\n") + new
