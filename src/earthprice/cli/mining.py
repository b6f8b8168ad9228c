"""The verb for those who plan a mine: mine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from earthprice.cli.arguments import Json, WorldFolder, read_years
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_json, print_text


def mine(
    name: Annotated[str, typer.Argument(metavar="MINE", help="A planned deposit of the world, such as nolans.")],
    under: Annotated[
        str | None,
        typer.Option(
            "--under", metavar="RULEBOOK", help="Under that text and what it builds on; else the law in force."
        ),
    ] = None,
    years: Annotated[str, typer.Option(metavar="FIRST-LAST", help="First and last year.")] = "2021-2035",
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Why a planned mine opens or does not: its permit, its lead, its break-even or the price; at the central draw."""
    must_have_room(COMPUTES)
    from earthprice.facts.world import load_world
    from earthprice.law.load import load_rulebook
    from earthprice.law.texts import in_force, placed
    from earthprice.study.opening import opening

    known = load_world(world)
    since = f"{known.base_year}-12-31"
    law = placed(load_rulebook(under), since) if under else in_force(since)
    found = opening(known, name, law, read_years(years)[1])
    print_json({"status": "ok", **asdict(found)}) if json else print_text(found.words)
