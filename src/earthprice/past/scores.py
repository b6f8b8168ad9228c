"""Scores of a forecast against what happened, and of the rivals that it must beat.

All scores are of logarithms: an error of 0.1 is about 10 %, and a price that doubles counts as much as one that halves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOW, HIGH = 0.05, 0.95
"""Ends of the range that is to hold nine of ten outcomes."""
KINDS = {"price_fob": "prices", "price_home": "prices", "gap": "gaps"}
"""Kind of a series by the first part of its name; the rest are quantities."""
RESAMPLED = 1000
"""Times that the series are drawn anew, and the seed of it."""


@dataclass(frozen=True)
class Score:
    """How one series was forecast.

    Attributes:
        n: years scored.
        log_rmse: root mean square error of the logarithm of the median.
        sign: share of the changes since the cut-off whose sign the median has right.
        coverage: share of the years whose outcome lies in the 9-in-10 range.
        crps: mean continuous ranked probability score of the logarithms.
    """

    n: int
    log_rmse: float
    sign: float
    coverage: float
    crps: float


def score(observed: np.ndarray, draws: np.ndarray, start: float) -> Score:
    """Score an ensemble.

    Args:
        observed: outcomes, positive [T].
        draws: forecasts, positive [D, T].
        start: the last value known at the cut-off.

    Raises:
        ValueError: shapes differ, or a value is not positive.
    """
    if draws.ndim != 2 or draws.shape[1] != len(observed):
        raise ValueError(f"{draws.shape} forecasts of {observed.shape} outcomes")
    if (observed <= 0).any() or (draws <= 0).any() or start <= 0:
        raise ValueError("logarithms need positive values")
    y, x, known = np.log(observed), np.log(draws), np.log(start)
    middle = np.median(x, axis=0)
    low, high = np.quantile(x, [LOW, HIGH], axis=0)
    return Score(
        len(y),
        rmse(y, middle),
        float(np.mean(np.sign(middle - known) == np.sign(y - known))),
        float(np.mean((low - 1e-12 <= y) & (y <= high + 1e-12))),
        float(np.mean(crps(y, x))),
    )


def rmse(y: np.ndarray, x: np.ndarray) -> float:
    """Root mean square difference."""
    return float(np.sqrt(np.mean((y - x) ** 2)))


def crps(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of an ensemble at each outcome [T].

    `mean |x - y| - 1/2 mean |x - x'|` (Gneiting & Raftery 2007, JASA 102, eq. 21), unbiased in the number of draws.

    Args:
        y: outcomes [T].
        x: draws [D, T].
    """
    d = x.shape[0]
    ordered = np.sort(x, axis=0)
    weight = 2.0 * np.arange(d)[:, None] - d + 1.0
    spread = (weight * ordered).sum(0) / max(d * (d - 1), 1)
    return np.abs(x - y).mean(0) - spread


def no_change(start: float, n: int) -> np.ndarray:
    """The forecast that nothing changes [n]."""
    return np.full(n, start)


def autoregression(years: np.ndarray, past: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """A first-order autoregression of the logarithms, fitted by least squares to what was known at the cut-off [n].

    `log y' = a + b log y`, `b` held within 0 and 1, over pairs of years that follow each other; fewer than three pairs,
    or years without movement, give no change.

    Args:
        years: years with a value up to the cut-off, in their order; some may be missing.
        past: their values.
        ahead: years to forecast.
    """
    y, pair = np.log(past), np.flatnonzero(np.diff(years) == 1)
    before, after = y[pair], y[pair + 1]
    if len(pair) < 3 or np.ptp(before) < 1e-9:
        return no_change(float(past[-1]), len(ahead))
    slope = float(np.clip(np.polyfit(before, after, 1)[0], 0.0, 1.0))
    level = float(np.mean(after - slope * before))
    path = [y[-1]]
    for _ in range(int(max(ahead) - years[-1])):
        path.append(level + slope * path[-1])
    return np.exp(np.array(path)[np.asarray(ahead) - years[-1]])


def regression(past: np.ndarray, quotas: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """A regression of the logarithm on that of the quota, fitted to what was known, given the quotas that came [n].

    `log y = log y_last + e (log q - log q_last)`, `e` from least squares of yearly changes through the origin.

    Args:
        past: yearly values up to the cut-off, oldest first.
        quotas: quotas of the same years.
        ahead: quotas of the years to forecast.
    """
    dq, dy = np.diff(np.log(quotas)), np.diff(np.log(past))
    slope = float(dq @ dy / (dq @ dq)) if len(dq) and dq @ dq > 1e-12 else 0.0
    return past[-1] * np.exp(slope * (np.log(ahead) - np.log(quotas[-1])))


def pooled(rows: pd.DataFrame) -> dict[str, float]:
    """Over series and years: errors weighted by years, ratios of the pooled errors, coverage.

    A ratio is over the series for which the rival says something; NaN where there is none.
    `typical_…`: geometric mean of the ratios of the series, so that one series with huge errors does not carry all.
    `low_no_change`, `high_no_change`: 9-in-10 range of the ratio to no change over which series there happen to be.
    """
    n = rows["n"].to_numpy(float)

    def pool(column: str, of: str) -> float:
        known = rows[of].notna().to_numpy()
        if not known.any():
            return np.nan
        return float(np.sqrt(np.average(rows[column].to_numpy()[known] ** 2, weights=n[known])))

    shares = {k: float(np.average(rows[k], weights=n)) for k in ("coverage", "sign")}
    out = {"n": float(n.sum()), "log_rmse": pool("log_rmse", "log_rmse"), **shares}
    for rival in ("no_change", "autoregression", "regression"):
        out[rival] = pool(rival, rival)
        out[f"ratio_{rival}"] = pool("log_rmse", rival) / out[rival]
        ratios = rows[f"ratio_{rival}"].dropna().to_numpy()
        out[f"typical_{rival}"] = float(np.exp(np.mean(np.log(ratios)))) if len(ratios) else np.nan
    both = (rows[k].to_numpy(float) for k in ("log_rmse", "no_change"))
    out["low_no_change"], out["high_no_change"] = resampled(*both, n)
    return out


def resampled(error: np.ndarray, rival: np.ndarray, n: np.ndarray) -> tuple[float, float]:
    """Range of the ratio of two pooled errors when series are drawn anew with replacement: the bootstrap.

    Efron 1979, Annals of Statistics 7. Series that share their shocks count as if they had each their own, so that the
    range is too narrow for what another stretch of history would give; NaN for less than two series.

    Args:
        error: errors by series [S].
        rival: those of the rival [S]; series without it are passed over.
        n: years by series [S].
    """
    told = np.isfinite(error) & np.isfinite(rival)
    if told.sum() < 2:
        return np.nan, np.nan
    at = np.random.default_rng(RESAMPLED).integers(told.sum(), size=(RESAMPLED, told.sum()))
    of, over = ((n * x**2)[told][at].sum(1) for x in (error, rival))
    low, high = np.quantile(np.sqrt(of / over), [LOW, HIGH])
    return float(low), float(high)


def summed(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Pooled figures by kind of series within each past, then of each past, then of all: label -> figures."""
    kinds = scores.assign(kind=[KINDS.get(str(s).partition("/")[0], "quantities") for s in scores["series"]])
    out = {}
    for past, rows in kinds.groupby("past", sort=False):
        out |= {f"{k}, {past}": pooled(some) for k, some in rows.groupby("kind", sort=False)}
        out[f"all, {past}"] = pooled(rows)
    return out | ({"all": pooled(scores)} if scores["past"].nunique() > 1 else {})
