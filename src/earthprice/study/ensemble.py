"""The ensemble: baseline and reform on common draws, reduced to measures as they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from earthprice.law import Prepared, Texts
from earthprice.market.audit import ALMOST_AT, CLEARED_AT
from earthprice.measures.lens import Lens
from earthprice.measures.measures import measure
from earthprice.measures.money_audit import BOOKED_AT, Users, missed, missed_between
from earthprice.measures.series import Series
from earthprice.measures.welfare import NEIGHBOURS, RATES, Ledger, RunAccounts
from earthprice.runs.audit import impossible, worst
from earthprice.runs.batch import run_batch
from earthprice.runs.changes import Changes
from earthprice.runs.crew import each, hired
from earthprice.runs.engine import Engine, Outcome, Point, point, run
from earthprice.runs.guide import Guide
from earthprice.runs.rare import UserCost, damage_bill, rare_run
from earthprice.runs.runner import Begun, Kept, Runner, begin
from earthprice.runs.sample import Sample
from earthprice.world.terms import Terms

LawUse = Mapping[str, Any]
UserCosts = Callable[[], tuple[UserCost, UserCost]]


class LawsAtPoint(NamedTuple):
    """Terms of both laws in a draw, and its point."""

    baseline: Terms
    reform: Terms
    point: Point


@dataclass(frozen=True)
class RareRun:
    """Rare prices of home's oxides [USD/kg; T], and how well their run cleared."""

    prices: Series
    residual: float
    worst: str
    finite: bool


@dataclass(frozen=True)
class Summary:
    """One law in one draw: measures, incomes, and how well every market cleared.

    Attributes:
        series: measures by name [T].
        money: income by (zone, group) [T].
        left: value of what comes after the last year reported, by (zone, group), a discount rate each (`Plan.rates`).
        rare: rare prices by node of home's oxides, empty if not asked for.
        residual: largest imbalance of any good or permit in any period (`audit.worst`).
        finite: whether every price, level and account is a finite number; a measure of what is not there is none.
        worst: of what the residual is, and when, in words.
        wrong: what no market can do and this run does, in words; empty where there is nothing (`audit.impossible`).
        miss: how far the money booked is from a second reckoning, as a share of turnover (`money_audit`).
        missed: where that miss lies, in words.
    """

    series: Mapping[str, np.ndarray]
    money: Ledger
    left: Ledger
    rare: Series
    residual: float
    finite: bool
    worst: str = ""
    wrong: str = ""
    miss: float = 0.0
    missed: str = ""

    def __reduce__(self) -> tuple[Callable[..., Summary], tuple[Any, ...]]:
        return _unpacked, tuple(_table(x) if isinstance(x, Mapping) else x for x in vars(self).values())

    @property
    def booked(self) -> bool:
        """Whether the money agrees with its second reckoning."""
        return self.miss <= BOOKED_AT

    @property
    def good(self) -> bool:
        """Whether it may stand in a figure: its markets cleared, or almost, and its money is booked right."""
        return self.status != "not_cleared" and self.booked

    @property
    def status(self) -> str:
        """cleared, almost or not_cleared."""
        if not self.finite or self.wrong or self.residual > ALMOST_AT:
            return "not_cleared"
        return "cleared" if self.residual <= CLEARED_AT else "almost"


@dataclass(frozen=True)
class Pair:
    """Baseline and reform of one draw.

    Attributes:
        draw: its number.
        baseline, reform: the two laws.
        later: the reform some years later, if it was asked for.
        guides: prices of baseline and reform, near which other laws of the draw are looked for.
    """

    draw: int
    baseline: Summary
    reform: Summary
    later: Summary | None = None
    guides: tuple[Guide, Guide] | None = None

    @property
    def worst(self) -> str:
        """What is wrong with the worse of the two, in words: its imbalance, what no market can do, its money."""
        sides = (("baseline", self.baseline), ("reform", self.reform))
        side, case = max(sides, key=lambda x: (not x[1].good, x[1].residual))
        of_money = "" if case.booked else f"money misses by {case.miss:.1e} of turnover: {case.missed}"
        return f"{side}: {case.wrong or of_money or case.worst}"

    @property
    def status(self) -> str:
        """The worse of the two."""
        order = ("cleared", "almost", "not_cleared")
        return max(self.baseline.status, self.reform.status, key=order.index)

    @property
    def good(self) -> bool:
        """Whether both may stand in a figure."""
        return self.baseline.good and self.reform.good

    @property
    def unchanged(self) -> bool:
        """Whether both laws do the same to the last bit."""
        both = ((self.baseline.series, self.reform.series), (self.baseline.money, self.reform.money))
        return all(a.keys() == b.keys() and all(np.array_equal(a[k], b[k], equal_nan=True) for k in a) for a, b in both)


