"""Compare: several rulebooks against one law in force, on the same draws and periods; clause by clause between two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError, OptionError
from earthprice.law import Clause, Rulebook, Swap, clauses, load_rulebook, swap, texts
from earthprice.runs.crew import each
from earthprice.runs.engine import Point, point
from earthprice.runs.rare import UserCost
from earthprice.runs.runner import Progress
from earthprice.runs.sample import Sample, widened
from earthprice.runs.size import AUTO
from earthprice.study.draws import central_point, fitted_sample, uncertain, user_costs
from earthprice.study.ensemble import Pair, Summary, pairs, solved
from earthprice.study.figures import catalogue, net_gains, table, verdicts_of
from earthprice.study.frame import RARE_DRAWS, Frame, frame, harmonised
from earthprice.study.options import Options, asked, refuse_more
from earthprice.study.payers import payers
from earthprice.study.start import start
from earthprice.world.world import World

UNDATED = re.compile("@[^/]*")
"""The day in the name of a number (`law.amounts.number_key`)."""
COLUMNS = ("rulebook", "number", "key", "unit", "p05", "p50", "p95", "draws", "sign", "who_pays", "words", "year")


@settled()
def compare(
    rulebooks: Sequence[str],
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    world: World | None = None,
) -> pd.DataFrame:
    """Hold several rulebooks against the same baseline, on the same draws.

    Args:
        rulebooks: two or more names or paths.
        options: see `Options`; without `as_of` all texts see what the latest of them sees.
        progress: called with (words, done, total).
        world: the world; the last benchmark known by what the latest text sees if None (`study.start`).

    Returns:
        Columns `COLUMNS`. One row a rulebook and figure of `year`, the latest that one of the texts would have alone
        (net gains are of all years to come): difference from the baseline, median and 9-in-10 range over
        `draws`, those that cleared under every text. Of a net gain `who_pays` splits it by side (`payers`). With
        two rulebooks, also rows for each clause that the second has otherwise: what the second's wording in place of
        the first's changes at the central draw, all else as in the second. `clause.<id>` is home's net gain,
        `clause.<id>.<figure>` another of the ten figures; `words` says what had to be swapped with it, or why a
        clause has no price.

    Raises:
        OptionError: fewer than two rulebooks, one twice, or baselines that differ.
        NotClearedError: no draw cleared under every rulebook.
    """
    names, asked = [str(r) for r in rulebooks], options or Options()
    return compare_prepared(same_baseline(names, asked, world or start(names, asked).world), progress)


@settled()
def compare_prepared(frames: Mapping[str, Frame], progress: Progress | None = None) -> pd.DataFrame:
    """The same of texts prepared by `same_baseline`; arguments, result and errors as of `compare`."""
    tell = progress or (lambda _words, _done, _total: None)
    draws = common_draws(list(frames.values()))
    known: list[UserCost] = []
    every = {name: _pairs(name, f, draws, tell, known) for name, f in frames.items()}
    lost = {p.draw for found in every.values() for p in found if not p.good}
    if len(lost) == draws.quantiles.shape[0]:
        first = next(p for found in every.values() for p in found if not p.good)
        raise NotClearedError(f"no draw is good under every rulebook; the first that is not: {first.worst}")
    parts = [_figures(name, f, [p for p in every[name] if p.draw not in lost]) for name, f in frames.items()]
    if len(frames) == 2:
        parts.append(_clauses(frames, tell))
    return pd.concat(parts, ignore_index=True)


@settled()
def same_baseline(rulebooks: Sequence[str], options: Options, world: World) -> dict[str, Frame]:
    """Frames by rulebook, all against one law in force, with the same knowledge, periods and year of the figures.

    Raises:
        OptionError: fewer than two rulebooks, one twice, baselines that differ, or what `assess` alone answers.
    """
    refuse_more(options, "compare")
    names = [load_rulebook(r).rulebook for r in rulebooks]
    if len(names) < 2 or len(set(names)) < len(names):
        raise OptionError(
            f"{len(names)} rulebooks, {len(set(names))} different ({', '.join(names)})",
            where="RULEBOOK",
            accepted="two or more, each with a name of its own (`rulebook:` in the file)",
        )
    known = options.as_of or max(
        texts(asked(name, options, world.base_year), world.network).as_of for name in rulebooks
    )
    frames = {name: frame(name, replace(options, as_of=known), world) for name in rulebooks}
    first, *rest = frames.items()
    for name, f in rest:
        if _stands_on(f) != _stands_on(first[1]):
            raise OptionError(
                f"'{first[0]}' stands on {_stands_on(first[1])}, '{name}' on {_stands_on(f)}",
                where="RULEBOOK",
                accepted="rulebooks with the same law in force; --against and --reading name one for all",
            )
    return dict(zip(frames, harmonised(list(frames.values())), strict=True))


def _stands_on(f: Frame) -> str:
    base = f.texts.baseline.stack
    return f"{base.name}, read {base.reading(f.texts.reading or None) or 'plainly'}, of {f.plan.lens.home}"


def common_draws(frames: Sequence[Frame]) -> Sample:
    """The draws that an assessment of the first text has, and the uncertain numbers of the other texts beside them.

    What two texts set from different days, under one name, lies at the same place of its range in a draw: what
    inspection catches is uncertain once, not once a text.
    """
    first, keys = frames[0], [uncertain(f) for f in frames]
    found = widened(fitted_sample(first), list(dict.fromkeys(chain(*keys))), first.options.seed)
    at, column, twins = found.quantiles.copy(), {k: i for i, k in enumerate(found.factors)}, dict[Hashable, str]()
    for of_text in keys:
        told = Counter[str]()
        for key in of_text:
            name = UNDATED.sub("", key)
            twin = twins.setdefault((name, told[name]), key)
            at[:, column[key]] = at[:, column[twin]]
            told[name] += 1
    return replace(found, quantiles=at)


def same_as_alone(frames: Mapping[str, Frame]) -> str:
    """What figures are of, which are those that `assess` gives, and why others differ, in sentences."""
    first, f = next(iter(frames.items()))
    draws = common_draws(list(frames.values()))
    others = [name for name, of in frames.items() if not _drawn_alone(of, draws)]
    cut = [name for name, of in frames.items() if name not in others and not _cut_alone(of)]
    same = " and ".join(name for name in frames if name not in (*others, *cut))
    said = [
        f"those of {same} are those of `assess` with the same options, as long as no draw is lost and its year is "
        f"{f.year} alone too",
        f"those of {', '.join(others)} stand on the draws of {first}: by itself each has other draws, so other figures",
        f"those of {', '.join(cut)} stand on periods cut where another text begins, or its stops and licences do: by "
        "itself each has other periods, so figures a little other",
    ]
    told = "; ".join(words for words, names in zip(said, (same, others, cut), strict=True) if names)
    return (
        f"Figures are of {f.year}, net gains present values from {f.first} at {100 * f.options.discount:g} % of all "
        f"years to come. {told[0].upper()}{told[1:]}."
    )


def _drawn_alone(f: Frame, draws: Sample) -> bool:
    """Whether a text has these draws by itself: each of its numbers at the same places."""
    alone, column = fitted_sample(f), {k: i for i, k in enumerate(draws.factors)}
    at = [column.get(k, -1) for k in alone.factors]
    return -1 not in at and np.array_equal(draws.quantiles[:, at], alone.quantiles)


def _cut_alone(f: Frame) -> bool:
    """Whether a text has these periods by itself."""
    mine = f.plan.engine if f.options.period != AUTO else frame(f.rulebook, f.options, f.world).plan.engine
    return np.array_equal(mine.dt, f.plan.engine.dt)


def _pairs(name: str, f: Frame, draws: Sample, tell: Progress, known: list[UserCost]) -> list[Pair]:
    """Both laws in every draw; user cost under the law in force is found with the first text, and `known` after."""

    def told(_words: str, done: int, total: int) -> None:
        tell(name, done, total)

    def users() -> tuple[UserCost, UserCost]:
        found = user_costs(f, central_point(f), *known)
        known[:] = found[:1]
        return found

    return pairs(f.plan, draws, users, RARE_DRAWS, told, f.options.workers)


def _figures(name: str, f: Frame, kept: Sequence[Pair]) -> pd.DataFrame:
    verdicts = verdicts_of(f.world.hindcast, f.plan.lens.headline, f.plan.lens.home)
    shown = table(catalogue(f.plan, f.year, f.first, f.options.discount), kept, f.year, verdicts)
    names = {"diff_p05": "p05", "diff_p50": "p50", "diff_p95": "p95", "label": "words"}
    zones = {f"gain_{z}": of for z, of in net_gains(f.plan.engine, f.plan.lens.home).items()}
    who = [payers(f.plan, kept, zones[k], f.first, f.options.discount) if k in zones else "" for k in shown["key"]]
    return shown.rename(columns=names).assign(rulebook=name, draws=len(kept), who_pays=who)[list(COLUMNS)]


def _clauses(frames: Mapping[str, Frame], tell: Progress) -> pd.DataFrame:
    """What each clause of the second text is worth, at the central draw, by figure."""
    (_, first), (name, f) = frames.items()
    shown = [g for g in catalogue(f.plan, f.year, f.first, f.options.discount) if g.number != 1]
    far = f.plan.whole
    p = point(far.engine, far.values({}), far.baseline(far.use()))
    whole = solved(f.plan, p, far.reform(far.use()))
    work = partial(_swapped, f, first.texts.book, p)
    found = each(clauses(first.texts.book, f.texts.book), work, partial(tell, "clauses"), f.options.workers)
    rows = []
    for done, case in found:
        words = "; ".join(w for w in (done.clause.words, done.words) if w)
        for g in shown:
            gain = g.key == f"gain_{f.plan.lens.home}"
            if case or gain:  # a clause without a price has one row, which says why
                key = f"clause.{done.clause.id}" + ("" if gain else f".{g.key}")
                sides = (np.array([g.read(c)]) for c in (case, whole) if c)
                worth = float(g.change(*sides)[0]) if case else float("nan")
                rows.append((name, g.number, key, g.unit, np.nan, worth, np.nan, 1, "central draw", "", words, f.year))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _swapped(f: Frame, first: Rulebook, p: Point, clause: Clause) -> tuple[Swap, Summary | None]:
    """The second text with one clause as the first has it, and its run; none where the wording fits nowhere."""
    top = f.texts.book.rulebook
    others = [b for b in f.texts.reform.stack.books if b.rulebook != top]
    book = next(b for b in f.texts.reform.stack.books if b.rulebook == top)
    found = swap(others, book, first, clause, f.world.network)
    if found.prepared is None:
        return found, None
    return found, solved(f.plan, p, f.plan.whole.reform(f.plan.use(), found.prepared))
