"""The verb after adoption: monitor."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from earthprice.cli.arguments import Json, ResultFolder
from earthprice.cli.screen import print_json, print_table, print_text
from earthprice.cli.starting import read_result

if TYPE_CHECKING:
    from earthprice.results.monitor import HeldFact, Monitored

LEFT = 6
"""Exit code where an indicator left its band."""


def monitor(
    result: ResultFolder,
    facts: Annotated[
        Path,
        typer.Option(
            "--facts",
            metavar="FILE",
            help="New facts: CSV with the columns of the world's table `observed` (docs/data.md).",
        ),
    ],
    law: Annotated[
        Literal["text", "no text"],
        typer.Option("--law", metavar="text|no text", help="Bands under the text, or under the law without it."),
    ] = "text",
    every: Annotated[bool, typer.Option("--all", help="Every fact, not the last of each series alone.")] = False,
    json: Json = False,
) -> None:
    """Which indicator left its band, and is a review due: facts printed later, held to the bands that a result keeps.

    Exit code 6 where the last fact of a series lies out of its band.
    """
    from earthprice.facts.schema import load_schema
    from earthprice.facts.table import read_table
    from earthprice.results.monitor import monitor as hold

    rows = read_table(facts, load_schema(room="world")["observed"], 0)
    found = hold(read_result(result), rows, law)
    if json:
        print_json({"status": "left its band" if found.due else "ok", "review_due": found.due, **asdict(found)})
    else:
        _show(found, every=every)
    if found.due:
        raise typer.Exit(LEFT)


def _show(found: Monitored, *, every: bool) -> None:
    import pandas as pd

    told = [s for s in found.seen if every or s.latest]
    print_table(pd.DataFrame([_row(s) for s in told]))
    print_text("")
    print_text("\n".join(map(_sentence, found.out)) or "Every indicator lies inside its band.")
    if found.unheld:
        left = "; ".join(f"{series}, {zone}, {year} ({why})" for series, zone, year, why in found.unheld)
        print_text(f"Not held: {left}.")
    print_text(f"Review due: {'yes' if found.due else 'no'}.")


def _row(s: HeldFact) -> dict[str, str]:
    """A fact and its band as a row of the table."""
    ends = ["open" if x is None else f"{x:.4g}" for x in (s.low, s.high)]
    return {
        "series": s.series,
        "zone": s.zone,
        "date": s.date,
        "value": f"{s.value:.4g}",
        "unit": s.unit,
        "band": " to ".join(ends),
        "of": s.band,
        "lies": s.side,
        "since": s.since,
    }


def _sentence(s: HeldFact) -> str:
    """An indicator out of its band, in a sentence."""
    end = s.high if s.side == "above" else s.low
    looks = f"; the rule looks at it in {s.looks}" if s.looks is not None else ""
    whose = f"the band of {s.band}" if s.looks is not None else f"the assessment's band ({s.band})"
    where = f"{s.series}, {s.zone}: {s.value:.4g} {s.unit} lies {s.side} {end:.4g}"
    return f"{where}, the end of {whose}, since {s.since}{looks}."
