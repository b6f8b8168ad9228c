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
    price, (at, arrive, of) = np.asarray(run.record.price), lens.arrivals
    out: Series = {name: price[:, i] for i, name in lens.priced}
    flow = run.record.level[:, at]
    shipped = flow @ of

    def mean(each: np.ndarray) -> np.ndarray:
        return ratio((flow * each) @ of, shipped)

    abroad = _abroad(run, at)
    charged = run.terms.advalorem[:, at] * run.sales[:, at] + run.terms.specific[:, at] - abroad
    fob, charges = mean(price[:, arrive] - (run.point.bench.cost[at] + abroad)), mean(charged)
    licence = mean(_worth(run, at))
    for i, e in enumerate(lens.elements):
        out[f"fob/{e}"] = fob[:, i]
        out[f"price_gap/{e}"] = fob[:, i] - out.get(f"price/{e}_oxide@{lens.home}", np.nan)  # none where none is used
        out[f"gap_charges/{e}"] = charges[:, i]
        out[f"gap_licence/{e}"] = licence[:, i]
    return out


def _worth(run: Outcome, at: np.ndarray) -> np.ndarray:
    """What permits in force are worth per unit of level of some activities [USD/kg; T, A]."""
    in_force = np.where(run.record.permit_amount <= NO_CAP, run.record.price[:, run.goods :], 0.0)
    return in_force @ np.asarray(run.setting.permits.use)[:, at]


def _abroad(run: Outcome, at: np.ndarray) -> np.ndarray:
    """Per unit of level: what the state of arrival and other states levy on some activities [USD/kg; T, A]."""
    levied = (levy.advalorem[:, at] * run.base[:, at] + levy.specific[:, at] for levy in run.terms.foreign)
    return sum(levied, run.terms.tariff[:, at] * run.sales[:, at])
