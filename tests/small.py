"""One small assessment that many tests share: its options, its text, and variants of it."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from earthprice import caps
from earthprice.market import elimination
from earthprice.runs.engine import Outcome, point, run
from earthprice.study.ensemble import Pair, Plan, solved
from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options
from earthprice.world.world import World

SMALL = Options(draws=6, years=(2021, 2027))
TEXT = "china-2021-draft"
ONE_ARTICLE = """\
format: earthprice-rulebook/1
rulebook: {name}
title: One article
jurisdiction: {zone}
status: proposal
announced: "{told}"
in_force: {{date: "{day}", basis: assumption, why: Test.}}
text_status: A test.
sources:
  own: {{cite: Own, confidence: C}}
articles:
- number: "1"
  heading: One
  says: One.
  source: own
  modelled: fully
  measures:
"""


def proposal(folder: Path, measures: str, name: str, zone: str, day: str, told: str = "") -> str:
    """Path of a rulebook of one article with these measures, announced on a day (`told`) and in force on another."""
    path, head = folder / f"{name}.yaml", ONE_ARTICLE.format(name=name, zone=zone, day=day, told=told or day)
    path.write_text(head + textwrap.indent(textwrap.dedent(measures), "    "), encoding="utf-8")
    return str(path)


def framed(world: World, text: str = TEXT, **changes: object) -> Frame:
    """A frame with some options changed."""
    return frame(text, replace(SMALL, **changes), world)  # type: ignore[arg-type]


def central_runs(plan: Plan) -> tuple[Outcome, Outcome]:
    """Both laws run at the central draw."""
    base = plan.baseline(plan.use())
    p = point(plan.engine, plan.values({}), base)
    return run(plan.engine, p, base), run(plan.engine, p, plan.reform(plan.use()))


def central_pair(plan: Plan) -> Pair:
    """Both laws at the central draw over all years that are run, reduced to what is reported."""
    base = plan.whole.baseline(plan.use())
    p = point(plan.whole.engine, plan.values({}), base)
    return Pair(0, solved(plan, p, base), solved(plan, p, plan.whole.reform(plan.use())))


def with_one_program(patch: pytest.MonkeyPatch) -> None:
    """As much room for periods and for law as any text needs in a world with scrap and a mine of one's own.

    Whatever runs there takes one program, and one for its user cost, where it would take three: more room changes no
    number. To compile one takes half a minute.
    """
    patch.setattr(caps, "PERIOD_STEP", 2 * caps.PERIOD_STEP)
    patch.setattr(elimination, "LEAST", elimination.LEAST + elimination.ROOM)
