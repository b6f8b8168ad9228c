"""Exports of each element in all its forms, by partner."""

from __future__ import annotations

import numpy as np

from earthprice.measures.contents import contents
from earthprice.measures.lens import FORMS, Lens
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome


def exports(lens: Lens, run: Outcome) -> Series:
    """Exports [t REO/yr] of each element in all forms together, in oxide and metal, and in magnets; by form; smuggled.

    What a metal or a magnet holds is counted as the oxide that went into it.
    """
    (at, partners), a = lens.leaving, run.point.bench.a
    origin = a[:, at].argmin(0)
    each = -1e3 * (run.record.level[:, at] * a[origin, at])[:, :, None] * contents(lens, run)[:, origin]
    sums = (np.swapaxes(each, 1, 2) @ lens.forms).reshape(len(each), -1, len(partners), len(FORMS))
    at, reo = lens.hidden
    smuggled, bulk = 1e3 * run.record.level[:, at] @ reo, lens.role("bulk")
    out: Series = {}
    for k, partner in enumerate(partners):
        of = dict(zip(FORMS, np.moveaxis(sums[:, :, k], 2, 0), strict=True))
        for form in ("", "oxide", "raw", "magnets"):
            name = f"_{form}" if form else ""
            out |= {f"exports/{e}{name}/{partner}": of[form][:, i] for i, e in enumerate(lens.elements)}
        for form in ("metals", "magnets"):
            out[f"exports/{form}/{partner}"] = of[form].sum(1)
        out[f"exports/{'+'.join(bulk)}/{partner}"] = np.sum([out[f"exports/{e}/{partner}"] for e in bulk], axis=0)
        out[f"exports/smuggled/{partner}"] = smuggled[:, k]
    return out
