"""The one tree of errors.

    EarthpriceError
    ├── InputError            what the user gave is wrong: exit code 2
    │   ├── FactsError        a table of facts or of the world
    │   ├── RulebookError     a rulebook, its selectors or its values
    │   ├── OptionError       an option, a name or a date on the command line
    │   └── ResultError       a result folder that is not as results are written
    ├── NotClearedError       a market that did not clear where a result was asked for: exit code 3
    └── WorkerLostError       worker processes died again and again: exit code 1

A numerical failure inside an ensemble is a status (`earthprice.market.Status`), not an error.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class EarthpriceError(Exception):
    """Root of the tree."""

    exit_code = 1


class InputError(EarthpriceError):
    """Something given is wrong: says what, where, what is accepted and the nearest name.

    Args:
        what: what was given and why it is refused.
        where: file, line and field, or the option's name.
        accepted: the accepted names, or a sentence that says what is accepted.
        given: the name that was given, to look up its nearest neighbour in `accepted`.
    """

    exit_code = 2

    def __init__(
        self, what: str, *, where: str = "", accepted: Iterable[str] | str = (), given: str = ""
    ) -> None:
        names = [] if isinstance(accepted, str) else sorted(accepted)
        words = accepted if isinstance(accepted, str) else shorten(names)
        near = difflib.get_close_matches(given, names, n=1, cutoff=0.5) if given else []
        said = what if what.endswith((".", "!", "?", ".)")) else f"{what}."
        parts = [f"{where}: {said}" if where else said]
        if near:
            parts.append(f"Did you mean '{near[0]}'?")
        if words:
            parts.append(f"Accepted: {words}.")
        super().__init__(" ".join(parts))
        self.what, self.where, self.nearest = what, where, near[0] if near else ""


class FactsError(InputError):
    """A table of facts or of the world is not as its schema says."""


class RulebookError(InputError):
    """A rulebook is not as the format says, or reaches nothing."""


class OptionError(InputError):
    """An option on the command line or an argument of the API is not accepted."""


class ResultError(InputError):
    """A result folder, or a file in it, is not as results are written."""


class NotClearedError(EarthpriceError):
    """A market did not clear where a result was asked for."""

    exit_code = 3


class WorkerLostError(EarthpriceError):
    """Worker processes died again and again over the same job."""


def shorten(names: list[str], most: int = 12) -> str:
    """A list of names as words, cut after `most`."""
    tail = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + tail
