"""Today's path: a licence that begins is cleared from the period before, without the long way round."""

from __future__ import annotations

import numpy as np

from benchmarks.today import today
from earthprice.arithmetic import settled
from earthprice.market.clear import CLEARED


def test_no_period_of_todays_path_is_cleared_by_continuation() -> None:
    with settled():
        record = today().run()
    steps, residual = np.asarray(record.steps), np.asarray(record.residual)
    assert residual.max() <= CLEARED
    assert steps.max() <= 40 and steps.sum() <= 180, steps.tolist()
