"""Exports of each element in all its forms, by partner."""

from __future__ import annotations

import numpy as np

from earthprice.measures.contents import contents
from earthprice.measures.lens import APART, FORMS, Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def exports(lens: Lens, run: Outcome) -> Series:
    """Exports [t REO/yr] of each element in all forms together, in oxide and metal, and in magnets; by form; smuggled.

    What a metal or a magnet holds is counted as the oxide that went into it.
    """
    (at, partners), origin = lens.leaving, lens.leaves
    taken = -1e3 * run.record.level[:, at] * run.point.bench.a[origin, at]
    each = taken[:, :, None] * contents(lens, run).take(origin, 1)
    sums = np.tensordot(lens.forms, each, (0, 1)).reshape(len(partners), len(FORMS), *each[:, 0].shape)
    by = dict(zip(FORMS, np.moveaxis(sums, (1, 2), (0, 3)), strict=True))  # each by partner, element and period
    at, reo = lens.hidden
    smuggled = 1e3 * run.record.level[:, at] @ reo
    bulk = by[""][:, [lens.elements.index(e) for e in lens.role("bulk")]]
    together = [x.sum(1) for x in (by["metals"], by["magnets"], bulk)]
    found = np.concatenate([by[form] for form in APART] + [x[:, None] for x in (*together, smuggled.T)], axis=1)
    return dict(zip(lens.exported_to, found.reshape(-1, len(each)), strict=True))
