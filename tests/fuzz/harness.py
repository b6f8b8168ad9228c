"""Runs the mutants of a target and keeps those that break the property."""

from __future__ import annotations

import random
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from earthprice import caps
from earthprice.errors import EarthpriceError

SECONDS = 2.0
"""Most work on one mutant [seconds of processor time], after start-up."""
HANG = 20
"""After this time [seconds] a mutant is given up; a hang."""


@dataclass(frozen=True)
class Target:
    """Something that is fuzzed.

    Attributes:
        name: its name on the command line.
        make: a mutant from a generator of random numbers; the same generator gives the same mutant.
        attempt: gives the mutant to the program, which either works or raises an error of `errors.py`; what it
            promises beyond that is asserted here.
        show: the mutant as text, to be kept.
        small: how many mutants the tests try.
    """

    name: str
    make: Callable[[random.Random], Any]
    attempt: Callable[[Any], None]
    show: Callable[[Any], str] = repr
    small: int = 50


@dataclass(frozen=True)
class Fault:
    """A mutant that broke the property: its number, in what way, and the mutant as text."""

    number: int
    way: str
    words: str
    mutant: str


@dataclass
class Tally:
    """What came of the mutants of a target."""

    target: str
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    longest: int = 0
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        parts = ", ".join(f"{n} {w}" for w, n in sorted(self.counts.items()))
        return f"{self.target}, seed {self.seed}: {parts}; slowest {self.slowest:.2f} s, message {self.longest} letters"


class HangError(BaseException):
    """A mutant took longer than `HANG`; no code of the program catches it."""


def fuzz(target: Target, count: int, seed: int, tell: Callable[[Fault], None] | None = None) -> Tally:
    """Try `count` mutants; mutant k of a seed is the same whatever the count."""
    tally = Tally(target.name, seed)
    for k in range(count):
        mutant = target.make(random.Random(f"{target.name}/{seed}/{k}"))
        way, words, seconds = once(target, mutant)
        if way == "slow":  # what a process loads or sweeps once is no mutant's work
            way, words, seconds = once(target, mutant)
        tally.slowest = max(tally.slowest, seconds)
        tally.counts[way] += 1
        if way == "refused":
            tally.longest = max(tally.longest, len(words))
        elif way != "works":
            tally.faults.append(Fault(k, way, words, target.show(mutant)))
            if tell:
                tell(tally.faults[-1])
    return tally


def once(target: Target, mutant: Any) -> tuple[str, str, float]:
    """One mutant: works, refused, or in which way it broke the property; the message; seconds of work."""
    began = time.process_time()
    way, words = "works", ""
    with _limited(HANG), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            target.attempt(mutant)
        except EarthpriceError as error:
            way, words = "refused", str(error)
        except HangError:
            way, words = "hangs", f"more than {HANG} s"
        except Exception:  # noqa: BLE001 - the harness looks for exactly this
            way, words = "traceback", traceback.format_exc(limit=-6)
    seconds = time.process_time() - began
    if way in ("works", "refused") and seconds > SECONDS:
        way, words = "slow", f"{seconds:.1f} s of work; {words[:200]}"
    elif way == "refused" and len(words) > caps.MESSAGE:
        way = "long message"
    return way, words, seconds


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
