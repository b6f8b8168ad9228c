"""Rolling origins: whether the ranges of levels that are printed hold what was recorded after each cut-off.

At the end of every year a level starts from the record in print by the next March (`past.levels`), and its 9-in-10
range over the years to come is held against what came. The model's figure is the central run of the past under way, so
that the range holds what is left out and not the parameters, which would widen it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.past.hindcast import PASTS, PreparedPast, central, prepared_past
from earthprice.past.levels import left_out, record_on
from earthprice.past.matching import VALUE, series_group
from earthprice.past.scores import HIGH, LOW, RESAMPLED, crps

COLUMNS = ("past", "origin", "series", "year", "ahead", "value", "inside", "width", "crps", "no_change")
FIRST = 2010
"""First year from whose end ranges are drawn."""
DRAWS = 1000
"""Draws of each range: a mirror image for every other one."""
AHEAD = {"1": (1, 1), "2-3": (2, 3), "4 and more": (4, 99), "all": (1, 99)}
"""Years ahead that are told together."""


@settled()
def rolling(seed: int = 1) -> pd.DataFrame:
    """Every recorded value after every cut-off, a year from `FIRST` and the benchmark on, and its range (`COLUMNS`).

    `ahead`: years since the cut-off. `value`: whether it is a price of a value element (Nd-Pr, Tb, Dy). `width` [log
    points], `crps` of the range, and `no_change`, that of the last value known [log points]; NaN where none was.

    Args:
        seed: of the shocks.
    """
    rows = []
    for past in PASTS:
        b, said = prepared_past(past), {n: np.array(list(of.values())) for n, of in central(past).items()}
        for origin in range(max(FIRST, past.base_year), past.last):
            rows += _origin(b, {n: x for n, x in said.items() if (x > 0).all()}, origin, seed)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _origin(b: PreparedPast, said: dict[str, np.ndarray], origin: int, seed: int) -> list[tuple]:
    """The rows of one cut-off."""
    base, day, rows = b.past.base_year, f"{origin + 1}-03-01", []
    factors = left_out(b.lens, day, said, b.ahead, DRAWS, seed, mirrored=True)
    known = record_on(b.lens, day)
    for name, figure in said.items():
        last = max((y for y in known[name] if y <= origin), default=None)
        for year, value in b.record[name].items():
            if origin < year <= b.past.last:
                y, x = np.log(value), np.log(figure[year - base] * factors[name][:, year - base])
                low, high = np.quantile(x, [LOW, HIGH])
                off = abs(y - np.log(known[name][last])) if last else np.nan
                score, priced = float(crps(np.array([y]), x[:, None])[0]), series_group(b.lens, name) == VALUE
                rows.append(
                    (b.past.name, origin, name, year, year - origin, priced, low <= y <= high, high - low, score, off)
                )
    return rows


def coverage_by_distance(found: pd.DataFrame) -> pd.DataFrame:
    """By years ahead, value elements' prices apart, and by past, gaps apart: n, coverage with its range, width, scores.

    The range is that of the coverage when series are drawn anew with replacement (`scores.resampled`); `crps` and
    `no_change` are over the values that have both.

    Args:
        found: as of `rolling`.
    """
    out: dict[str, dict[str, float]] = {}
    for label, (first, last) in AHEAD.items():
        some = found[found["ahead"].between(first, last)]
        out[label] = _summed(some)
        out[f"value elements, {label}"] = _summed(some[some["value"]])
    gaps = found[found["series"].str.startswith("gap/")]
    for label, some in (("all", found), ("gaps", gaps)):
        out |= {f"{label}, {past}": _summed(rows) for past, rows in some.groupby("past", sort=False)}
    return pd.DataFrame(out).T.rename_axis("ahead")


def _summed(rows: pd.DataFrame) -> dict[str, float]:
    of = rows.groupby("series")["inside"].agg(["sum", "size"]).to_numpy(float)
    at = np.random.default_rng(RESAMPLED).integers(len(of), size=(RESAMPLED, len(of)))
    held = of[at].sum(1)
    low, high = np.quantile(held[:, 0] / held[:, 1], [LOW, HIGH])
    both = rows[rows["no_change"].notna()]
    return {
        "n": float(len(rows)),
        "coverage": float(rows["inside"].mean()),
        "low": float(low),
        "high": float(high),
        "width": float(rows["width"].mean()),
        "crps": float(both["crps"].mean()),
        "no_change": float(both["no_change"].mean()),
    }
