"""What the law costs firms and the state."""

from __future__ import annotations

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def costs(lens: Lens, run: Outcome) -> Series:
    """Cost of compliance of firms at home, of the state, and of both [MUSD/yr]."""
    here = lens.mask(zone=lens.home)
    each = run.terms.resource_cost[:, here] - run.point.base.resource_cost[0, here] + run.recovery_cost[:, here]
    extra = each * run.record.level[:, here]
    zone = lens.engine.names.zones.index(lens.home)
    budget = run.terms.state_cost[:, zone]
    return {
        "compliance/firms": extra.sum(1),
        "compliance/state": budget,
        "compliance": extra.sum(1) + budget,
        **{f"state_pays/{what}": paid for what, paid in state_pays(lens, run).items()},
    }


def state_pays(lens: Lens, run: Outcome) -> Series:
    """What the state of home pays, by instrument, less what it takes back by the same [MUSD/yr].

    Contracts for difference that it signed; charges below nil, here and abroad, net of what the same payer owes it;
    goods bought for stock less goods sold from it. All of it is in the state's account, which holds it whole.
    """
    zone, here, level = lens.engine.names.zones.index(lens.home), lens.mask(zone=lens.home), run.record.level
    base = run.base
    own = run.terms.advalorem * base + run.terms.specific
    for levy in run.terms.foreign:  # what other states levy here is theirs
        own = own - (levy.advalorem * base + levy.specific)
    abroad = [x.advalorem * base + x.specific for x in run.terms.foreign if x.zone == zone]
    due = [np.where(here, own, 0.0), *abroad]
    signed = [run.insured[:, k] * level[:, c.activity] for k, c in enumerate(run.terms.contracts) if c.payer == zone]
    buys, sells = (here & np.asarray(x) for x in (run.setting.storage.state_buy, run.setting.storage.state_sell))
    return {
        "contracts": np.sum(signed, axis=0) if signed else np.zeros(len(level)),
        "credits": sum((np.maximum(-x, 0.0) * level).sum(1) for x in due),
        "stocks": (run.inputs * level)[:, buys].sum(1) - (run.sales * level)[:, sells].sum(1),
    }
