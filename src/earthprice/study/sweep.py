"""Sweep: one text under many settings of its levers, every setting on the same draws, as one tidy table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from math import prod
from typing import Any

import pandas as pd

from earthprice import caps
from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError, OptionError
from earthprice.runs.runner import Progress, Runner
from earthprice.runs.sample import Sample
from earthprice.study.bands import bands
from earthprice.study.compare import common_draws
from earthprice.study.ensemble import Pair, pairs, rerun_reform
from earthprice.study.figures import catalogue, table, verdicts_of
from earthprice.study.frame import Frame, frame, harmonised
from earthprice.study.options import Options, refuse_more
from earthprice.study.start import start
from earthprice.study.workers import gathered
from earthprice.world.world import World

LEVERS = ("delay_years", "discount", "reading")
"""Options that a sweep may move, beside the numbers of the law and of the world."""
FIGURES = (
    *("number", "key", "label", "unit", "year", "base_p50", "reform_p50"),
    *("diff_p05", "diff_p50", "diff_p95", "sign", "draws"),
)
"""What is told of each figure: as in `assessment.FIGURE_COLUMNS`."""
Cell = Mapping[str, Any]


@settled()
def sweep(
    rulebook: str,
    levers: Mapping[str, Sequence[Any]] | Sequence[Cell],
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    world: World | None = None,
) -> pd.DataFrame:
    """Assess one text under many settings, on the same draws, the same periods and the same year of the figures.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        levers: a grid, lever -> values, of which every combination is run; or a list of settings, lever -> value. A
            lever is a number of the law (`measure.parameter`), a number of the world (a key with slashes), each set
            to `+5%`, `x0.5` or a number, or one of `LEVERS`. What a setting leaves out stays as `options` has it.
        options: see `Options`.
        progress: called with (words, done, total).
        world: the world; the last benchmark known by what the text sees if None (`study.start`).

    Returns:
        One row a setting and figure (all but the first, which needs runs of its own): `cell` (from 0), a column a
        lever, then `FIGURES`: medians of the law in force
        and of the text, their difference with its 9-in-10 range, sign word and number of draws. A draw that is lost
        in one setting is left out of all. The year of the figures is the latest that one setting alone would have.

    Raises:
        OptionError: no such lever, a value that it does not accept, no setting, or more than `caps.CELLS`.
        NotClearedError: no draw cleared in every setting.
    """
    asked, every, tell = options or Options(), cells(levers), progress or (lambda _words, _done, _total: None)
    frames = _frames(rulebook, every, asked, world or start([rulebook], asked).world)
    draws = common_draws(frames)
    with gathered(asked.draws, asked.workers, asked.batch) as crew:
        found = _run(frames, every, draws, tell, crew)
    lost = {p.draw for done in found for p in done if not p.good}
    if len(lost) == draws.quantiles.shape[0]:
        cell, first = next((c, p) for c, done in zip(every, found, strict=True) for p in done if not p.good)
        raise NotClearedError(f"no draw cleared in every setting; with {setting_words(cell)}: {first.worst}")
    kept = [[p for p in done if p.draw not in lost] for done in found]
    return _tidy([_figures(f, done) for f, done in zip(frames, kept, strict=True)], every)


def cells(levers: Mapping[str, Sequence[Any]] | Sequence[Cell]) -> list[Cell]:
    """The settings, in the order in which they were given; of a grid, the last lever moves fastest.

    Raises:
        OptionError: neither a grid nor a list of settings, a lever without values, none at all, or too many.
    """
    if isinstance(levers, Mapping):
        for name, values in levers.items():
            if isinstance(values, str) or not isinstance(values, Sequence) or not values:
                raise OptionError(
                    f"{values!r} is no list of values", where=str(name), accepted='a list such as ["x0.5", "x2"]'
                )
        count = prod(len(values) for values in levers.values()) if levers else 0
        _check_count(count)
        return [dict(zip(levers, values, strict=True)) for values in product(*levers.values())]
    if isinstance(levers, str) or not all(isinstance(cell, Mapping) for cell in levers):
        raise OptionError(
            "no settings",
            where="levers",
            accepted='a grid such as {"fine.times_gain": ["x0.5", "x2"]}, or a list of dicts',
        )
    _check_count(len(levers))
    return list(levers)


def setting_words(cell: Cell) -> str:
    """A setting as a reader sees it: `fine.times_gain x2, delay_years 1`."""
    return ", ".join(f"{name} {value}" for name, value in cell.items()) or "nothing changed"


def _check_count(count: int) -> None:
    if not 1 <= count <= caps.CELLS:
        raise OptionError(f"{count} settings", where="levers", accepted=f"1 to {caps.CELLS}")


def asked_in(cell: Cell, options: Options) -> Options:
    """The options of one setting.

    Raises:
        OptionError: a lever that is neither a number nor one of `LEVERS`, or a value that its option does not accept.
    """
    own = {name: value for name, value in cell.items() if name in LEVERS}
    numbers = {name: value for name, value in cell.items() if name not in LEVERS}
    for name in numbers:
        if not isinstance(name, str) or not set("./") & set(name):
            raise OptionError(
                f"no lever '{name}'",
                where="levers",
                given=str(name),
                accepted=(
                    *LEVERS,
                    "measure.parameter of the law",
                    "a number of the world such as stock/dy_oxide/JPN/stock",
                ),
            )
    return replace(options, **own, overrides={**options.overrides, **numbers})


def _frames(rulebook: str, every: Sequence[Cell], options: Options, world: World) -> list[Frame]:
    """A frame a setting, all refused before any work, on one clock and told for one year."""
    each_one = [asked_in(cell, options) for cell in every]
    for given in each_one:
        refuse_more(given, "sweep")
    return harmonised([frame(rulebook, given, world) for given in each_one])


def _run(
    frames: Sequence[Frame], every: Sequence[Cell], draws: Sample, tell: Progress, crew: Runner
) -> list[list[Pair]]:
    """Both laws in every draw by setting; settings of the text alone share the runs of the law in force."""
    first: dict[str, list[Pair]] = {}
    found = []
    for n, (f, cell) in enumerate(zip(frames, every, strict=True), 1):
        told = partial(tell, f"setting {n} of {len(frames)}, {setting_words(cell)}")
        base = repr((sorted(f.plan.changes.world.items()), f.texts.reading, f.texts.baseline.stack.name))
        if base in first:
            found.append(rerun_reform(f.plan, draws, first[base], told, crew))
        else:
            found.append(
                first.setdefault(base, pairs(f.plan, draws, None, 0, lambda _w, d, t, to=told: to(d, t), crew))
            )
    return found


def _figures(f: Frame, kept: Sequence[Pair]) -> pd.DataFrame:
    shown = [g for g in catalogue(f.plan, f.year, f.first, f.options.discount) if g.number != 1]
    held = bands(f.plan.lens, f.texts.as_of, kept, f.options.seed)
    return table(shown, kept, f.year, verdicts_of(f.world.hindcast, f.plan.lens.headline, f.plan.lens.home), held)[
        list(FIGURES)
    ]


def _tidy(parts: Sequence[pd.DataFrame], every: Sequence[Cell]) -> pd.DataFrame:
    """One table: the number of the setting, its levers, its figures."""
    levers = list(dict.fromkeys(name for cell in every for name in cell))
    rows = []
    for n, (part, cell) in enumerate(zip(parts, every, strict=True)):
        for at, name in enumerate(("cell", *levers)):
            part.insert(at, name, [n if name == "cell" else cell.get(name)] * len(part))
        rows.append(part)
    return pd.concat(rows, ignore_index=True)