def by_law(cases: Sequence[Pair]) -> tuple[list[Summary], list[Summary]]:
    """The baselines of some draws, and their reforms."""
    return [p.baseline for p in cases], [p.reform for p in cases]


@dataclass(frozen=True)
class Plan:
    """What every job of an ensemble shares.

    Attributes:
        lens: how runs are read, over the years reported.
        texts: what is compared.
        changes: of the law's and of the world's numbers.
        central_quantiles: quantile by factor of the central draw; factors not named stand at their medians.
        batch: draws run at once in one compiled program; 0: one by one.
        rates: social discount rates at which what is left at the end is valued.
        until: last year that is run, so that what comes after the years reported has its value; none beyond them: 0.
    """

    lens: Lens
    texts: Texts
    changes: Changes
    central_quantiles: Mapping[str, float] = field(default_factory=dict)
    batch: int = 0
    rates: tuple[float, ...] = RATES
    until: int = 0

    @property
    def engine(self) -> Engine:
        """The engine of the years reported."""
        return self.lens.engine

    @cached_property
    def whole(self) -> Plan:
        """The same plan with all years that are run reported: a half year or a quarter is one to the end."""
        longer = self.engine.until(self.until)
        return replace(self, lens=Lens(longer, self.lens.home)) if longer.last > self.engine.last else self

    def use(self, quantiles: Mapping[str, float] | None = None, **more: Any) -> dict[str, Any]:
        """How the law is used in a run."""
        return {"reading": self.texts.reading or None, "as_of": self.texts.as_of, "quantiles": quantiles, **more}

    def values(self, quantiles: Mapping[str, float]) -> dict[str, float]:
        """The world's numbers in a draw, overrides applied; factors not named stand where the central draw has them."""
        numbers = self.engine.world.numbers
        return numbers.changed(numbers.draw({**self.central_quantiles, **quantiles}), self.changes.world)

    def baseline(self, use: LawUse) -> Terms:
        """Terms of the baseline."""
        return self.texts.baseline.terms(self.engine.years, **use, last=self.engine.dt[-1])

    def reform(self, use: LawUse, prepared: Prepared | None = None) -> Terms:
        """Terms of the reform."""
        return (prepared or self.texts.reform).terms(
            self.engine.years, **use, overrides=self.changes.law, last=self.engine.dt[-1]
        )


def case(lens: Lens, outcome: Outcome, rates: Sequence[float] = RATES) -> Summary:
    """Reduce a run to what a study keeps; as of `reduced`."""
    return reduced(lens, Users(outcome), rates)


def unaudited(lens: Lens, outcome: Outcome, rates: Sequence[float] = RATES) -> Summary:
    """A run reduced to what figures read, without a look at how well it cleared: a point beside one that was."""
    n, booked = len(lens.engine.years), RunAccounts.of(lens, outcome, rates).until(len(lens.engine.years), rates)
    return Summary({k: x[:n] for k, x in measure(lens, outcome).items()}, booked.money, booked.left, {}, 0.0, True)


