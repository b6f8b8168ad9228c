"""Where a study starts: the last benchmark whose facts were public by what its texts see."""

from __future__ import annotations

from collections.abc import Sequence

from earthprice.facts.world import load_known
from earthprice.law import seen
from earthprice.study.options import FIRST_YEAR, LAST_YEAR, Options
from earthprice.world.world import World


def known_by(rulebooks: Sequence[str], options: Options) -> str:
    """The day up to which an assessment sees, as asked or that of the latest announcement (YYYY-MM-DD).

    Args:
        rulebooks: names or paths of its texts.
        options: their `as_of` counts where it is given.

    Raises:
        RulebookError: a text cannot be read.
    """
    return options.as_of or max(map(seen, rulebooks))


def start(rulebooks: Sequence[str], options: Options) -> World:
    """The shipped world of the last benchmark known on that day; arguments and errors as of `known_by`.

    Raises:
        OptionError: no benchmark was known by then.
    """
    return load_known(known_by(rulebooks, options))


def span(options: Options, world: World) -> tuple[int, int]:
    """First and last year reported: as asked, else `FIRST_YEAR` or the year after the benchmark, and `LAST_YEAR`."""
    return options.years or (max(FIRST_YEAR, world.base_year + 1), LAST_YEAR)
