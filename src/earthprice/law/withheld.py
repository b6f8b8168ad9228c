"""What charges on value, duties, tariffs and mark-ups together keep back of a price."""

from __future__ import annotations

import numpy as np

from earthprice import caps
from earthprice.errors import RulebookError
from earthprice.law.acting import Acting
from earthprice.law.instruments import Charge, Conduct
from earthprice.law.sheet import Sheet
from earthprice.law.stack import Item


def withhold(acting: list[Acting], sheet: Sheet) -> None:
    """Join what is taken of one price: duties, then the tariff on what they leave to pay, then mark-ups.

    A duty r on the value at the border before it is r/(1 + r) of that value. Rates of one levy that one state sets add
    (no export duty lies in the value that export duties are taken on; value-added tax does), and so do all of the state
    of arrival. With c the share of the seller's price that charges and duties of others take, s what the state of
    arrival takes of the sale and T its tariff, of the price on arrival

        tariff = s + (1 - s) T/(1 + T),   withheld = tariff + (1 - tariff) c,   mark-up = (1 - withheld) / (n e):

    a tariff is on what the seller is paid, and a seller with power over price marks up what is left to him.

    Raises:
        RulebookError: charges and mark-ups on one activity together reach `caps.WITHHELD`, or subsidies pass
            `caps.PAID_ON_TOP` of revenue; says which measures, on what and when.
    """
    terms, zones = sheet.terms, sheet.ground.columns["zone"]
    for (state, _), rate in sheet.duties.items():
        share = _of_price(rate)
        terms.advalorem[:] += share
        for zone, their in sheet.abroad.items():
            if sheet.ground.zones[zone] == state:
                their.advalorem[:] += np.where(zones == state, 0.0, share)
    terms.tariff[:] = terms.tariff + (1.0 - terms.tariff) * _of_price(sheet.tariff)
    left = 1.0 - terms.tariff
    terms.advalorem[:] = terms.tariff + left * terms.advalorem
    for their in sheet.abroad.values():
        their.advalorem[:] *= left
    terms.markup[:] *= 1.0 - terms.advalorem
    _refuse(acting, sheet)


def _of_price(rate: np.ndarray) -> np.ndarray:
    """Share of a price that rates on what is left of it take; subsidies beyond all of it are refused as they stand."""
    return rate / np.maximum(1.0 + rate, 0.01)


def _refuse(acting: list[Acting], sheet: Sheet) -> None:
    kept = sheet.terms.advalorem + sheet.terms.markup
    wrong = (kept >= caps.WITHHELD) | (kept < -caps.PAID_ON_TOP - 1e-12)
    if not wrong.any():
        return
    t, m = (int(i) for i in np.argwhere(wrong)[0])
    by = [a for a in acting if a.on[t] and m in a.at and _of_value(a.item)]
    what = (
        f"{', '.join(a.item.id for a in by)} together keep back {100 * kept[t, m]:.4g} % of what "
        f"{sheet.ground.ids[m]} earns in {sheet.days.years[t]:.6g}"
    )
    accepted = f"below {100 * caps.WITHHELD:g} %, and at most {100 * caps.PAID_ON_TOP:g} % paid on top"
    raise RulebookError(what, where=by[-1].item.where(), accepted=accepted)


def _of_value(item: Item) -> bool:
    m = item.measure
    return isinstance(m, Conduct) or (isinstance(m, Charge) and m.base in ("sale_value", "border_value"))