def reduced(lens: Lens, users: Users, rates: Sequence[float], base: Users | None = None) -> Summary:
    """Reduce a run to what a study keeps.

    Args:
        lens: how it is read.
        users: the run, with its final users in their own terms; over the lens's years, or on beyond them.
        rates: social discount rates at which what is left at the end is valued.
        base: the same draw without the reform, between which and this run users' losses have bounds; None: not at hand.
    """
    outcome, record = users.run, users.run.record
    finite = bool(np.isfinite(record.price).all() and np.isfinite(record.level).all())
    network = lens.engine.world.network
    found, booked = worst(outcome, network), RunAccounts.of(lens, outcome, rates)
    miss = missed(lens, users, booked.money, NEIGHBOURS)
    if base is not None:
        miss = miss.worse(missed_between(lens, base, users))
    periods = len(lens.engine.years)
    reported = booked.until(periods, rates)
    finite = finite and bool(np.isfinite(np.concatenate([*reported.money.values(), *reported.left.values()])).all())
    return Summary(
        _own(measure(lens, outcome), periods),
        _own(reported.money, periods),
        reported.left,
        {},
        found.size,
        finite,
        found.words,
        impossible(outcome, network, lens.engine.names),
        miss.size,
        miss.where,
    )


def _own(rows: Mapping[Any, np.ndarray], periods: int) -> dict[Any, np.ndarray]:
    """Rows over the first periods, in an array of their own: views of a run would keep as many runs as draws."""
    return dict(zip(rows, np.array([*rows.values()])[:, :periods].copy(), strict=True))


def _table(rows: Mapping[Any, np.ndarray]) -> tuple[tuple[Any, ...], np.ndarray]:
    """Rows of one length as their names and one array: a thousand small arrays take ten times as long to hand on."""
    return _names(tuple(rows)), np.array([*rows.values()])


