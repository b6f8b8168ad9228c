"""What a study is asked: the options of an assessment, and the texts it sets side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from earthprice.errors import OptionError
from earthprice.law import Prepared, Rulebook, Stack, delay, load_rulebook, prepare, stack
from earthprice.world.network import Network
from earthprice.world.override import Given


@dataclass(frozen=True)
class Options:
    """Options of `assess`.

    Attributes:
        against: baseline rulebook; the law that the text builds on if None.
        reading: name of a reading, "all", or None for the text's default.
        as_of: nothing published later is seen; the day of the announcement's second month if None.
        years: first and last year reported.
        draws, seed: size and seed of the ensemble.
        zones: whose page this is.
        answers: rulebooks of other jurisdictions stacked on the reform.
        overrides: `measure.parameter` of the law, or a world number's key, to `+5%`, `x0.5` or a number;
            read and checked before any work (`study.changes`).
        delay_years: entry into force that much later.
        discount: social discount rate [share/yr], from 0 to 0.2.
        period: "year" or "half".
        workers: threads and processes together, 0 for one a core.
        batch: draws run side by side in one compiled program; 0: one by one, unless there is an accelerator.
        prior: also run the prior alone, without what was fitted to the record.
    """

    against: str | None = None
    reading: str | None = None
    as_of: str | None = None
    years: tuple[int, int] = (2021, 2035)
    draws: int = 200
    seed: int = 1
    zones: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    overrides: Mapping[str, Given] = field(default_factory=dict)
    delay_years: float = 0.0
    discount: float = 0.03
    period: str = "year"
    workers: int = 0
    prior: bool = False
    batch: int = 0


@dataclass(frozen=True)
class Texts:
    """The reform, its baseline, and how they are read.

    Attributes:
        book: the rulebook assessed.
        reform, baseline: prepared stacks.
        reading: name of the reading used; readings: all of them.
        as_of: day up to which publications are known.
    """

    book: Rulebook
    reform: Prepared
    baseline: Prepared
    reading: str
    readings: tuple[str, ...]
    as_of: str


def texts(rulebook: str, options: Options, network: Network) -> Texts:
    """Load and stack what an assessment compares.

    Raises:
        RulebookError: a rulebook cannot be read or does not fit the network.
        OptionError: an option does not fit.
    """
    book = load_rulebook(rulebook)
    moved = delay(book, options.delay_years) if options.delay_years else book
    reform = stack(moved, *(load_rulebook(a) for a in options.answers))
    baseline = stack(load_rulebook(options.against)) if options.against else _below(reform, moved)
    readings = tuple(dict.fromkeys(name for b in reform.books for name in b.readings))
    default = next((n for b in reform.books for n, r in b.readings.items() if r.default), "")
    reading = options.reading if options.reading not in (None, "all") else default
    if reading and reading not in readings:
        raise OptionError(f"unknown reading '{reading}'", where="--reading", accepted=(*readings, "all"), given=reading)
    return Texts(book, prepare(reform, network), prepare(baseline, network), str(reading), readings,
                 options.as_of or _second_month(book))  # fmt: skip


def _below(reform: Stack, book: Rulebook) -> Stack:
    """The law in force continued: everything below the text in its stack."""
    lower = [b for b in reform.books if b.rulebook != book.rulebook and b.jurisdiction == book.jurisdiction]
    if not lower:
        raise OptionError(f"'{book.rulebook}' builds on no law in force", where="--against",
                          accepted="a rulebook to compare with")  # fmt: skip
    return stack(*lower)


def _second_month(book: Rulebook) -> str:
    """First day of the second month after the announcement: comments are in, the text is not in force."""
    year, month = int(book.announced[:4]), int(book.announced[5:7]) + 2
    return f"{year + (month > 12)}-{(month - 1) % 12 + 1:02d}-01"
