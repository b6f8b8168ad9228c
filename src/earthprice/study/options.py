"""What a study is asked: the options of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from earthprice.law import Asked
from earthprice.world.override import Given

PERIODS = {"year": 1.0, "half": 0.5, "quarter": 0.25}
"""Lengths of a period [years], by name."""


@dataclass(frozen=True)
class Options:
    """Options of `assess`.

    Attributes:
        against: baseline rulebook; the law that the text builds on, else the law in force, if None.
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
        period: "year", "half" or "quarter" (`PERIODS`).
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


def asked(rulebook: str, options: Options, base_year: int) -> Asked:
    """The texts that an assessment sets side by side."""
    return Asked(rulebook, options.against, options.answers, options.delay_years, options.reading, options.as_of,
                 f"{base_year}-12-31")  # fmt: skip
