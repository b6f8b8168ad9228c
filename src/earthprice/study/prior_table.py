"""The figures with fitted behaviour beside the same on the prior alone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from earthprice.measures.spread import ranged
from earthprice.study.assessment import PRIOR_COLUMNS
from earthprice.study.ensemble import Pair
from earthprice.study.figures import Figure


def prior_table(shown: Sequence[Figure], fitted: Sequence[Pair], prior: Sequence[Pair]) -> pd.DataFrame:
    """The change of each figure with fitted behaviour and on the prior alone (columns `PRIOR_COLUMNS`)."""
    rows = []
    for f in shown:
        for name, kept in (("fitted", fitted), ("prior alone", prior)):
            change = f.change_where_known(kept)[1]
            if len(change):
                rows.append((f.number, f.key, f.label, f.unit, name, *ranged(change), len(change)))
    return pd.DataFrame(rows, columns=list(PRIOR_COLUMNS))
