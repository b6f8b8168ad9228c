"""Every test runs in 64 bit, with examples that are the same every time; many share one small assessment."""

import earthprice  # noqa: F401  before jax: it says where compiled programs are kept and how many threads they have

# isort: split
import gc
from dataclasses import replace

import jax
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.runs.engine import Outcome, Point, point, run
from earthprice.runs.sample import Sample, sample
from earthprice.study.assess import assess
from earthprice.study.assessment import Assessment
from earthprice.study.ensemble import Pair, pairs
from earthprice.study.frame import Frame, frame
from earthprice.world.world import World
from tests.small import SMALL, TEXT

pytest_plugins = ["tests.browser.chromium"]
jax.config.update("jax_enable_x64", True)
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")


ASSESSED = ("cli/test_printed", "explore/test_charts", "results/test_explain")
ASSESSED += tuple(f"study/test_{x}" for x in ("attribute", "frame", "places", "prior_table", "questions"))
ASSESSED += tuple(f"study/test_{x}" for x in ("rare_prices", "slopes", "sweep", "tables", "three_reports"))
"""Files that rest on the small assessment, which takes most of a minute: one worker makes it for all of them."""


FIRST = ("assessed", "tests/law/", "demos/test_catalogue", "browser/test_explore", "cli/test_ending", "tests/test_site")
FIRST += ("explore/test_se", "study/test_periods", "past/test_hindcast", "past/test_calibrate", "study/test_ensemble")
FIRST += ("tests/test_docs", "cli/test_own", "cli/test_nasty", "study/test_alternatives", "study/test_horizon")
"""What takes longest begins first, so that the workers end together; then files of many tests. Law runs nothing: while
it is read by one worker, the other compiles what every study runs, and neither compiles what the other does."""


class ByFile(LoadScopeScheduling):
    """Tests of a file share a worker, and with it what the file makes once."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        first = next((scope for part in FIRST for scope in self.workqueue if part in scope), None)
        if first:
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition(".py::")[0]
        one_server = file.replace("browser/test_link", "browser/test_explore")
        return "assessed" if file.endswith(ASSESSED) else one_server


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_finish() -> None:
    """What was imported and collected stands to the end: no collection of garbage looks it through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()


@pytest.fixture(scope="session")
def lab(world: World) -> Lab:
    return Lab(world)


@pytest.fixture(scope="session")
def small(world: World) -> Frame:
    return frame(TEXT, SMALL, world)


@pytest.fixture(scope="session")
def pages(world: World) -> tuple[Assessment, Assessment]:
    """The small assessment as its first page is shown, and as it ends."""
    early: list[Assessment] = []
    last = assess(TEXT, replace(SMALL, prior=True), world=world, page_one=early.append)
    return early[0], last


@pytest.fixture(scope="session")
def small_assessment(pages: tuple[Assessment, Assessment]) -> Assessment:
    return pages[1]


@pytest.fixture(scope="session")
def assessment(small_assessment: Assessment) -> Assessment:
    return small_assessment


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
def far(small: Frame) -> Point:
    """The central draw over all years that are run."""
    plan = small.plan.whole
    return point(plan.engine, plan.values({}), plan.baseline(plan.use()))


@pytest.fixture(scope="session")
def reformed(small: Frame, central: Point) -> Outcome:
    return run(small.plan.engine, central, small.plan.reform(small.plan.use()))