@lru_cache(maxsize=16)
def _names(names: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first of equal tuples: summaries that are handed on together hand on their names once."""
    return names


def _unpacked(*parts: Any) -> Summary:
    return Summary(*(dict(zip(*x, strict=True)) if isinstance(x, tuple) else x for x in parts))


def pairs(
    plan: Plan, draws: Sample, users: UserCosts | None, rare_draws: int, tell: Any, runner: Runner | int
) -> list[Pair]:
    """Baseline and reform of every draw; the first `rare_draws` also get their rare prices.

    Args:
        plan: the plan.
        draws: the sample.
        users: finds the user costs without and with the reform, while the draws are under way; None: no rare prices.
        rare_draws: draws that get their rare prices.
        tell: progress.
        runner: as of `crew.each`.
    """
    with hired(runner) as crew:
        begun = begin_pairs(plan, draws, crew)
        rare = begin_rare(plan, draws, users(), rare_draws, crew) if users else None
        return joined(begun, rare, tell)


def begin_pairs(plan: Plan, draws: Sample, crew: Runner, kept: Kept | None = None, later: Texts | None = None) -> Begun:
    """Start baseline and reform of every draw, and the reform as of other texts, later; finished draws are kept."""
    count, step = draws.quantiles.shape[0], plan.batch or 1
    chunks = [range(i, min(i + step, count)) for i in range(0, count, step)]
    postponed = None if later is None else replace(plan, texts=later)
    return begin(chunks, partial(_pairs, plan, postponed, draws), crew, kept)


def begin_rare(plan: Plan, draws: Sample, users: tuple[UserCost, UserCost], rare_draws: int, crew: Runner) -> Begun:
    """Start the rare prices of the first draws, at the user costs without and with the reform."""
    return begin(range(min(rare_draws, len(draws.quantiles))), partial(_rare_pair, plan, draws, users), crew)


def joined(begun: Begun, rare: Begun | None, tell: Any) -> list[Pair]:
    """Wait for the draws (`begin_pairs`) and their rare prices (`begin_rare`)."""
    done = [p for chunk in begun.done(partial(tell, "draws")) for p in chunk]
    rare_runs = rare.done(partial(tell, "rare prices")) if rare else []
    return [_with_rare(p, rare_runs[p.draw]) if p.draw < len(rare_runs) else p for p in done]


def _pairs(plan: Plan, later: Plan | None, draws: Sample, chunk: Sequence[int]) -> list[Pair]:
    """Both laws in some draws: one by one, or all at once in a batch."""
    if not plan.batch:
        return [_pair(plan, draws, draw, later) for draw in chunk]
    asked: list[tuple[Point, Terms]] = []
    for i in chunk:
        base, reform, p = laws_and_point(plan.whole, draws, i)
        asked += [(p, terms) for terms in (base, reform, *([_reform(later, draws, i)] if later else []))]
    runs, size = run_batch(plan.whole.engine, asked), len(asked) // len(chunk)
    return [_both(plan, draw, *runs[size * k : size * k + size]) for k, draw in enumerate(chunk)]


def _pair(plan: Plan, draws: Sample, draw: int, later: Plan | None = None) -> Pair:
    base, reform, p = laws_and_point(plan.whole, draws, draw)
    first = run(plan.whole.engine, p, base)
    near = p.near(first.guide)
    pair = _both(plan, draw, first, run(plan.whole.engine, near, reform))
    if later is None or not pair.good:
        return pair
    late = pair.reform if pair.unchanged else solved(later, near, _reform(later, draws, draw))
    return replace(pair, later=late)


def _both(plan: Plan, draw: int, base: Outcome, reform: Outcome, late: Outcome | None = None) -> Pair:
    was, now = Users(base), Users(reform)
    sides = reduced(plan.lens, was, plan.rates), reduced(plan.lens, now, plan.rates, was)
    pair = Pair(draw, *sides, guides=(base.guide, reform.guide))
    if late is None:
        return pair
    return replace(pair, later=pair.reform if pair.unchanged else case(plan.lens, late, plan.rates))


def _reform(plan: Plan, draws: Sample, draw: int) -> Terms:
    """The reform in a draw, over all years that are run."""
    return plan.whole.reform(plan.use(draws.of_law(draw)))


def laws_and_point(plan: Plan, draws: Sample, draw: int) -> LawsAtPoint:
    """Baseline, reform, and the point of a draw."""
    use = plan.use(draws.of_law(draw))
    base = plan.baseline(use)
    return LawsAtPoint(base, plan.reform(use), point(plan.engine, plan.values(draws.of_world(draw)), base))


def _rare_pair(plan: Plan, draws: Sample, users: tuple[UserCost, UserCost], draw: int) -> tuple[RareRun, RareRun]:
    use = plan.use(draws.of_law(draw))  # over the years reported: prices alone are read
    p = point(plan.engine, plan.values(draws.of_world(draw)), plan.baseline(use))
    use |= {"bill": damage_bill(plan.engine, p)}
    return rare_prices(plan, p, plan.baseline(use), users[0]), rare_prices(plan, p, plan.reform(use), users[1])


def rare_prices(plan: Plan, p: Point, terms: Terms, user: UserCost) -> RareRun:
    """Rare prices of home's oxides by element.

    Args:
        plan: the plan.
        p: the draw.
        terms: the law with the bill for damage.
        user: the user cost.
    """
    outcome = rare_run(plan.engine, p, terms, user)
    record = outcome.record
    finite = bool(np.isfinite(record.price).all() and np.isfinite(record.level).all())
    found = worst(outcome, plan.engine.world.network)
    prices = {e: record.price[:, i].copy() for e, i in plan.lens.oxides.items()}
    return RareRun(prices, found.size, found.words, finite)


def _with_rare(p: Pair, found: tuple[RareRun, RareRun]) -> Pair:
    return replace(p, baseline=with_rare(p.baseline, found[0]), reform=with_rare(p.reform, found[1]))


def with_rare(c: Summary, found: RareRun) -> Summary:
    """The case with its rare prices."""
    least, said = max((c.residual, c.worst), (found.residual, f"with rare prices, {found.worst}"))
    return replace(c, rare=found.prices, residual=least, worst=said, finite=c.finite and found.finite)


def solved(plan: Plan, p: Point, terms: Terms) -> Summary:
    """One law at one point, both of all years that are run (`Plan.whole`)."""
    return case(plan.lens, run(plan.whole.engine, p, terms), plan.rates)


def rerun_reform(plan: Plan, draws: Sample, done: Sequence[Pair], tell: Any, runner: Runner | int) -> list[Pair]:
    """Another reform on draws that have been run, each with the baseline it had."""
    jobs = [(p.draw, p.guides and p.guides[1]) for p in done]
    found = each(jobs, partial(_again, plan, draws), tell, runner)
    return [Pair(p.draw, p.baseline, c) for p, c in zip(done, found, strict=True)]


def _again(plan: Plan, draws: Sample, job: tuple[int, Guide | None]) -> Summary:
    _, reform, p = laws_and_point(plan.whole, draws, job[0])
    return solved(plan, p.near(job[1]), reform)
