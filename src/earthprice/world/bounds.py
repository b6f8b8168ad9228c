"""Bounds of the world's numbers: what a unit can mean, and the sign that the table gives numbers of one kind."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from earthprice.world.override import Span

WITHIN = (
    # ending or word of a unit, least, most; the first that fits holds
    (" per unit of ", 0.0, math.inf),
    ("made per year", 0.0, math.inf),
    ("% REO", 0.0, 100.0),
    ("share/yr", -1.0, 1.0),
    ("share of capacity", 0.0001, 1.0),
    ("share", 0.0, 1.0),
    ("weight", 0.0, 1.0),
    ("relative trust", 0.01, math.inf),
    ("multiple", 1.0, math.inf),
    ("elasticity", -math.inf, math.inf),
    ("years", 0.01, math.inf),
    ("yearly changes", 0.01, math.inf),
    ("degrees", 2.01, math.inf),
    ("firms", 1.0, math.inf),
)
"""What a number in a unit can be. A choke at the base price would leave no demand; a t distribution with two degrees of
freedom has no spread."""
LEAST = {("stock", "stock"): 1e-6}
"""Least of a kind of number, by table and attribute [in its unit]: a market for storage needs somebody who stores."""
CALENDAR = 1900.0
"""A number in `year` above this is a date and not a duration."""


def span(table: pd.DataFrame, key: str) -> Span:
    """Bounds of a number of the world, by its unit and by the numbers of its kind (the same table and attribute).

    Args:
        table: `Numbers.table`.
        key: a key of the table.
    """
    first, _, rest = key.partition("/")
    last = rest.rpartition("/")[2]
    alike = [str(k).startswith(f"{first}/") and str(k).endswith(f"/{last}") for k in table.index]
    known = table.loc[alike, ["value", "low", "high"]].to_numpy(float)
    return kind_span((first, last), str(table.at[key, "unit"]), float(table.at[key, "value"]), known)


def kind_span(kind: tuple[str, str], unit: str, like: float, known: np.ndarray) -> Span:
    """Bounds of the numbers of a kind.

    The unit says what they can be: a share lies in [0, 1]; a quantity, a price, a ratio is not below nil. Numbers of
    one kind that are all on one side of nil stay on it, so that a price elasticity of demand stays negative and a
    discount rate positive, while growth may have either sign.

    Args:
        kind: table and attribute.
        unit: their unit.
        like: one of them; in `year` it says whether they are dates or durations.
        known: values and ends of ranges of the kind, NaN where there is none.
    """
    least, most = next(((a, b) for word, a, b in WITHIN if word in f"{unit} "), (0.0, math.inf))
    if unit == "year":
        return Span(CALENDAR, 2200.0, unit) if like > CALENDAR else Span(0.01, 100.0, unit)
    known = known[~np.isnan(known)]
    if (known >= 0.0).all():
        least = max(least, 0.0)
    elif (known <= 0.0).all():
        most = min(most, 0.0)
    return Span(max(least, LEAST.get(kind, -math.inf)), most, unit)
