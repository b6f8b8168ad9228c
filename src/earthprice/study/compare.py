"""Compare: several rulebooks against the same law in force, on the same draws; and clause by clause between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.errors import NotClearedError, OptionError, RulebookError
from earthprice.facts.world import load_world
from earthprice.law import Article, Rulebook, numbers, prepare, stack
from earthprice.study.assess import RARE_DRAWS, Frame, Tell, frame, user_costs
from earthprice.study.engine import Point, point
from earthprice.study.ensemble import Pair, Plan, pairs, solved
from earthprice.study.figures import Figure, catalogue, table
from earthprice.study.options import Options
from earthprice.study.parallel import each
from earthprice.study.sample import Sample, sample
from earthprice.world.world import World

COLUMNS = ("rulebook", "number", "key", "unit", "p05", "p50", "p95", "sign", "words")
WORDS_ONLY = {"source", "why", "published", "basis", "confidence"}
"""Keys of a measure that change no number."""


def compare(rulebooks: Sequence[str], options: Options | None = None, progress: Tell | None = None, *,
            world: World | None = None) -> pd.DataFrame:  # fmt: skip
    """Hold several rulebooks against the same baseline, on the same draws.

    Args:
        rulebooks: two or more names or paths.
        options: see `Options`; without `as_of` all texts see what the latest of them sees.
        progress: called with (words, done, total).
        world: the world; the shipped one if None.

    Returns:
        Columns `COLUMNS`. One row a rulebook and figure: difference from the baseline, median and 9-in-10 range. With
        two rulebooks, also one row a measure that the second has otherwise (`clause.<measure>`): what the second's
        wording in place of the first's changes in home's net gain, at the central draw, all else as in the second; NaN
        where the first's wording does not fit into the second.

    Raises:
        OptionError: fewer than two rulebooks, one twice, or baselines that differ.
        NotClearedError: no draw cleared under every rulebook.
    """
    tell = progress or (lambda _words, _done, _total: None)
    frames = same_baseline([str(r) for r in rulebooks], options or Options(), world or load_world())
    draws = _draws(frames)
    every = {name: _pairs(name, f, draws, tell) for name, f in frames.items()}
    lost = {p.draw for found in every.values() for p in found if p.status == "not_cleared"}
    if len(lost) == draws.quantiles.shape[0]:
        raise NotClearedError("no draw cleared under every rulebook")
    parts = [_figures(name, f, [p for p in every[name] if p.draw not in lost]) for name, f in frames.items()]
    if len(frames) == 2:
        parts.append(_clauses(frames, tell))
    return pd.concat(parts, ignore_index=True)


def same_baseline(rulebooks: Sequence[str], options: Options, world: World) -> dict[str, Frame]:
    """Frames by rulebook, all against one law in force and with the same knowledge.

    Raises:
        OptionError: fewer than two rulebooks, one twice, or baselines that differ.
    """
    if len(rulebooks) < 2 or len(set(rulebooks)) < len(rulebooks):
        raise OptionError(f"{len(rulebooks)} rulebooks, {len(set(rulebooks))} different", where="RULEBOOK",
                          accepted="two or more different ones")  # fmt: skip
    frames = {name: frame(name, options, world) for name in rulebooks}
    known = options.as_of or max(f.texts.as_of for f in frames.values())
    frames = {name: frame(name, replace(options, as_of=known), world) for name in rulebooks}
    first, *rest = frames.items()
    for name, f in rest:
        if _stands_on(f) != _stands_on(first[1]):
            raise OptionError(
                f"'{first[0]}' stands on {_stands_on(first[1])}, '{name}' on {_stands_on(f)}", where="RULEBOOK",
                accepted="rulebooks with the same law in force; --against and --reading name one for all",
            )  # fmt: skip
    return frames


def _stands_on(f: Frame) -> str:
    return f"{f.texts.baseline.stack.name}, read {f.texts.reading or 'plainly'}, of {f.plan.lens.home}"


def _draws(frames: dict[str, Frame]) -> Sample:
    """One sample over the factors of the world and the uncertain numbers of all the texts."""
    keys: dict[str, None] = {}
    for f in frames.values():
        law = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
        keys |= dict.fromkeys(law.loc[law["low"].notna() & (law["low"] != law["high"]), "key"])
    f = next(iter(frames.values()))
    return sample(tuple(f.world.numbers.members), list(keys), f.options.draws, f.options.seed)


def _pairs(name: str, f: Frame, draws: Sample, tell: Tell) -> list[Pair]:
    def told(_words: str, done: int, total: int) -> None:
        tell(name, done, total)

    return pairs(f.plan, draws, user_costs(f), RARE_DRAWS, told, f.options.workers)


def _figures(name: str, f: Frame, kept: Sequence[Pair]) -> pd.DataFrame:
    shown = table(catalogue(f.plan, f.year, f.first, f.options.discount), kept, f.year)
    names = {"diff_p05": "p05", "diff_p50": "p50", "diff_p95": "p95", "label": "words"}
    return shown.rename(columns=names).assign(rulebook=name)[list(COLUMNS)]


@dataclass(frozen=True)
class Clause:
    """A measure that the second text has otherwise than the first: None where a text lacks it."""

    id: str
    first: str | None
    second: str | None

    @property
    def words(self) -> str:
        """changed, new or dropped, with the articles."""
        if self.first is None:
            return f"new: art. {self.second}"
        if self.second is None:
            return f"dropped: art. {self.first} of the first"
        return f"changed: art. {self.first} to {self.second}"


def clauses(first: Rulebook, second: Rulebook) -> list[Clause]:
    """Measures that differ between two texts, matched by id."""
    under = [{m: a.number for a in book.articles for m in a.measures} for book in (first, second)]
    found = []
    for name in dict.fromkeys((*first.measures, *second.measures)):
        both = name in under[0] and name in under[1]
        if not (both and _acts(first, name) == _acts(second, name)):
            found.append(Clause(name, under[0].get(name), under[1].get(name)))
    return found


def _acts(book: Rulebook, name: str) -> object:
    return _bare(book.measures[name].model_dump(by_alias=True))


def _bare(thing: object) -> object:
    """What acts in a measure: everything but its words."""
    if isinstance(thing, dict):
        return {k: _bare(v) for k, v in thing.items() if k not in WORDS_ONLY}
    return [_bare(v) for v in thing] if isinstance(thing, list | tuple) else thing


def with_clause(book: Rulebook, other: Rulebook, clause: Clause) -> Rulebook:
    """The book with one measure as the other text has it: replaced, left out, or added under its own article."""
    articles: list[Article] = []
    for a in book.articles:
        held = {k: m for k, m in a.measures.items() if k != clause.id}
        if clause.first is not None and clause.id in a.measures:
            held = {k: other.measures[k] if k == clause.id else m for k, m in a.measures.items()}
        articles.append(a.model_copy(update={"measures": held}))
    if clause.second is None:
        article = next(a for a in other.articles if clause.id in a.measures)
        alone = {"measures": {clause.id: other.measures[clause.id]}, "number": f"{article.number} of the other text"}
        articles.append(article.model_copy(update=alone))
    return book.model_copy(update={"articles": articles})


def _clauses(frames: dict[str, Frame], tell: Tell) -> pd.DataFrame:
    """What each clause of the second text is worth to home, at the central draw."""
    (_, first), (name, f) = frames.items()
    changed = clauses(first.texts.book, f.texts.book)
    shown = catalogue(f.plan, f.year, f.first, f.options.discount)
    gain = next(g for g in shown if g.number == 9)
    p = point(f.plan.engine, f.plan.values({}), f.plan.baseline(f.plan.use()))
    whole = gain.read(solved(f.plan, p, f.plan.reform(f.plan.use())))
    work = partial(_without, f, first.texts.book, p, gain)
    worth = [whole - v for v in each(changed, work, partial(tell, "clauses"), f.options.workers)]
    rows = [(name, 9, f"clause.{c.id}", gain.unit, np.nan, v, np.nan, "central draw", c.words)
            for c, v in zip(changed, worth, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _without(f: Frame, first: Rulebook, p: Point, gain: Figure, clause: Clause) -> float:
    """Home's net gain under the second text with one clause as the first has it; NaN where it fits no text alone."""
    others = [b for b in f.texts.reform.stack.books if b.rulebook != f.texts.book.rulebook]
    book = next(b for b in f.texts.reform.stack.books if b.rulebook == f.texts.book.rulebook)
    try:
        swapped = prepare(stack(*others, with_clause(book, first, clause)), f.world.network)
    except RulebookError:  # the two wordings do not stand side by side: no price for this clause alone
        return float("nan")
    plan: Plan = f.plan
    return gain.read(solved(plan, p, plan.reform(plan.use(), swapped)))
