"""The loop of the minister's answer, as indices."""

from __future__ import annotations

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio, total
from earthprice.runs.engine import Outcome


def loop(lens: Lens, run: Outcome) -> Series:
    """The loop of the minister's answer, as indices: price, unlicensed digging, complaints, mining totals."""
    node, periods = lens.oxides.get(lens.headline[0]), len(run.record.price)
    price = np.full(periods, np.nan) if node is None else run.record.price[:, node]
    digging = total(run, lens.mask(stage="mining", zone=lens.home, status="unlicensed"))
    here = [
        (i, p)
        for i, (p, z) in enumerate(zip(lens.engine.names.places, lens.engine.place_zones, strict=True))
        if z == lens.home
    ]
    own = [i for i, p in here if p != lens.home] or [i for i, _ in here]  # its districts, or itself
    digs = lens.mask(stage="mining", zone=lens.home)
    caps = np.flatnonzero(run.setting.permits.held[:, digs].any(1))
    amount = np.minimum(run.record.permit_amount[:, caps], 1e6).sum(1) if len(caps) else np.ones(len(price))
    return {
        "loop/price": price / price[0],
        "loop/digging": ratio(digging, digging[0]),
        "loop/complaints": run.record.complaints[:, own].mean(1),
        "loop/total": ratio(amount, amount[0]),
    }
