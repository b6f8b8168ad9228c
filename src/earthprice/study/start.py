"""Where a study starts: the last benchmark whose facts were public by what its texts see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from earthprice.errors import OptionError
from earthprice.facts.world import first_known, load_known
from earthprice.law import Rulebook, load_rulebook, seen
from earthprice.law.texts import in_force
from earthprice.past.hindcast import PASTS
from earthprice.study.options import FIRST_YEAR, LAST_YEAR, Options
from earthprice.world.world import World


class Start(NamedTuple):
    """Where a run starts: the day up to which it sees (YYYY-MM-DD), and the world of the last benchmark known on it."""

    day: str
    world: World

    @property
    def words(self) -> str:
        """Where it starts, in a sentence."""
        return (
            f"{self.world.private_words}From the benchmark of {self.world.base_year}, the last one known on {self.day}."
        )


def day_of(rulebooks: Sequence[str]) -> str:
    """The day up to which a run of texts sees where none is asked for: that of the latest announcement.

    Where all are older it is the day on which the first benchmark was known. Arguments and errors as of `start`.
    """
    return max(first_known(), *map(seen, rulebooks))


def start(rulebooks: Sequence[str], options: Options, load: Callable[[str], World] = load_known) -> Start:
    """Where a run of texts starts: it sees up to the day asked for, else that of `day_of`.

    Args:
        rulebooks: names or paths of its texts.
        options: their `as_of` counts where it is given.
        load: loads the world of the last benchmark known on a day; of the shipped tables unless it says otherwise.

    Raises:
        RulebookError: a text cannot be read.
        OptionError: on the day asked for a text was not announced, or no benchmark was known.
    """
    for name in rulebooks if options.as_of else ():
        load_rulebook(name).must_be_announced(options.as_of)
    day = options.as_of or day_of(rulebooks)
    return Start(day, load(day))


def law_on(day: str) -> Rulebook:
    """The shipped law in force on a day (YYYY-MM-DD), of the zone whose pasts are run (`past.hindcast.PASTS`).

    Raises:
        OptionError: none was.
    """
    found = [b for b in in_force(day).books if b.jurisdiction == PASTS[-1].home]
    if not found:
        raise OptionError(f"no law of {PASTS[-1].home} was in force on {day}", where="--as-of", accepted="a later day")
    return found[-1]


def years_reported(options: Options, world: World) -> tuple[int, int]:
    """First and last year reported: as asked, else `FIRST_YEAR` or the year after the benchmark, and `LAST_YEAR`."""
    return options.years or (max(FIRST_YEAR, world.base_year + 1), LAST_YEAR)
