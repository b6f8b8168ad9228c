"""What the law costs firms and the state."""

from __future__ import annotations

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def costs(lens: Lens, run: Outcome) -> Series:
    """Cost of compliance of firms at home, of the state, and of both [MUSD/yr]."""
    here = np.flatnonzero(lens.mask(zone=lens.home))
    each = run.terms.resource_cost[:, here] - run.point.base.resource_cost[0, here] + run.recovery_cost[:, here]
    firms = (each * run.record.level[:, here]).sum(1)
    zone = lens.engine.names.zones.index(lens.home)
    budget = run.terms.state_cost[:, zone]
    return {
        "compliance/firms": firms,
        "compliance/state": budget,
        "compliance": firms + budget,
        **{f"state_pays/{what}": paid for what, paid in state_pays(lens, run).items()},
    }


def state_pays(lens: Lens, run: Outcome) -> Series:
    """What the state of home pays, by instrument, less what it takes back by the same [MUSD/yr].

    Contracts for difference that it signed; charges below nil, here and abroad, net of what the same payer owes it;
    goods bought for stock less goods sold from it. All of it is in the state's account, which holds it whole.
    """
    zone, here, level = lens.engine.names.zones.index(lens.home), lens.mask(zone=lens.home), run.record.level
    at, base = np.flatnonzero(here), run.base
    own = run.terms.advalorem[:, at] * base[:, at] + run.terms.specific[:, at]
    for levy in run.terms.foreign:  # what other states levy here is theirs
        own = own - (levy.advalorem[:, at] * base[:, at] + levy.specific[:, at])
    abroad = [x.advalorem * base + x.specific for x in run.terms.foreign if x.zone == zone]
    due = [(own, level[:, at]), *((x, level) for x in abroad)]
    signed = [run.insured[:, k] * level[:, c.activity] for k, c in enumerate(run.terms.contracts) if c.payer == zone]
    buys, sells = (here & np.asarray(x) for x in (run.setting.storage.state_buy, run.setting.storage.state_sell))
    return {
        "contracts": np.sum(signed, axis=0) if signed else np.zeros(len(level)),
        "credits": sum((np.maximum(-x, 0.0) * of).sum(1) for x, of in due),
        "stocks": (run.inputs[:, buys] * level[:, buys]).sum(1) - (run.sales[:, sells] * level[:, sells]).sum(1),
    }
