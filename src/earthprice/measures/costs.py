"""What the law costs firms and the state."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.laws import recovery_cost
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def costs(lens: Lens, run: Outcome) -> Series:
    """Cost of compliance of firms at home, of the state, and of both [MUSD/yr]."""
    here = lens.mask(zone=lens.home)
    recovery = np.asarray(recovery_cost(run.setting.ore, run.schedule))
    each = run.terms.resource_cost - run.point.base.resource_cost[0] + recovery
    extra = each[:, here] * run.record.level[:, here]
    zone = lens.engine.names.zones.index(lens.home)
    budget = run.terms.state_cost[:, zone]
    return {"compliance/firms": extra.sum(1), "compliance/state": budget, "compliance": extra.sum(1) + budget}
