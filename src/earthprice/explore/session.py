"""A session: a state of the page run exactly, at the central draw or in any other, by the functions that `assess` uses.

What a move leaves as it was is kept: texts, calendar, starting point and baseline. Nothing is approximated.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from earthprice.errors import OptionError
from earthprice.explore.glance import Glance
from earthprice.explore.opened import Opened
from earthprice.explore.state import LeverState
from earthprice.law import Prepared, Rulebook, Texts, texts
from earthprice.law.switched import switched
from earthprice.measures.lens import Lens
from earthprice.runs.audit import impossible, worst
from earthprice.runs.changes import Changes, changes
from earthprice.runs.engine import Engine, Point, point, run
from earthprice.runs.sample import Sample
from earthprice.runs.size import AUTO
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import Pair, Plan, Summary, case, solved
from earthprice.study.frame import Frame, framed, of_text, postponed, spanned, text_alone, yearly
from earthprice.study.options import Options, asked
from earthprice.study.periods import quartered

KEPT_TEXTS, KEPT_POINTS = 8, 26
"""Texts, and starting points with their baselines (ten megabytes each), that a session keeps."""
STREAMED = 24
"""Draws that come first; their starting points and baselines are kept."""
FACTORS = 10
"""Uncertain factors that are levers."""

Made = TypeVar("Made")


class Latest:
    """The latest results of pure functions, by what they were made of.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was kept under a key, else made now; two threads that ask at once may both make it."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


@dataclass(frozen=True)
class RunAtPoint:
    """A run of a draw, the baseline or the text as it was opened, and the draw's point, near that run."""

    point: Point
    found: Summary


@dataclass(frozen=True)
class Moved:
    """A state run in one draw.

    Attributes:
        frame: what was run.
        pair: both laws, the text alone.
        answered: the text with the answers to it, in the central draw; None where there are none.
    """

    frame: Frame
    pair: Pair
    answered: Summary | None


