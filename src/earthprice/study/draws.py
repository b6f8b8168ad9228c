"""Second step of an assessment: the draws. Both laws in every draw, with the rare prices that some of them get."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from earthprice.errors import NotClearedError
from earthprice.law import uncertain_keys
from earthprice.past.posterior import posterior
from earthprice.runs.engine import Point, point
from earthprice.runs.rare import UserCost, damage_bill, user_cost
from earthprice.runs.runner import Kept, Progress, Runner
from earthprice.runs.sample import Sample, sample, widened
from earthprice.study.assessment import SERIES_COLUMNS
from earthprice.study.bands import Bands, bands
from earthprice.study.ensemble import Pair, begin_pairs, begin_rare, joined
from earthprice.study.frame import RARE_DRAWS, Frame, postponed
from earthprice.study.replay import replay


@dataclass(frozen=True)
class DrawResults:
    """The draws of an assessment.

    Attributes:
        sample: the draws, behaviour as fitted to the record.
        every: both laws in each of them.
        cleared: those that may stand in a figure.
        central: the central draw.
        user_costs: user cost of the ore without and with the reform, at the central draw.
        past: the first past replayed (columns `SERIES_COLUMNS`).
        bands: what is left out of levels in the draws that cleared.
    """

    sample: Sample
    every: list[Pair]
    cleared: list[Pair]
    central: Point
    user_costs: tuple[UserCost, UserCost]
    past: pd.DataFrame
    bands: Bands

    @property
    def delayed(self) -> list[Pair]:
        """The reform two years later on the draws that cleared: what waiting costs; none where it is not asked."""
        return [Pair(p.draw, p.baseline, p.later) for p in self.cleared if p.later]


def run_draws(f: Frame, crew: Runner, kept: Kept | None, tell: Progress) -> DrawResults:
    """Run both laws in every draw, and the reform later; user cost is found in this process meanwhile.

    Raises:
        NotClearedError: no draw cleared.
    """
    draws = fitted_sample(f)
    later = None if f.options.only else postponed(f.rulebook, f.options, f.world).alone()
    begun = begin_pairs(f.plan, draws, crew, kept, later)
    tell("user cost of the ore", 0, 1)
    central = central_point(f)
    users = user_costs(f, central)
    tell("user cost of the ore", 1, 1)
    rare_runs = begin_rare(f.plan, draws, users, RARE_DRAWS, crew)
    past = _past(f)
    every = joined(begun, rare_runs, tell)
    cleared = [p for p in every if p.good]
    if not cleared:
        raise NotClearedError(f"no draw cleared; the first: {every[0].worst}; a cap, a ban or a price cannot be met")
    held = bands(f.plan.lens, f.texts.as_of, cleared, f.options.seed)
    return DrawResults(draws, every, cleared, central, users, past, held)


def _past(f: Frame) -> pd.DataFrame:
    """The first past replayed; empty where only figures are asked."""
    if f.options.only:
        return pd.DataFrame(columns=list(SERIES_COLUMNS))
    return replay(f.plan.lens.headline[:2], f.plan.lens.home, f.texts.as_of)


def fitted_sample(f: Frame) -> Sample:
    """The draws of an assessment, behaviour as fitted to the record."""
    return posterior(prior_draws(f), f.world.fit(f.texts.as_of))


def prior_draws(f: Frame) -> Sample:
    """The same draws before anything is fitted: factors of the world, and numbers of the law that have a range.

    Numbers of the answers alone are drawn beside the others, so that the text has the same draws with and without them.
    """
    of_text = uncertain(replace(f, texts=f.texts.alone()))
    drawn = sample(tuple(f.world.numbers.members), of_text, f.options.draws, f.options.seed)
    return widened(drawn, uncertain(f), f.options.seed) if f.options.answers else drawn


def uncertain(f: Frame) -> list[str]:
    """Keys of the numbers of the law that have a range, those of the answers among them."""
    return uncertain_keys(f.texts.reform.stack, f.texts.as_of)


def draws_key(f: Frame) -> str:
    """Everything that the draws of an assessment hang on: facts, texts as read, options, and the draws themselves."""
    plan, draws = f.plan, fitted_sample(f)
    books = [b.text for s in (f.texts.baseline.stack, f.texts.reform.stack) for b in s.books]
    told = (
        f.world.facts,
        f.world.hash,
        books,
        f.texts.reading,
        f.texts.as_of,
        plan.whole.engine.years.tolist(),
        plan.whole.engine.dt.tolist(),
        len(plan.engine.years),
        sorted(plan.changes.law.items()),
        sorted(plan.changes.world.items()),
        sorted(plan.central_quantiles.items()),
        f.options.delay_years,
        f.options.only,
        plan.batch,
        plan.rates,
        draws.factors,
        draws.quantiles.tolist(),
    )
    return repr(told)


def central_point(f: Frame) -> Point:
    """The central draw, over all years that are run."""
    plan = f.plan.whole
    return point(plan.engine, plan.values({}), plan.baseline(plan.use()))


def user_costs(f: Frame, p: Point, base: UserCost | None = None) -> tuple[UserCost, UserCost]:
    """User cost at a point, such as the central draw, without and with the reform, over all years that are run.

    Args:
        f: the frame.
        p: the point.
        base: that without the reform, where it is known from another text on the same law in force.
    """
    plan = f.plan.whole
    use = plan.use(bill=damage_bill(plan.engine, p))
    first = base or user_cost(plan.engine, p, plan.baseline(use), f.options.discount)
    return first, user_cost(plan.engine, p, plan.reform(use), f.options.discount, first)
