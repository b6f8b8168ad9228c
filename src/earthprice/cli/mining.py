"""The verb for those who plan a mine: mine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from earthprice.cli.arguments import Json, WorldFolder, read_years
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_json, print_text, progress
from earthprice.cli.starting import AsOf, begun


def mine(
    name: Annotated[str, typer.Argument(metavar="MINE", help="A planned deposit of the world, such as nolans.")],
    under: Annotated[
        str | None,
        typer.Option(
            "--under", metavar="RULEBOOK", help="Under that text and what it builds on; else the law in force."
        ),
    ] = None,
    as_of: AsOf = None,
    years: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST-LAST",
            help="Years of which the best is told, and the end of the run; all to 2035 if left out.",
        ),
    ] = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Why a planned mine opens or does not: its permit, its lead, its break-even or the price; at the central draw."""
    must_have_room(COMPUTES)
    from earthprice.law.load import load_rulebook
    from earthprice.law.texts import in_force, placed
    from earthprice.study.opening import why_it_opens
    from earthprice.study.options import LAST_YEAR

    first = begun(under, as_of, world)
    day, known = first.start
    law = placed(load_rulebook(under), f"{known.base_year}-12-31", day) if under else in_force(day)
    asked = read_years(years) if years else (known.base_year, LAST_YEAR)
    with progress("mine", quiet=json) as tell:
        tell(f"mine {name}", 0, 1)
        found = why_it_opens(known, name, law, asked, day)
    if json:
        print_json({"status": "ok", "as_of": day, "base_year": known.base_year, "law": law.name, **asdict(found)})
    else:
        print_text(f"{first.words}\n{found.words}")
