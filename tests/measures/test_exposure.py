"""Where an element comes from: what an activity brings is what it makes, and what is lost on the way is lost."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.measures.exposure import follow, origins
from earthprice.runs.engine import Outcome
from earthprice.study.frame import Frame


@pytest.mark.parametrize("element", ["ndpr", "dy"])
def test_a_separator_brings_the_oxide_that_it_makes(small: Frame, reformed: Outcome, element: str) -> None:
    """It was told to bring what it takes in, a tenth more: what separation loses came back."""
    lens, run = small.plan.lens, reformed
    f, a = follow(lens, run, element, 0), run.point.bench.a
    made = lens.mask(stage="separation")
    node = lens.engine.world.network.node(f"{element}_oxide@CHN")
    brought = np.maximum(a[node], 0.0) * run.record.level[0] * made
    assert f.into[node, made].sum() == pytest.approx(1e3 * brought.sum())
    assert f.into[:, made].sum() < f.out[:, made].sum()


@pytest.mark.parametrize("asked", ["mined", "separated", "shipped"])
def test_origins_make_up_all_that_passes(small: Frame, reformed: Outcome, asked: str) -> None:
    f = follow(small.plan.lens, reformed, "ndpr", 0)
    share, used = origins(f, small.plan.lens, asked), f.out.sum(1) > 1e-3
    assert (share.sum(1)[used] <= 1.0 + 1e-9).all() and np.median(share.sum(1)[used]) == pytest.approx(1.0)
