"""The ensemble: baseline and reform on common draws, reduced to measures as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from earthprice.dynamics.laws import NO_CAP
from earthprice.law import Prepared
from earthprice.market.audit import ALMOST_AT, CLEARED_AT, flow_residual, permit_residual
from earthprice.study.engine import Engine, Outcome, Point, point, run
from earthprice.study.measures import Lens, Series, measure
from earthprice.study.options import Texts
from earthprice.study.parallel import each
from earthprice.study.rare import UserCost, charge
from earthprice.study.sample import Sample
from earthprice.study.welfare import Ledger, ledger
from earthprice.world.terms import Terms

Use = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One law in one draw: measures, incomes, and how well every market cleared.

    Attributes:
        series: measures by name [T].
        money: income by (zone, group) [T].
        rare: rare prices by node of home's oxides, empty if not asked for.
        residual: largest imbalance of any good or permit in any period (`residual`).
        finite: whether every price and level is a finite number.
    """

    series: Series
    money: Ledger
    rare: Series
    residual: float
    finite: bool

    @property
    def status(self) -> str:
        """cleared, almost or not_cleared."""
        if not self.finite or self.residual > ALMOST_AT:
            return "not_cleared"
        return "cleared" if self.residual <= CLEARED_AT else "almost"


@dataclass(frozen=True)
class Pair:
    """Baseline and reform of one draw."""

    draw: int
    baseline: Case
    reform: Case

    @property
    def status(self) -> str:
        """The worse of the two."""
        order = ("cleared", "almost", "not_cleared")
        return max(self.baseline.status, self.reform.status, key=order.index)


@dataclass(frozen=True)
class Plan:
    """What every job of an ensemble shares."""

    lens: Lens
    texts: Texts
    overrides: Mapping[str, str]
    world_overrides: Mapping[str, str]

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.lens.engine

    def use(self, quantiles: Mapping[str, float] | None = None, **more: Any) -> dict[str, Any]:
        """How the law is used in a run."""
        return {"reading": self.texts.reading or None, "as_of": self.texts.as_of, "quantiles": quantiles, **more}

    def values(self, quantiles: Mapping[str, float]) -> dict[str, float]:
        """The world's numbers in a draw, with overrides applied."""
        values = self.engine.world.numbers.draw(quantiles)
        for key, change in self.world_overrides.items():
            values[key] = changed(values[key], change)
        return values

    def baseline(self, use: Use) -> Terms:
        """Terms of the baseline."""
        return self.texts.baseline.terms(self.engine.years, **use)

    def reform(self, use: Use, prepared: Prepared | None = None) -> Terms:
        """Terms of the reform."""
        return (prepared or self.texts.reform).terms(self.engine.years, **use, overrides=dict(self.overrides) or None)


def changed(value: float, change: str) -> float:
    """A number after `+5%`, `-5%`, `x0.5` or a plain number."""
    if change.endswith("%"):
        return value * (1.0 + float(change[:-1]) / 100.0)
    return value * float(change[1:]) if change.startswith("x") else float(change)


def case(lens: Lens, outcome: Outcome, rare: Outcome | None = None) -> Case:
    """Reduce a run to what a study keeps."""
    record = outcome.record
    finite = bool(np.isfinite(record.price).all() and np.isfinite(record.level).all())
    nodes = lens.engine.world.network.nodes
    dear: Series = {}
    if rare is not None:
        oxides = nodes["good"].str.endswith("_oxide") & nodes["zone"].eq(lens.home)
        for i in np.flatnonzero(oxides.to_numpy()):
            dear[str(nodes["element"].iloc[i])] = rare.record.price[:, i]
    worst = max(residual(o) for o in (outcome, rare) if o is not None)
    return Case(measure(lens, outcome), ledger(lens, outcome), dear, worst, finite)


def residual(outcome: Outcome) -> float:
    """Largest imbalance of any good or permit in any period: the worse of the solver's own and the audit's.

    The audit works from the levels alone (`market.audit.flow_residual`, `permit_residual`).
    """
    r, b, terms = outcome.record, outcome.point.bench, outcome.terms
    goods = flow_residual(b.a, np.maximum(b.flow, 0.01), r.level)
    amounts = np.where(r.permit_amount > NO_CAP, np.inf, r.permit_amount)
    caps = permit_residual(terms.permit_use, amounts, r.level)
    return float(np.nan_to_num([r.residual.max(), goods.max(), caps.max()], nan=np.inf).max())


def pairs(plan: Plan, draws: Sample, users: tuple[UserCost, UserCost] | None, rare_draws: int,
          tell: Any, workers: int) -> list[Pair]:  # fmt: skip
    """Baseline and reform of every draw; the first `rare_draws` also get their rare prices."""
    count = draws.quantiles.shape[0]
    work = partial(_pair, plan, draws, users, rare_draws)
    return each(range(count), work, partial(tell, "draws"), workers)


def _pair(plan: Plan, draws: Sample, users: tuple[UserCost, UserCost] | None, rare_draws: int, draw: int) -> Pair:
    use = plan.use(draws.of_law(draw))
    base, reform = plan.baseline(use), plan.reform(use)
    p = point(plan.engine, plan.values(draws.of_world(draw)), base)
    wanted = users if draw < rare_draws else None
    return Pair(draw, solved(plan, p, base, wanted[0] if wanted else None),
                solved(plan, p, reform, wanted[1] if wanted else None))  # fmt: skip


def solved(plan: Plan, p: Point, terms: Terms, user: UserCost | None = None) -> Case:
    """One law at one point, with its rare prices if a user cost is given."""
    outcome = run(plan.engine, p, terms)
    rare = run(plan.engine, p, terms, pigou=charge(plan.engine, p, terms, user)) if user is not None else None
    return case(plan.lens, outcome, rare)


def again(plan: Plan, draws: Sample, done: Sequence[Pair], tell: Any, workers: int) -> list[Pair]:
    """Another reform on draws that have been run, each with the baseline it had."""
    return each(done, partial(_again, plan, draws), tell, workers)


def _again(plan: Plan, draws: Sample, old: Pair) -> Pair:
    use = plan.use(draws.of_law(old.draw))
    p = point(plan.engine, plan.values(draws.of_world(old.draw)), plan.baseline(use))
    return Pair(old.draw, old.baseline, solved(plan, p, plan.reform(use)))
