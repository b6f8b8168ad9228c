"""The gap between prices abroad and at home in the past, beside the record: the law of the time at the central draw."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from earthprice.past.hindcast import PASTS, central, prepared_past
from earthprice.study.assessment import SERIES_COLUMNS


def replay(elements: Sequence[str], home: str, as_of: str) -> pd.DataFrame:
    """Price abroad less price at home through the first past, in the columns of `SERIES_COLUMNS`.

    Args:
        elements: oxides wanted; those without a record of both prices are left out.
        home: whose page it is; another zone than that of the past has none.
        as_of: nothing is shown of a past that was not over by that day.

    Raises:
        NotClearedError: a market of the past did not clear at the central draw.
    """
    if PASTS[0].home != home or PASTS[0].last >= int(as_of[:4]):
        return pd.DataFrame(columns=list(SERIES_COLUMNS))
    b, model = prepared_past(PASTS[0]), central(PASTS[0])
    rows: list[tuple[object, ...]] = []
    for e in elements:
        abroad, home = f"price_fob/{e}_oxide", f"price_home/{e}_oxide"
        for scenario, told in (("baseline", model), ("observed", b.record)) if {abroad, home} <= model.keys() else ():
            gaps = {y: v - told[home][y] for y, v in told[abroad].items() if y in told[home] and y <= b.past.last}
            rows += [
                ("price_gap_replay", e, b.past.home, scenario, float(y), "USD2020/kg", v, v, v) for y, v in gaps.items()
            ]
    return pd.DataFrame(rows, columns=list(SERIES_COLUMNS))
