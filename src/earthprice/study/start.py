"""Where a study starts: the last benchmark whose facts were public by what its texts see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from earthprice.facts.world import last_known, load_world
from earthprice.law import seen
from earthprice.study.options import FIRST_YEAR, LAST_YEAR, Options
from earthprice.world.world import World


def start(rulebooks: Sequence[str], options: Options, folder: Path | None = None) -> World:
    """The world of the last benchmark known on the day up to which the texts see.

    Args:
        rulebooks: names or paths; of several that of the latest announcement counts.
        options: their `as_of` counts where it is given.
        folder: world tables of one's own; the shipped ones if None.

    Raises:
        RulebookError, OptionError: a text cannot be read, or no benchmark was known by then.
        FactsError: the tables are not as their schema says.
    """
    return load_world(folder, last_known(options.as_of or max(map(seen, rulebooks)), folder))


def span(options: Options, world: World) -> tuple[int, int]:
    """First and last year reported: as asked, else `FIRST_YEAR` or the year after the benchmark, and `LAST_YEAR`."""
    return options.years or (max(FIRST_YEAR, world.base_year + 1), LAST_YEAR)
