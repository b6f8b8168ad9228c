"""The hindcast: the past run with what was known before it, given the policies as notified, and scored.

Each past has a benchmark year, the law of the time, and years that are scored. The world's numbers are those of its
benchmark tables with their ranges; nothing is fitted to the years that are scored. Rivals get the same start: no
change, a first-order autoregression, and a regression on the same quotas.

A model of yearly markets leaves out what moves them from year to year: shocks of demand, speculation, weather. Each
draw adds a first-order autoregression to the logarithm of every series, as large as the changes known at the benchmark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from earthprice.errors import NotClearedError, OptionError
from earthprice.facts.world import load_world
from earthprice.law import Prepared, load_rulebook, numbers, prepare, stack
from earthprice.market.audit import ALMOST_AT
from earthprice.study.engine import Engine, Outcome, engine, point, run
from earthprice.study.ensemble import residual
from earthprice.study.measures import Lens, Series, measure
from earthprice.study.parallel import each
from earthprice.study.sample import sample
from earthprice.study.scores import Score, autoregression, no_change, regression, rmse, score
from earthprice.world.world import World

Tell = Callable[[str, int, int], None]

SCORE_COLUMNS = (
    "past", "series", "unit", "n", "log_rmse", "no_change", "autoregression", "regression", "ratio_no_change",
    "ratio_autoregression", "ratio_regression", "sign", "coverage", "crps", "match",
)  # fmt: skip
PATH_COLUMNS = ("past", "series", "unit", "year", "observed", "known", "p05", "p50", "p95", "rival")
PERSISTENCE = 0.5
"""Share of a shock that is left a year later: an assumption."""
UNKNOWN_SHOCK = 0.25
"""Size of yearly changes where the record before the benchmark is too short to tell: an assumption."""
REO_OF_PRODUCT = 0.78
"""t REO in a tonne of Chinese exports by customs weight, as in the benchmark of 2008."""


@dataclass(frozen=True)
class Past:
    """A stretch of the past.

    Attributes:
        name: its name in the tables.
        base_year: year of the benchmark.
        law: rulebook of the time.
        last: last year scored.
        dt: length of a period [years].
        home: zone whose exports and prices are scored.
        quota: observed series of the quota that the regression is given.
    """

    name: str
    base_year: int
    law: str
    last: int
    dt: float = 0.5
    home: str = "CHN"
    quota: str = "export_quota"


PASTS = (Past("2008-2015", 2008, "china-in-force-2008", 2015),)


@dataclass(frozen=True)
class Match:
    """How a recorded series and a figure of the model are made comparable.

    Attributes:
        observed: recorded series by name and zone, the first that has a year is taken.
        unit: unit of both.
        words: the match in words: definitions, VAT, weights.
        model: the model's figure, yearly means of its periods are taken.
    """

    observed: tuple[tuple[str, str], ...]
    unit: str
    words: str
    model: Callable[[Lens, Mapping[str, np.ndarray], Outcome], np.ndarray]


@dataclass(frozen=True)
class Hindcast:
    """Scores by series and paths by year, and how many draws cleared.

    Attributes:
        scores: columns `SCORE_COLUMNS`, one row a series of a past.
        paths: columns `PATH_COLUMNS`.
        totals: past -> pooled figures over all its series.
        draws, cleared: asked for, and cleared, over all pasts.
    """

    scores: pd.DataFrame
    paths: pd.DataFrame
    totals: dict[str, dict[str, float]]
    draws: int
    cleared: int


def hindcast(draws: int = 60, seed: int = 1, progress: Tell | None = None, workers: int = 0,
             pasts: tuple[Past, ...] = PASTS,
             fitted: Mapping[str, pd.DataFrame] | None = None) -> Hindcast:  # fmt: skip
    """Run and score the pasts.

    Args:
        draws: size of the ensemble.
        seed: its seed.
        progress: called with (words, done, total).
        workers: threads, 0 for one a core.
        pasts: which.
        fitted: by name of a past, scores of the fitted factors from before its benchmark; the prior if not given.

    Raises:
        OptionError: no draws.
        NotClearedError: no draw of a past cleared.
    """
    if draws < 1:
        raise OptionError(f"{draws} draws", where="--draws", accepted="1 or more")
    tell = progress or (lambda _words, _done, _total: None)
    scores, paths, totals, cleared = [], [], {}, 0
    for past in pasts:
        b = bench(past)
        scores_of = (fitted or {}).get(past.name)
        found = _ensemble(b, draws, seed, scores_of, partial(tell, f"hindcast {past.name}"), workers)
        cleared += len(next(iter(found.values())))
        rows, lines = _scored(b, found)
        scores.append(rows)
        paths.append(lines)
        totals[past.name] = pooled(rows)
    return Hindcast(pd.concat(scores), pd.concat(paths), totals, draws * len(pasts), cleared)


def pooled(rows: pd.DataFrame) -> dict[str, float]:
    """Over all series and years of a past: errors weighted by years, ratios of the pooled errors, coverage."""
    n = rows["n"].to_numpy(float)

    def pool(column: str) -> float:
        known = rows[column].notna().to_numpy()
        return float(np.sqrt(np.average(rows[column].to_numpy()[known] ** 2, weights=n[known])))

    shares = {k: float(np.average(rows[k], weights=n)) for k in ("coverage", "sign")}
    out = {"n": float(n.sum()), "log_rmse": pool("log_rmse"), **shares}
    for rival in ("no_change", "autoregression", "regression"):
        out[rival] = pool(rival)
        out[f"ratio_{rival}"] = out["log_rmse"] / out[rival]
    return out


def matches(lens: Lens) -> dict[str, Match]:
    """The series that are scored, by name."""
    home = lens.home
    out: dict[str, Match] = {}
    for e in lens.elements:
        node = f"{e}_oxide"
        out[f"price_fob/{node}"] = Match(
            ((f"price_fob/{node}", home),), "USD2020/kg",
            "yearly mean FOB China, duty paid, no VAT; the model's price at arrival less freight",
            partial(_series, key=f"fob/{e}"),
        )  # fmt: skip
        out[f"price_home/{node}"] = Match(
            ((f"price_home/{node}", home), (f"quote_home/{node}", home)), "USD2020/kg",
            "price at home without VAT: yearly mean, else the mean of the quotes of the year",
            partial(_series, key=f"price/{node}@{home}"),
        )  # fmt: skip
    out["exports"] = Match((("exports_product_weight", home),), "kt product/yr",
                           f"customs weight; the model's licensed exports of feed, oxides and metals in REO over "
                           f"{REO_OF_PRODUCT}", _exports)  # fmt: skip
    out["magnet blanks"] = Match((("magnet_blanks", home),), "kt/yr",
                                 "sintered blanks; the model's finished magnets, scaled to the base year",
                                 partial(_level, stage="magnet"))  # fmt: skip
    out["mining elsewhere"] = Match((("mining_elsewhere", "ROW"),), "kt REO/yr",
                                    "USGS world output less that of China; the model's mining outside China, licensed",
                                    _elsewhere)  # fmt: skip
    return out


def _series(lens: Lens, found: Mapping[str, np.ndarray], outcome: Outcome, *, key: str) -> np.ndarray:
    return found[key]


def _exports(lens: Lens, found: Mapping[str, np.ndarray], outcome: Outcome) -> np.ndarray:
    reo = lens.engine.world.network.reo.to_numpy()
    ships = lens.mask(stage="trade", zone=lens.home, status="licensed") & (lens.act["tier"] == "").to_numpy()
    return outcome.record.level[:, ships] @ reo[ships] / REO_OF_PRODUCT


def _level(lens: Lens, found: Mapping[str, np.ndarray], outcome: Outcome, *, stage: str) -> np.ndarray:
    return outcome.record.level[:, lens.mask(stage=stage, zone=lens.home)].sum(1)


def _elsewhere(lens: Lens, found: Mapping[str, np.ndarray], outcome: Outcome) -> np.ndarray:
    return outcome.record.level[:, lens.mask(stage="mining", status="licensed") & ~lens.mask(zone=lens.home)].sum(1)


@dataclass(frozen=True)
class Bench:
    """A past made ready to run: its world, law and record.

    Attributes:
        past: which.
        lens: how its runs are read.
        law: the law of the time, prepared.
        record: recorded values by series and year, of every series that is scored.
    """

    past: Past
    lens: Lens
    law: Prepared
    record: Mapping[str, Mapping[int, float]]

    @property
    def world(self) -> World:
        """The world of the benchmark."""
        return self.lens.engine.world

    def run(self, world: Mapping[str, float], law: Mapping[str, float] | None = None) -> Series | None:
        """Yearly figures by series, tonnes scaled to the record of the benchmark; None if a market did not clear.

        Args:
            world: quantile by factor of the world.
            law: quantile by number of the law.
        """
        e = self.lens.engine
        terms = self.law.terms(e.years, quantiles=law or {})
        outcome = run(e, point(e, e.world.numbers.draw(world), terms), terms)
        if not np.isfinite(outcome.record.price).all() or residual(outcome) > ALMOST_AT:
            return None
        measured, out = measure(self.lens, outcome), {}
        for name, match in matches(self.lens).items():
            if name in self.record:
                series = _yearly(e, match.model(self.lens, measured, outcome))
                start = self.record[name].get(self.past.base_year)
                tonnes = match.unit.startswith("kt") and start is not None
                out[name] = series * start / max(series[0], 1e-9) if tonnes else series
        return out


@lru_cache(maxsize=4)
def bench(past: Past) -> Bench:
    """Load a past and prepare it."""
    world = load_world(base_year=past.base_year)
    lens = Lens(engine(world, past.last, past.dt), past.home)
    record = {name: recorded(world.observed, match) for name, match in matches(lens).items()}
    scored = {n: r for n, r in record.items() if sum(past.base_year < y <= past.last for y in r) > 1}
    return Bench(past, lens, prepare(stack(load_rulebook(past.law)), world.network), scored)


def record_of(b: Bench, upto: int) -> pd.DataFrame:
    """The record after the benchmark and up to a year: columns series, year, observed."""
    rows = [(s, y, v) for s, r in b.record.items() for y, v in r.items() if b.past.base_year < y <= upto]
    return pd.DataFrame(rows, columns=["series", "year", "observed"])


def shocks(b: Bench) -> dict[str, float]:
    """By series: size of what the model leaves out, the root mean square of yearly changes known at the benchmark.

    Series of one kind (prices, tonnes) share one size, from the years that each has up to the benchmark.
    """
    changes: dict[bool, list[float]] = {True: [], False: []}
    for name, record in b.record.items():
        for year in record:
            if year + 1 in record and year + 1 <= b.past.base_year:
                changes[name.startswith("price")].append(float(np.log(record[year + 1] / record[year])))
    size = {k: float(np.sqrt(np.mean(np.square(v)))) if len(v) > 2 else UNKNOWN_SHOCK for k, v in changes.items()}
    return {name: size[name.startswith("price")] for name in b.record}


def _ensemble(b: Bench, draws: int, seed: int, fitted: pd.DataFrame | None, tell: Any, workers: int) -> Series:
    """Every series in every draw that cleared, with what the model leaves out [draws, years]."""
    table = numbers(b.law.stack)
    ranged = table["low"].notna() & table["high"].notna() & (table["low"] != table["high"])
    drawn = sample(tuple(b.world.numbers.members), list(dict.fromkeys(table.loc[ranged, "key"])), draws, seed)

    def one(draw: int) -> Series | None:
        world = drawn.of_world(draw)
        if fitted is not None:
            world |= dict(zip(fitted.columns, ndtr(fitted.iloc[draw % len(fitted)]).tolist(), strict=True))
        return b.run(world, drawn.of_law(draw))

    found = [f for f in each(range(draws), one, tell, workers) if f is not None]
    if not found:
        raise NotClearedError(f"no draw of the hindcast {b.past.name} cleared")
    rng, size = np.random.default_rng(seed), shocks(b)
    return {n: np.stack([f[n] for f in found]) * np.exp(_noise(rng, len(found), len(found[0][n]), size[n]))
            for n in found[0]}  # fmt: skip


def _noise(rng: np.random.Generator, draws: int, years: int, size: float) -> np.ndarray:
    """A first-order autoregression from nil at the benchmark whose yearly changes have the root mean square `size`."""
    out = np.zeros((draws, years))
    for t in range(1, years):
        out[:, t] = PERSISTENCE * out[:, t - 1] + size * np.sqrt((1 + PERSISTENCE) / 2) * rng.normal(size=draws)
    return out


def _yearly(e: Engine, series: np.ndarray) -> np.ndarray:
    """Means of the periods of each year."""
    years = np.floor(e.years + 1e-9)
    return np.array([series[years == y].mean() for y in np.unique(years)])


def recorded(observed: pd.DataFrame, match: Match) -> dict[int, float]:
    """The record of a series by year: the first of its sources that has the year, quotes of a year averaged."""
    out: dict[int, float] = {}
    for name, zone in match.observed:
        rows = elsewhere(observed) if name == "mining_elsewhere" else observed
        rows = rows[(rows["series"] == name) & (rows["zone"] == zone)]
        for year, value in rows.groupby(rows["year"].astype(int))["value"].mean().items():
            out.setdefault(int(str(year)), float(value))
    return {y: v for y, v in sorted(out.items()) if v > 0}


def elsewhere(observed: pd.DataFrame) -> pd.DataFrame:
    """World mining less that of China on the same basis, as rows of the observed table."""
    named = observed.assign(name=observed["series"] + "@" + observed["zone"]).groupby(["name", "year"])["value"].mean()
    less = (named["mining_usgs/world@ROW"] - named["mining_usgs@CHN"]).dropna()
    return pd.DataFrame({"series": "mining_elsewhere", "zone": "ROW", "year": less.index, "value": less.to_numpy()})


def _scored(b: Bench, found: Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    past, quotas, rows, lines = b.past, _quotas(b.past, b.world.observed), [], []
    for name, record in b.record.items():
        match, model = matches(b.lens)[name], found[name]
        ahead = [y for y in record if past.base_year < y <= past.last]
        known = {y: v for y, v in record.items() if y <= past.base_year}
        start = known.get(past.base_year, float(np.median(model[:, 0])))
        at = [y - past.base_year for y in ahead]
        y = np.array([record[a] for a in ahead])
        s = score(y, np.maximum(model[:, at], 1e-6), start)
        rivals = _rivals(past, known if past.base_year in known else {past.base_year: start}, quotas, ahead)
        rows.append(_row(past, name, match, s, y, rivals))
        lines.append(_lines(past, name, match, record, model, rivals["no_change"][0]))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS)), pd.concat(lines)


def _quotas(past: Past, observed: pd.DataFrame) -> dict[int, float]:
    """The quota by year, batches added up; after its end the last one, for want of any other."""
    rows = observed[(observed["series"] == past.quota) & (observed["zone"] == past.home)]
    by_year = rows.groupby(rows["year"].astype(int))["value"].sum()
    out = {int(str(y)): float(v) for y, v in by_year.items()}
    for year in range(max(out) + 1, past.last + 1):
        out[year] = out[year - 1]
    return out


def _rivals(past: Past, known: Mapping[int, float], quotas: Mapping[int, float],
            ahead: list[int]) -> dict[str, np.ndarray]:  # fmt: skip
    """Forecasts of the rivals at the years ahead."""
    years = sorted(known)
    values = np.array([known[y] for y in years])
    span = max(ahead) - past.base_year
    both = [y for y in years if y in quotas]
    if past.base_year in both and all(a in quotas for a in ahead) and len(both) > 2:
        fitted = regression(np.array([known[y] for y in both]), np.array([quotas[y] for y in both]),
                            np.array([quotas[a] for a in ahead]))  # fmt: skip
    else:
        fitted = np.full(len(ahead), np.nan)
    return {"no_change": no_change(float(values[-1]), len(ahead)),
            "autoregression": autoregression(values, span)[[a - past.base_year - 1 for a in ahead]],
            "regression": fitted}  # fmt: skip


def _row(past: Past, name: str, match: Match, s: Score, y: np.ndarray, rivals: Mapping[str, np.ndarray]) -> tuple:
    errors = {k: rmse(np.log(y), np.log(r)) if np.isfinite(r).all() else np.nan for k, r in rivals.items()}
    order = ("no_change", "autoregression", "regression")
    return (past.name, name, match.unit, s.n, s.log_rmse, *(errors[k] for k in order),
            *(s.log_rmse / errors[k] if errors[k] else np.nan for k in order), s.sign, s.coverage, s.crps,
            match.words)  # fmt: skip


def _lines(past: Past, name: str, match: Match, record: Mapping[int, float], model: np.ndarray,
           rival: float) -> pd.DataFrame:  # fmt: skip
    years = np.arange(past.base_year, past.last + 1)
    low, middle, high = np.quantile(model, [0.05, 0.5, 0.95], axis=0)
    before = [y for y in record if y < past.base_year]
    rows: list[tuple[Any, ...]] = [(past.name, name, match.unit, y, record[y], True, np.nan, np.nan, np.nan, np.nan)
                                   for y in before]  # fmt: skip
    rows += [(past.name, name, match.unit, int(y), record.get(int(y), np.nan), int(y) <= past.base_year, a, b, c, rival)
             for y, a, b, c in zip(years, low, middle, high, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(PATH_COLUMNS))
