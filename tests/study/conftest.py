"""One small assessment that the tests of the study share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earthprice.facts.world import load_world
from earthprice.study.assess import assess
from earthprice.study.assessment import Assessment
from earthprice.study.engine import Outcome, Point, point, run
from earthprice.study.ensemble import Pair, pairs
from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options
from earthprice.study.sample import Sample, sample
from earthprice.world.world import World

SMALL = Options(draws=6, years=(2021, 2027))
TEXT = "china-2021-draft"


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()


@pytest.fixture(scope="session")
def small(world: World) -> Frame:
    return frame(TEXT, SMALL, world)


@pytest.fixture(scope="session")
def assessment(world: World) -> Assessment:
    return assess(TEXT, replace(SMALL, prior=True), world=world)


@pytest.fixture(scope="session")
def two(small: Frame) -> Sample:
    """Two draws of the world; the law at its central numbers."""
    return sample(tuple(small.world.numbers.members), (), 2, 1)


@pytest.fixture(scope="session")
def done(small: Frame, two: Sample) -> list[Pair]:
    return pairs(small.plan, two, None, 0, lambda *_: None, 1)


@pytest.fixture(scope="session")
def central(small: Frame) -> Point:
    return point(small.plan.engine, small.plan.values({}), small.plan.baseline(small.plan.use()))


@pytest.fixture(scope="session")
def reformed(small: Frame, central: Point) -> Outcome:
    return run(small.plan.engine, central, small.plan.reform(small.plan.use()))


def framed(world: World, text: str = TEXT, **changes: object) -> Frame:
    """A frame with some options changed."""
    return frame(text, replace(SMALL, **changes), world)  # type: ignore[arg-type]
