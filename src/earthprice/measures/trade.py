"""Exports of each element in all its forms, by partner."""

from __future__ import annotations

import numpy as np

from earthprice.measures.contents import contents
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, total
from earthprice.runs.engine import Outcome


def exports(lens: Lens, run: Outcome) -> Series:
    """Exports [t REO/yr] of each element in all forms together, in oxide and metal, and in magnets; by form; smuggled.

    What a metal or a magnet holds is counted as the oxide that went into it.
    """
    (at, partners), a = lens.leaving, run.point.bench.a
    origin = a[:, at].argmin(0)
    each = -1e3 * (run.record.level[:, at] * a[origin, at])[:, :, None] * contents(lens, run)[:, origin]
    out: Series = {}
    for partner, to in partners.items():
        for form in ("", "_oxide", "_raw", "_magnets"):
            which = to & lens.rows[form[1:]][at] if form else to
            sums = each[:, which].sum(1)
            out |= {f"exports/{e}{form}/{partner}": sums[:, i] for i, e in enumerate(lens.elements)}
        for good in ("metals", "magnets"):
            out[f"exports/{good}/{partner}"] = each[:, to & lens.rows[good][at]].sum((1, 2))
        bulk = lens.role("bulk")
        out[f"exports/{'+'.join(bulk)}/{partner}"] = np.sum([out[f"exports/{e}/{partner}"] for e in bulk], axis=0)
        hidden = lens.rows["smuggled"] & (lens.mask(partner=partner) if partner != "all" else True)
        out[f"exports/smuggled/{partner}"] = 1e3 * total(run, hidden, lens.reo)
    return out
