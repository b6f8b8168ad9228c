"""Size of a run: how long a period may be, and how many draws and workers a study may ask for."""

from __future__ import annotations

from earthprice import caps
from earthprice.errors import OptionError, shortened

PERIODS = {"year": 1.0, "half": 0.5, "quarter": 0.25}
"""Lengths of a period [years], by name."""
PLURALS = {"year": "years", "half": "half years", "quarter": "quarters"}
AUTO = "auto"
"""Quarters around a stop, a licence or a text that begins within a year, halves where one begins with it, or years."""


def check_run(draws: int, seed: int, workers: int) -> None:
    """Refuse a number of draws, a seed or a number of workers that no run can have.

    Raises:
        OptionError: which of them, and what it may be.
    """
    check_count(draws, 1, caps.DRAWS, "--draws")
    check_count(seed, 0, caps.SEED, "--seed")
    check_count(workers, 0, caps.WORKERS, "--workers")


def is_whole(number: object) -> bool:
    """Whether it is an int, and not True or False."""
    return isinstance(number, int) and not isinstance(number, bool)


def check_count(number: int, least: int, most: int, where: str) -> None:
    """Refuse a count that is no whole number within its bounds.

    Raises:
        OptionError: at `where`.
    """
    if not is_whole(number) or not least <= number <= most:
        shown = shortened(str(number) if not is_whole(number) or abs(number) < 10**40 else "a longer number", caps.WORD)
        raise OptionError(f"{shown} is out of bounds", where=where, accepted=f"a whole number from {least} to {most}")
