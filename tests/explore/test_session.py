"""The session behind the page: what it runs is what `assess` runs, and what is saved or linked comes back the same."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.arithmetic import settled
from earthprice.explore.opened import opened, opening
from earthprice.explore.session import Session
from earthprice.explore.state import read_state
from earthprice.study.drawn import central_point
from earthprice.study.ensemble import solved
from earthprice.study.frame import frame, text_alone
from earthprice.study.options import Options
from earthprice.study.start import start

SHORT = Options(years=(2021, 2026), draws=24)


@pytest.fixture(scope="module")
def session() -> Session:
    with settled():
        return Session(opened(opening("china-2021-draft", SHORT)))


def as_assess(book: str, options: Options) -> dict[str, np.ndarray]:
    """The central run of the text as `assess` prepares it."""
    with settled():
        f = text_alone(frame(book, options, start([book], options).world))
        return dict(solved(f.plan, central_point(f), f.plan.whole.reform(f.plan.use())).series)


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray], rtol: float = 0.0) -> None:
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=rtol, atol=1e-9 if rtol else 0.0, err_msg=name)


@pytest.mark.parametrize(
    ("state", "options"),
    [
        ({"changes": {"more_checks.caught": "x2"}}, {"overrides": {"more_checks.caught": "x2"}}),
        ({"reading": "tight"}, {"reading": "tight"}),
        ({"delay": 1.0}, {"delay_years": 1.0}),
        ({"discount": 0.05}, {"discount": 0.05}),
        ({"answers": ["japan-answer"]}, {"answers": ("japan-answer",)}),
    ],
)
def test_a_lever_gives_the_bits_of_assess(session: Session, state: dict, options: dict) -> None:
    with settled():
        moved = session.run(read_state(state)).pair.reform
    same(dict(moved.series), as_assess("china-2021-draft", Options(years=(2021, 2026), draws=24, **options)))
