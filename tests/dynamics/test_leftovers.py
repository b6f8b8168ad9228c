"""What nobody wants goes nowhere by force: every good closes in the tables' own activities, without a dump's help."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.market.audit import flow_residual


@pytest.mark.parametrize("stage", ["recycling", "milling"])
def test_a_good_whose_users_stop_is_left_over(base, stage: str) -> None:
    """Recyclers close, and mills stand idle on half of their ore: the swarf and the hours go at next to no price."""
    capacity = np.array(base.schedule.capacity)
    if stage == "recycling":
        capacity[3:, base.mask(stage="recycling")] = 0.02
    else:
        capacity[3:, base.mask(stage="mining")] = 0.3
    r = base.run(capacity=capacity)
    assert flow_residual(base.bench.a, np.maximum(base.bench.flow, 0.01), r.level).max() < 1e-8
    good = "swarf" if stage == "recycling" else "mill"
    idle = [base.at(i) for i in base.ids if i.startswith(f"idle/{good}")]
    assert r.level[3, idle].sum() > 2 * r.level[2, idle].sum()
    nodes = [i for i, n in enumerate(base.world.network.nodes.index) if n.startswith(good)]
    assert (r.price[3, nodes] < r.price[2, nodes]).mean() > 0.9
