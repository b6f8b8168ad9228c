"""What a study is asked: the options of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from earthprice import caps
from earthprice.errors import OptionError
from earthprice.law import Asked, Rulebook, check_day
from earthprice.runs.changes import check_discount
from earthprice.runs.size import AUTO, PERIODS, check_count, check_run, is_whole
from earthprice.study.buyer import Buyer
from earthprice.world.override import Given

FIRST_YEAR, LAST_YEAR = 2021, 2035
"""Years reported where none are asked for; the first is that after the benchmark where that is later."""
OF_ASSESS = {
    "zones": "--for",
    "answers": "--with",
    "buyer": "--buyer",
    "prior": "--prior",
    "slopes": "--slopes",
    "horizon": "--horizon",
}
"""What an assessment alone answers, and the option that asks for it."""


@dataclass(frozen=True)
class Options:
    """Options of `assess`.

    Attributes:
        against: baseline rulebook; the law that the text builds on, else the law in force, if None.
        reading: name of a reading, "all", or None for the text's default.
        as_of: nothing published later is seen; the day of the announcement's second month if None.
        years: first and last year reported; `FIRST_YEAR` or the year after the benchmark, to `LAST_YEAR`, if None.
        draws, seed: size and seed of the ensemble.
        zones: whose page this is.
        answers: rulebooks of other jurisdictions stacked on the reform.
        overrides: `measure.parameter` of the law, or a world number's key, to `+5%`, `x0.5` or a number;
            read and checked before any work (`runs.changes`).
        delay_years: entry into force that much later.
        discount: social discount rate [share/yr], from 0 to 0.2.
        period: "auto" (`periods.quartered`), "year", "half" or "quarter" (`PERIODS`).
        workers: threads and processes together, 0 for one a core.
        only: "figures": the figures and their paths, no articles, readings, delay, drivers or options; None: all.
        batch: draws run side by side in one compiled program; 0: one by one, unless there is an accelerator.
        horizon: also run every option at the central draw beyond the years reported.
        buyer: one's own purchase, of which cost, shortfall and date are told by quarter.
        prior: also run the prior alone, without what was fitted to the record.
        slopes: also take the slope of every figure by every factor at the central draw, so that drivers tell more.
    """

    against: str | None = None
    reading: str | None = None
    as_of: str | None = None
    years: tuple[int, int] | None = None
    draws: int = 200
    seed: int = 1
    zones: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    overrides: Mapping[str, Given] = field(default_factory=dict)
    delay_years: float = 0.0
    discount: float = 0.03
    period: str = "auto"
    workers: int = 0
    prior: bool = False
    slopes: bool = False
    horizon: bool = False
    batch: int = 0
    only: str | None = None
    buyer: Buyer | None = None

    def __post_init__(self) -> None:
        """Refuse what no world and no rulebook could accept, before any work.

        Raises:
            OptionError: says which option and what it accepts.
        """
        years = (FIRST_YEAR, LAST_YEAR) if self.years is None else self.years
        span = isinstance(years, tuple | list) and len(years) == 2 and all(is_whole(y) for y in years)
        if not span or not years[0] < years[1] <= caps.LAST_RUN:
            words = "-".join(str(y) for y in years) if isinstance(years, tuple | list) else repr(years)
            raise OptionError(
                f"'{words}' is no span of years of a run",
                where="--years",
                accepted=f"first and last year, two years at least, the last at most {caps.LAST_RUN}",
            )
        check_run(self.draws, self.seed, self.workers)
        check_count(self.batch, 0, caps.WORKERS, "--batch")
        if self.as_of is not None:
            check_day(self.as_of, "--as-of")
        if self.period not in (known := (*PERIODS, AUTO)):
            raise OptionError(
                f"unknown period '{self.period}'", where="--period", accepted=known, given=str(self.period)
            )
        if isinstance(self.delay_years, str) or not 0 <= self.delay_years <= caps.DELAY:
            what = f"a delay of {self.delay_years} years"
            raise OptionError(what, where="--delay", accepted=f"0 to {caps.DELAY} years")
        check_discount(self.discount)
        if self.only not in (None, "figures"):
            what = f"nothing called '{self.only}' can be asked for alone"
            raise OptionError(what, where="--only", accepted=("figures",), given=str(self.only))
        if self.only and self.horizon:
            raise OptionError(
                "it runs the options, which --only leaves out", where="--horizon", accepted="without --only"
            )
        if not isinstance(self.buyer, Buyer | None):
            raise OptionError("no purchase", where="--buyer", accepted="what study.buyer.buyer_of makes of a mapping")
        self._check_names()

    def _check_names(self) -> None:
        for where, given, most in (("--for", self.zones, caps.NAMES), ("--with", self.answers, caps.BOOKS)):
            if isinstance(given, str) or len(given) > most or not all(isinstance(n, str) for n in given):
                raise OptionError("no list of names", where=where, accepted=f"at most {most} names")
        for where, name in (("--against", self.against), ("--reading", self.reading)):
            if not isinstance(name, str | None):
                raise OptionError(f"{name!r} is no name", where=where, accepted="a name")
        if not isinstance(self.overrides, Mapping) or not all(isinstance(name, str) for name in self.overrides):
            raise OptionError(
                "no changes by name", where="--set", accepted='a mapping such as {"fine.times_gain": "x2"}'
            )
        if len(self.overrides) > caps.NAMES:
            raise OptionError(f"{len(self.overrides)} changes", where="--set", accepted=f"at most {caps.NAMES}")


def asked(rulebook: str | Rulebook, options: Options, base_year: int) -> Asked:
    """The texts that an assessment sets side by side."""
    return Asked(
        rulebook,
        options.against,
        options.answers,
        options.delay_years,
        options.reading,
        options.as_of,
        f"{base_year}-12-31",
    )


def refuse_more(options: Options, question: str, but: str = "") -> None:
    """Refuse what an assessment alone answers, so that no other question leaves it out without a word.

    Args:
        options: as they were given.
        question: which question is asked.
        but: the one of `OF_ASSESS` that it answers too.

    Raises:
        OptionError: says which.
    """
    for name, where in OF_ASSESS.items():
        if name != but and getattr(options, name):
            raise OptionError(f"{question} has no answer to it", where=where, accepted="in `assess`")
    if options.reading == "all":
        what = f"{question} takes one reading at a time"
        raise OptionError(what, where="--reading", accepted="the name of a reading; all of them in `assess`")
