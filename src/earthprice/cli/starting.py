"""Where a verb starts that runs one law: its text, or the law in force on a day, and the benchmark known by then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from earthprice.cli.screen import mark_private
from earthprice.errors import OptionError

if TYPE_CHECKING:
    from earthprice.results.result import Result
    from earthprice.study.start import Start
    from earthprice.world.world import World

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="See nothing published later (YYYY-MM-DD); by default as an assessment of the text, today without one.",
    ),
]


class NamedStart(NamedTuple):
    """A text, or the law in force, by the name that it was given; and where a run of it starts."""

    law: str
    start: Start

    @property
    def words(self) -> str:
        """Where it starts and under which law, in a sentence."""
        return f"{self.start.words[:-1]}, under {self.law}."


def reading(folder: Path | None) -> Callable[[str], World]:
    """What loads the world of a day: from a folder of tables, or the shipped ones; what is private in it is marked."""
    from earthprice.facts.world import load_known

    def load(day: str) -> World:
        return marked(load_known(day, folder))

    return load


def marked(world: World) -> World:
    """The world; what is printed from now on names its suppliers of the user's own."""
    mark_private(world.private, world.private_words)
    return world


def read_result(folder: Path) -> Result:
    """A result; what is printed from now on names the suppliers of the user's own in the world that it was made in.

    Raises:
        ResultError: no result lies there.
    """
    from earthprice.results.result import Result as Folder
    from earthprice.world.world import private_sentence

    found = Folder(folder)
    names = found.run.get("private", [])
    mark_private(names, private_sentence(names))
    return found


def must_have_come(day: str) -> None:
    """Refuse a day (YYYY-MM-DD) that lies ahead.

    Raises:
        OptionError: says so.
    """
    if day > date.today().isoformat():
        raise OptionError(f"{day} lies ahead", where="--as-of", accepted="today or an earlier day", given=day)


def begun(rulebook: str | None, as_of: str | None, folder: Path | None = None) -> NamedStart:
    """The text or the law in force on the day, and where a run of it starts.

    Args:
        rulebook: name or path of a text; the shipped law in force on the day if None.
        as_of: the day; that of the text if None, today if there is no text either.
        folder: tables of the world; the shipped ones if None.

    Raises:
        OptionError: no day, a day that lies ahead, or one before every benchmark or before the text.
        RulebookError: the text cannot be read.
    """
    from earthprice.study.options import Options
    from earthprice.study.start import law_on, start

    day = as_of or (None if rulebook else date.today().isoformat())
    found = start([rulebook] if rulebook else [], Options(as_of=day), reading(folder))
    if as_of:
        must_have_come(as_of)
    return NamedStart(rulebook or law_on(found.day).rulebook, found)
