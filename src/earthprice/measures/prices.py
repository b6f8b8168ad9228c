"""Prices at home and abroad, and what lies between them."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.laws import NO_CAP
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio
from earthprice.runs.engine import Outcome


def prices(lens: Lens, run: Outcome) -> Series:
    """Prices at every priced node and FOB, the gap between home and abroad and what it is made of [USD/kg].

    FOB is the price at home's port: what arrives is worth less freight and less what other states levy on the way, a
    tariff above all.
    """
    price = np.asarray(run.record.price)
    out: Series = {name: price[:, i] for i, name in lens.priced}
    after = run.point.bench.cost + _abroad(run)
    between = _between(run)
    for e, (which, arrive) in lens.arrivals.items():
        flow = run.record.level[:, which]
        fob = ratio((flow * (price[:, arrive] - after[:, which])).sum(1), flow.sum(1))
        out[f"fob/{e}"] = fob
        out[f"price_gap/{e}"] = fob - out.get(f"price/{e}_oxide@{lens.home}", np.nan)  # no price where none is used
        charged, licence = (x[:, which] for x in between)
        out[f"gap_charges/{e}"] = ratio((flow * charged).sum(1), flow.sum(1))
        out[f"gap_licence/{e}"] = ratio((flow * licence).sum(1), flow.sum(1))
    return out


def _between(run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Per unit of level: home's duty and VAT not given back, and what permits in force are worth [USD/kg; T, M]."""
    price, n = run.record.price, run.point.bench.a.shape[0]
    charged = run.terms.advalorem * run.sales + run.terms.specific - _abroad(run)
    worth = np.where(run.record.permit_amount <= NO_CAP, price[:, n:], 0.0)
    return charged, worth @ np.asarray(run.setting.permits.use)


def _abroad(run: Outcome) -> np.ndarray:
    """Per unit of level: what the state of arrival and other states levy on an activity [USD/kg; T, M]."""
    levied = (levy.advalorem * run.base + levy.specific for levy in run.terms.foreign)
    return sum(levied, run.terms.tariff * run.sales)
