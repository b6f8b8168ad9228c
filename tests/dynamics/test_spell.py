"""A spell: with room for more periods the first are what they are alone."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice import caps
from earthprice.dynamics.spell import roomy
from earthprice.dynamics.state import Record

from .conftest import Case


def test_room_for_more_periods_changes_none(base: Case, still: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of runs of up to 64 periods gives what that of up to 32 gives."""
    monkeypatch.setattr(caps, "PERIOD_STEP", 2 * caps.PERIOD_STEP)
    for name, x, y in zip(Record._fields, base.run(), still, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-9, err_msg=name)


def test_room_is_the_next_multiple() -> None:
    for periods, room in ((1, 1), (caps.PERIOD_STEP, 1), (caps.PERIOD_STEP + 1, 2)):
        x, first = roomy(periods, np.arange(periods))
        assert len(x) == room * caps.PERIOD_STEP and first == periods
        assert list(x[:periods]) == list(range(periods)) and (x[periods:] == periods - 1).all()
