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
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Self

from earthprice import caps


class EarthpriceError(Exception):
    """Root of the tree."""

    exit_code = 1


class InputError(EarthpriceError):
    """Something given is wrong: says what, where, what is accepted and the nearest name.

    What is long is cut (`caps.MESSAGE`, `caps.WORD`), so that a file cannot make a message of megabytes.

    Args:
        what: what was given and why it is refused.
        where: file, line and field, or the option's name.
        accepted: the accepted names, or a sentence that says what is accepted.
        given: the name that was given, to look up its nearest neighbour in `accepted`.
        also: what else is to mend in the same file, as messages.
        among: the names to look in, where `accepted` is a sentence.
    """

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        accepted: Iterable[str] | str = (),
        given: str = "",
        also: Sequence[str] = (),
        among: Iterable[str] = (),
    ) -> None:
        names = [] if isinstance(accepted, str) else sorted(accepted)
        near_to = sorted(among) or names
        words = accepted if isinstance(accepted, str) else shorten(names)
        what, words = (shortened(x, caps.MESSAGE // 8) for x in (what, words))
        where = shortened(where, caps.MESSAGE // 16)
        given = given[: caps.WORD]
        short = [n for n in near_to if len(n) <= caps.NAME][: caps.NEAREST] if given else []
        spelt = {n.casefold(): n for n in reversed(short)}
        near = [spelt[n] for n in difflib.get_close_matches(given.casefold(), spelt, n=1, cutoff=0.5)]
        stated = what if what.endswith((".", "!", "?", ".)")) else f"{what}."
        parts = [f"{where}: {stated}" if where else stated]
        if near:
            parts.append(f"Did you mean '{near[0]}'?")
        if words:
            parts.append(f"Accepted: {words}.")
        rest = [f"also {shortened(m, caps.MEND)}" for m in also[: caps.MENDS]]
        rest += ["and more to mend"] if len(also) > caps.MENDS else []
        super().__init__("\n".join([" ".join(parts), *rest]))
        self.what, self.where, self.nearest = what, where, near[0] if near else ""
        said = {"what": what, "where": where, "accepted": names or words, "given": given, "among": near_to}
        self.given: dict[str, Any] = said

    @classmethod
    def refuse(cls, found: Iterable[Self]) -> None:
        """Raise the first of some errors, with the next ones listed in its message; nothing if there are none."""
        errors = list(islice(found, caps.MENDS + 2))
        if errors:
            raise type(errors[0])(**errors[0].given, also=[str(e) for e in errors[1:]])


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


def several(count: float, noun: str) -> str:
    """A number of things in words: `1 article`, `2 articles`, `0.5 years`, `3 activities`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:g} {noun if count == 1 else many}"


def shorten(names: list[str], most: int = 12) -> str:
    """A list of names as words, cut after `most`."""
    tail = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shortened(n, caps.WORD) for n in names[:most]) + tail


def shortened(text: str, most: int) -> str:
    """A text with its middle left out where it has more than `most` letters."""
    if len(text) <= most:
        return text
    kept = (most - 5) // 2
    return f"{text[:kept]} ... {text[-kept:]}"