class Session:
    """A rulebook opened, and what its moves share.

    Args:
        opened: the rulebook.
    """

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._texts, self._calendars, self._samples = Latest(KEPT_TEXTS), Latest(KEPT_TEXTS), Latest(KEPT_TEXTS)
        self._starts, self._near, self._frames = Latest(KEPT_POINTS), Latest(KEPT_POINTS), Latest(4)
        self._laws = Latest(KEPT_POINTS)
        self._years: dict[Hashable, int] = {}

    def options(self, state: LeverState) -> Options:
        """The options of `assess` that the state comes to, but for what is switched.

        Raises:
            OptionError: an answer that is not offered, or a change of a number that the text does not set.
        """
        for name in state.changes:
            if name not in self._numbers:
                said = f"'{name}' is no number that {self.opened.book.rulebook} sets"
                raise OptionError(said, given=name, accepted=self._numbers)
        for name in state.answers:
            if name not in self.opened.answers:
                raise OptionError(f"no answer '{name}'", given=name, accepted=self.opened.answers)
        return replace(
            self.opened.opening.options,
            overrides={**self.acting_changes(state), **self.world_changes(state)},
            reading=state.reading or self.opened.opening.options.reading,
            answers=state.answers,
            delay_years=state.delay,
            discount=state.discount,
        )

    def acting_changes(self, state: LeverState) -> dict[str, str | float]:
        """Changes of numbers of the text, without those of measures that are off: a change would switch these on.

        A power that nobody has switched is used where one of its numbers is moved, as `assess --set` has it.
        """
        off = {k for a in self.opened.book.articles if a.number in state.off for k in a.measures}
        off |= {k for k, on in state.used.items() if not on}
        return {k: v for k, v in state.changes.items() if k.rpartition(".")[0] not in off}

    def world_changes(self, state: LeverState) -> dict[str, float]:
        """Numbers of the world with some factors at other quantiles, others at the central draw's.

        Raises:
            OptionError: no such factor.
        """
        numbers, found = self.opened.world.numbers, {}
        for factor, quantile in state.world.items():
            if factor not in numbers.members:
                raise OptionError(f"no factor '{factor}'", given=factor, accepted=numbers.members)
            values = numbers.draw({**self._central_quantiles, factor: quantile})
            found |= {numbers.keys[int(i)]: values[numbers.keys[int(i)]] for i in numbers.members[factor]}
        return found

    @cached_property
    def _numbers(self) -> frozenset[str]:
        """Numbers that the text sets itself, as `measure.parameter`: those below it are not the page's to move."""
        of = self.opened.book.measures.items()
        return frozenset(f"{k}.{p}" for k, m in of for p in m.quantities() if p in m.model_fields_set)

    @cached_property
    def _unmoved(self) -> Frame:
        return self.frame(LeverState())

    @property
    def _central_quantiles(self) -> dict[str, float]:
        return dict(self._unmoved.plan.central_quantiles)

    def book(self, state: LeverState) -> Rulebook:
        """The text with what is switched on and off."""
        return switched(self.opened.book, state.off, state.used)

    def frame(self, state: LeverState) -> Frame:
        """Texts, changes and periods of a state, of the text alone.

        Raises:
            OptionError, RulebookError: the state does not fit the rulebook.
        """
        return self._frames.get(state.key, lambda: self._frame(state))

    def _frame(self, state: LeverState) -> Frame:
        o = self.opened
        options = spanned(self.options(state), o.world)
        book = self.book(state)
        said = self._said(state)
        with o.opening.reading():
            known = self._texts.get(said, lambda: texts(asked(book, options, o.world.base_year), o.world.network))
            changed = changes(options.overrides, known.reform.stack, o.world.numbers, known.reading, known.as_of)
            e = self._periods(state, known, changed)
        year = self._years.get(said)
        f = text_alone(framed(book.rulebook, options, o.world, known, changed, e, year))
        if year is None:
            self._years = dict([*self._years.items(), (said, f.year)][-KEPT_TEXTS:])
        lens = self._lens(f.plan.lens)
        return replace(f, plan=replace(f.plan, lens=lens), answered=f.answered and replace(f.answered, lens=lens))

    def _said(self, state: LeverState) -> Hashable:
        """What texts hang on."""
        reading = self.options(state).reading
        return state.off, tuple(sorted(state.used.items())), state.answers, state.delay, reading

    def late(self, state: LeverState) -> Texts:
        """The texts with the entry into force two years later."""
        o = self.opened

        def make() -> Texts:
            with o.opening.reading():
                return postponed(self.book(state), spanned(self.options(state), o.world), o.world)

        return self._texts.get(("late", self._said(state)), make)

    def _periods(self, state: LeverState, known: Texts, changed: Changes) -> Engine:
        """The periods, as `frame` cuts them: anew only where a licence or the texts have been moved."""
        options, world = spanned(self.options(state), self.opened.world), self.opened.world
        e = self._calendars.get("yearly", lambda: yearly(options, world))
        if options.period != AUTO:
            return e
        timed = tuple((k, v) for k, v in sorted(state.changes.items()) if _times(known, k))
        both = [x.alone() for x in (known, self.late(state))]
        return self._calendars.get((self._said(state), timed), lambda: quartered(e, both, of_text(changed, known)))

    def _lens(self, lens: Lens) -> Lens:
        """The same lens for the same periods, with the masks that it has found."""
        e = lens.engine
        return self._calendars.get((e.years.tobytes(), e.dt.tobytes()), lambda: lens)

    def sample(self, f: Frame) -> Sample:
        """The draws of a frame, those of `assess`."""
        books = f.texts.reform.stack.name, f.options.delay_years
        return self._samples.get(books, lambda: fitted_sample(f))

    def ground(self, f: Frame) -> tuple[Hashable, ...]:
        """What starting points and baselines of a frame hang on: moves that leave it leave them."""
        plan = f.plan.whole
        return (
            plan.texts.reading,
            plan.texts.as_of,
            plan.texts.baseline.stack.name,
            plan.engine.years.tobytes(),
            plan.rates,
            tuple(sorted((k, o.value) for k, o in plan.changes.world.items())),
        )

    def start(self, f: Frame, draw: int | None) -> RunAtPoint:
        """Where a draw starts from, the central one if None; kept for the first draws."""
        plan = f.plan.whole
        if _late(draw):
            return self._start(plan, f, draw)
        return self._starts.get(self._of_draw(f, draw), lambda: self._start(plan, f, draw))

    def _of_draw(self, f: Frame, draw: int | None) -> Hashable:
        return *self.ground(f), b"" if draw is None else self.sample(f).quantiles[draw].tobytes()

    def _start(self, plan: Plan, f: Frame, draw: int | None) -> RunAtPoint:
        use = plan.use(None if draw is None else self.sample(f).of_law(draw))
        quantiles = {} if draw is None else self.sample(f).of_world(draw)
        base = plan.baseline(use)
        p = point(plan.engine, plan.values(quantiles), base)
        first = run(plan.engine, p, base)
        return RunAtPoint(p.near(first.guide), case(f.plan.lens, first, f.plan.rates))

    def _law(self, law: Prepared, draw: int | None) -> Prepared:
        """A law by draw: each of the first draws keeps what it has found of the numbers that no lever has moved."""
        if draw is None or _late(draw):
            return law
        return self._laws.get((law, draw), lambda: Prepared(law.stack, law.ground, law.reached))

    def place(self, state: LeverState, draw: int | None) -> Point:
        """The point from which a state is run in a draw."""
        return self._place(state, draw, self.start(self.frame(state), draw))

    def _place(self, state: LeverState, draw: int | None, begun: RunAtPoint) -> Point:
        """The point of a draw, near the text as it was opened if nothing but its numbers was moved, else the baseline.

        A moved text has prices close to those, and is found in a third of the steps.
        """
        f = self.frame(state)
        if _late(draw) or state.key == LeverState().key or self.ground(self._unmoved) != self.ground(f):
            return begun.point
        return self._as_opened(draw).point

    def _as_opened(self, draw: int | None) -> RunAtPoint:
        """The text as it was opened, run in a draw, and the point near which moved texts are looked for."""
        f, plan = self._unmoved, self._unmoved.plan.whole

        def make() -> RunAtPoint:
            law = None if draw is None else self.sample(f).of_law(draw)
            begun = self.start(f, draw).point
            found = run(plan.engine, begun, plan.reform(plan.use(law)))
            return RunAtPoint(begun.near(found.guide), case(f.plan.lens, found, f.plan.rates))

        return self._near.get(self._of_draw(f, draw), make)

    def run(self, state: LeverState, draw: int | None = None, later: bool = False) -> Moved:
        """A state in a draw, the central one if None, over all years that `assess` runs; the text later too if asked.

        Raises:
            OptionError, RulebookError: the state does not fit the rulebook.
        """
        f = self.frame(state)
        law = None if draw is None else self.sample(f).of_law(draw)

        def solve(plan: Plan, p: Point) -> Summary:
            if state.key == LeverState().key and plan is f.plan and not _late(draw):
                return self._as_opened(draw).found
            return solved(plan, p, plan.whole.reform(plan.use(law), self._law(plan.texts.reform, draw)))

        return self._moved(state, draw, solve, later)

    def glance(self, state: LeverState) -> Moved:
        """The central run over the years on screen, and one more: as `run`, but for its money, in half the time.

        Prices and levels have the same bits, measures agree to their last digit. Money counts what is left at the end,
        which the years after those on screen tell; `run` has it.
        """
        return self._moved(state, None, _seen)

    def _moved(
        self, state: LeverState, draw: int | None, solve: Callable[[Plan, Point], Summary], later: bool = False
    ) -> Moved:
        f = self.frame(state)
        begun = self.start(f, draw)
        p = self._place(state, draw, begun)
        late = solve(replace(f.plan, texts=self.late(state).alone()), p) if later else None
        pair = Pair(-1 if draw is None else draw, begun.found, solve(f.plan, p), late)
        return Moved(f, pair, None if f.answered is None or draw is not None else solve(f.answered, p))


def _late(draw: int | None) -> bool:
    """Whether a draw comes after those of which anything is kept."""
    return draw is not None and draw >= STREAMED


def _seen(plan: Plan, p: Point) -> Summary:
    """A run over the years on screen, without its money; what is lost in a period is seen at the start of the next."""
    one = replace(plan, until=plan.engine.last + 1).whole
    outcome = run(one.engine, p, one.reform(one.use()))
    names, network = plan.engine.names, plan.engine.world.network
    finite = bool(np.isfinite(outcome.record.price).all() and np.isfinite(outcome.record.level).all())
    found, wrong = worst(outcome, network), impossible(outcome, network, names)
    return Summary(Glance(plan.lens, outcome), {}, {}, {}, found.size, finite, found.words, wrong)


def _times(known: Texts, name: str) -> bool:
    """Whether a change may move what quarters are cut around: a licence, or whether a power is used at all."""
    item = known.reform.stack.latest.get(name.rpartition(".")[0])
    return item is None or item.measure.instrument == "licence" or item.measure.kind == "power"
