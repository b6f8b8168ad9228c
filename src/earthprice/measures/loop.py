"""The loop of the minister's answer, as indices."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.laws import NO_CAP
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio, total
from earthprice.runs.engine import Outcome


def loop(lens: Lens, run: Outcome) -> Series:
    """The loop of the minister's answer, as indices: price, unlicensed digging, complaints, mining totals.

    `loop/total`: totals in force on what totals hold in the base year; unknown where some of that is no longer held.
    """
    node, periods = lens.oxides.get(lens.headline[0]), len(run.record.price)
    price = np.full(periods, np.nan) if node is None else run.record.price[:, node]
    digging = total(run, lens.mask(stage="mining", zone=lens.home, status="unlicensed"))
    here = [
        (i, p)
        for i, (p, z) in enumerate(zip(lens.engine.names.places, lens.engine.place_zones, strict=True))
        if z == lens.home
    ]
    own = [i for i, p in here if p != lens.home] or [i for i, _ in here]  # its districts, or itself
    return {
        "loop/price": price / price[0],
        "loop/digging": ratio(digging, digging[0]),
        "loop/complaints": run.record.complaints[:, own].mean(1),
        "loop/total": _totals(lens, run),
    }


def _totals(lens: Lens, run: Outcome) -> np.ndarray:
    """Totals of mining at home, as an index [T]; NaN without any in the base year, and once some are lifted."""
    holds = np.asarray(run.setting.permits.use)[:, lens.mask(stage="mining", zone=lens.home)] > 0
    in_force = run.record.permit_amount <= NO_CAP
    held = (in_force[:, :, None] & holds).any(1)
    these = in_force & (holds & held[0]).any(1)
    amount = np.where(these, run.record.permit_amount, 0.0).sum(1)
    return np.where((held >= held[0]).all(1), ratio(amount, amount[0]), np.nan)
