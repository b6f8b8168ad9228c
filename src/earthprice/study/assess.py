"""Assess: a reform against the law in force continued, as one `Assessment`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from earthprice.arithmetic import settled
from earthprice.runs.runner import Kept, Progress, Runner, Store
from earthprice.study.answered import answered
from earthprice.study.assembled import assembled, begin_slower, with_what_is_slower
from earthprice.study.assessment import Assessment
from earthprice.study.draws import draws_key, run_draws
from earthprice.study.frame import Frame, frame, text_alone
from earthprice.study.options import Options
from earthprice.study.start import start
from earthprice.study.workers import gathered
from earthprice.world.world import World

__all__ = ["Options", "assess"]


@settled()
def assess(
    rulebook: str,
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    world: World | None = None,
    runner: Runner | None = None,
    store: Store | None = None,
    page_one: Callable[[Assessment], None] | None = None,
) -> Assessment:
    """Hold a rulebook against the law in force continued, or against another.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        options: see `Options`.
        progress: called with (words, done, total).
        world: the world; the last benchmark known by what the text sees if None (`study.start`).
        runner: who does the runs, such as a `Cluster`; threads and spawned processes of this machine if None.
        store: where finished draws are kept, so that an interrupted assessment goes on.
        page_one: called with the assessment as soon as its first page stands, before articles, rare prices by damage
            and rate, and options, which it does not tell.

    Returns:
        The assessment: ten figures, exports, groups, articles, drivers and the rest, each with its range over draws.

    Raises:
        RulebookError, OptionError: what was given does not fit.
        NotClearedError: no draw cleared.
    """
    tell, asked = progress or (lambda _words, _done, _total: None), options or Options()
    f = text_alone(frame(rulebook, asked, world or start([rulebook], asked).world))
    with nullcontext(runner) if runner is not None else gathered(asked.draws, asked.workers, asked.batch) as crew:
        return _assess(f, crew, store.opened(draws_key(f)) if store else None, tell, page_one)


def _assess(
    f: Frame, crew: Runner, kept: Kept | None, tell: Progress, page_one: Callable[[Assessment], None] | None
) -> Assessment:
    d = run_draws(f, crew, kept, tell)
    a = answered(f, d, crew, tell)
    slower = begin_slower(f, d, crew)
    try:
        made = assembled(f, d, a)
        if page_one:
            page_one(made)
        return with_what_is_slower(f, d, a, made, slower, crew, tell)
    except BaseException:
        if slower:
            slower.drop()
        raise
