"""The verb for those who import: stress."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from earthprice.cli.arguments import Json, WorldFolder, read_names, read_overrides
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_headed, print_json, print_table, print_text, progress
from earthprice.cli.starting import AsOf, begun
from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.study.stress import Stress

TABLES = {
    "cover": "Cover: what the stop takes, and how long stocks replace it",
    "path": "Prices, tonnes and stocks by half year",
    "filled": "Who fills the gap while the stop lasts",
    "lengths": "How much dearer it gets at most, by length of period",
    "cost": "Gains and losses to the end of the run, present value at 3 % a year",
    "ranges": "Over draws: 9 in 10 of them, of fewer than 20 all",
}
"""Tables of a stress, with their headings."""


@dataclass(frozen=True, kw_only=True)
class StressArguments:
    """The options of `stress`."""

    kind: Annotated[Literal["export-stop"], typer.Argument(metavar="KIND", help="What happens: export-stop.")]
    to: Annotated[list[str], typer.Option("--to", metavar="ZONE,…", help="Zones that get nothing; or all.")]
    elements: Annotated[list[str], typer.Option("--elements", metavar="NAME,…", help="Elements stopped: Dy,Tb.")]
    months: Annotated[float, typer.Option("--months", metavar="N", help="How long the stop lasts.")] = 6.0
    begin: Annotated[
        str | None,
        typer.Option("--begin", metavar="YYYY-MM", help="Half year in which it begins; the next one if left out."),
    ] = None
    magnets: Annotated[bool, typer.Option("--magnets", help="Magnets are stopped too.")] = False
    law: Annotated[
        str | None,
        typer.Option("--law", metavar="RULEBOOK", help="Law of the zone that stops; the one in force if left out."),
    ] = None
    as_of: AsOf = None
    answers: Annotated[
        list[str], typer.Option("--with", metavar="RULEBOOK", help="An answer in force on both sides; repeatable.")
    ] = field(default_factory=list)
    changes: Annotated[
        list[str],
        typer.Option("--set", metavar="NAME=VALUE", help="Change a number, such as stock/dy_oxide/JPN/stock=x2."),
    ] = field(default_factory=list)
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=0, help="Draws for ranges; 0: none.")] = 0
    world: WorldFolder = None
    csv: Annotated[bool, typer.Option("--csv", help="Print the path by half year as CSV and nothing else.")] = False
    json: Json = False


def stress(a: StressArguments) -> None:
    """What a stop of exports costs importers: cover of stocks, prices, who fills the gap; in half years."""
    must_have_room(COMPUTES)
    from earthprice.study.stress import Stop
    from earthprice.study.stress import stress as run

    first = begun(a.law, a.as_of, a.world)
    asked = Stop(
        to=tuple(read_names(a.to)),
        elements=tuple(read_names(a.elements)),
        months=a.months,
        begin=read_half_year(a.begin) if a.begin else next_half_year(first.start.day),
        magnets=a.magnets,
        law=first.law,
        answers=tuple(a.answers),
        changes=read_overrides(a.changes),
        draws=a.draws,
        as_of=first.start.day,
    )
    with progress("stress", quiet=a.json or a.csv) as tell:
        tell(a.kind, 0, 1)
        found = run(first.start.world, asked)
        tell(a.kind, 1, 1)
    if a.json:
        tables = {name: getattr(found, name) for name in TABLES}
        said = {"start": first.words, "words": found.words, "why": found.why, "within": found.within}
        print_json({"status": "ok", **said, **tables})
    elif a.csv:
        print_table(found.path, csv=True)
    else:
        print_text(first.words)
        _say(found)


def _say(found: Stress) -> None:
    print_text(f"{found.words}\n{found.why}\n")
    for name, heading in TABLES.items():
        print_headed(heading, getattr(found, name).rename(columns=lambda c: str(c).replace("_", " ")))
    print_text(found.within)


def next_half_year(day: str) -> float:
    """The half year that begins after a day (YYYY-MM-DD), as a decimal year."""
    return int(day[:4]) + (0.5 if int(day[5:7]) <= 6 else 1.0)


def read_half_year(words: str) -> float:
    """`2022-01` to `2022-06` as 2022.0, `2022-07` to `2022-12` as 2022.5.

    Raises:
        OptionError: not a month.
    """
    found = re.fullmatch(r"\s*([0-9]{4})-([0-9]{1,2})\s*", words)
    if not found or not 1 <= int(found[2]) <= 12:
        raise OptionError(f"'{words}' is not a month.", where="--begin", accepted="YYYY-MM, such as 2022-07")
    return int(found[1]) + (0.5 if int(found[2]) > 6 else 0.0)
