"""The hindcast: the past run with what was known before it, given the policies as notified, and scored.

Each past has a benchmark year, the law of the time, and years that are scored. The world's numbers are those of its
benchmark tables with their ranges, and of the behaviour fitted to the record up to the benchmark where there is such a
fit; nothing is fitted to the years that are scored. Rivals get the same start: no change, a first-order
autoregression, and a regression on the same quotas.

What a model of yearly markets leaves out is added to every draw: `past.unexplained`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError
from earthprice.facts.world import load_world
from earthprice.law import Prepared, load_rulebook, prepare, stack, uncertain_keys
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.past.levels import Ahead, kinds_of, processes, shocks_of, under_quota
from earthprice.past.matching import Match, figures, matches, recorded_ranges, scored, series_group
from earthprice.past.moments import Moments, moments
from earthprice.past.posterior import posterior
from earthprice.past.scores import Score, autoregression, no_change, pooled, regression, rmse, score
from earthprice.past.unexplained import Kind, prior, record_seen
from earthprice.runs.audit import uncleared
from earthprice.runs.crew import each
from earthprice.runs.engine import Outcome, engine, point, run
from earthprice.runs.runner import Progress
from earthprice.runs.sample import sample
from earthprice.runs.size import check_run
from earthprice.world.world import REPLAYED_COLUMNS, Fit, World

SCORE_COLUMNS = (
    "past",
    "series",
    "unit",
    "n",
    "log_rmse",
    "no_change",
    "autoregression",
    "regression",
    "ratio_no_change",
    "ratio_autoregression",
    "ratio_regression",
    "sign",
    "coverage",
    "crps",
    "inside",
    "group",
    *Moments._fields,
    "match",
)
PATH_COLUMNS = ("past", "series", "unit", "year", "observed", "known", "p05", "p50", "p95", "rival", "low", "high")
SHOCKED = 20
"""Paths of what the model leaves out that each draw is given: so many that the scores do not hang on the seed."""


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


PASTS = (
    Past("2008-2015", 2008, "china-in-force-2008", 2015),
    Past("2015-2024", 2015, "china-in-force-2015", 2024, quota="mining_quota"),
)


@dataclass(frozen=True)
class Hindcast:
    """Scores by series and paths by year, and how many draws cleared.

    Attributes:
        scores: columns `SCORE_COLUMNS`, one row a series of a past.
        paths: columns `PATH_COLUMNS`.
        totals: past -> pooled figures over all its series.
        replayed: what the central run of each past says: columns past, series, year, value.
        draws, cleared: asked for, and cleared, over all pasts.
    """

    scores: pd.DataFrame
    paths: pd.DataFrame
    totals: dict[str, dict[str, float]]
    replayed: pd.DataFrame
    draws: int
    cleared: int


@settled()
def hindcast(
    draws: int = 60,
    seed: int = 1,
    progress: Progress | None = None,
    workers: int = 0,
    pasts: tuple[Past, ...] = PASTS,
    *,
    prior_only: bool = False,
) -> Hindcast:
    """Run and score the pasts.

    Args:
        draws: size of the ensemble.
        seed: its seed.
        progress: called with (words, done, total).
        workers: threads, 0 for one a core.
        pasts: which.
        prior_only: leave behaviour as the tables have it, not as the record up to the benchmark informs it.

    Raises:
        OptionError: a number of draws, a seed or workers that no run can have.
        NotClearedError: no draw of a past cleared.
    """
    check_run(draws, seed, workers)
    tell = progress or (lambda _words, _done, _total: None)
    scores, paths, totals, cleared = [], [], {}, 0
    for past in pasts:
        b = prepared_past(past)
        fit = None if prior_only else b.world.fit(f"{past.base_year + 1}-01-01")
        found = _ensemble(b, draws, seed, fit, partial(tell, f"hindcast {past.name}"), workers)
        cleared += len(next(iter(found.values()))) // SHOCKED
        rows, lines = _scored(b, found)
        scores.append(rows)
        paths.append(lines)
        totals[past.name] = pooled(rows)
    return Hindcast(pd.concat(scores), pd.concat(paths), totals, replayed(pasts), draws * len(pasts), cleared)


@dataclass(frozen=True)
class PreparedPast:
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

    @property
    def ahead(self) -> Ahead:
        """Its years, and those of the export quota."""
        return Ahead(range(self.past.base_year, self.past.last + 1), under_quota(self.lens))

    def run(self, world: Mapping[str, float], law: Mapping[str, float] | None = None) -> Series | None:
        """Yearly figures by series, tonnes scaled to the record of the benchmark; None if a market did not clear.

        Args:
            world: quantile by factor of the world.
            law: quantile by number of the law.
        """
        e = self.lens.engine
        terms = self.law.terms(e.years, quantiles=law or {})
        outcome = run(e, point(e, e.world.numbers.draw(world), terms), terms)
        return None if uncleared(outcome, e.world.network) else self.read(outcome)

    def read(self, outcome: Outcome) -> Series:
        """Yearly figures of a run by series, tonnes scaled to the record of the benchmark."""
        out = figures(self.lens, outcome, self.record)
        for name, match in matches(self.lens).items():
            start = self.record.get(name, {}).get(self.past.base_year)
            if match.scaled and start is not None:
                out[name] = out[name] * start / max(out[name][0], 1e-9)
        return out


@lru_cache(maxsize=4)
def prepared_past(past: Past) -> PreparedPast:
    """Load a past and prepare it."""
    world = load_world(base_year=past.base_year)
    lens = Lens(engine(world, past.last, past.dt, drivers=True), past.home)
    found = {n: scored(world.observed, m, past.base_year, past.last) for n, m in matches(lens).items()}
    record = {n: r for n, r in found.items() if r}
    return PreparedPast(past, lens, prepare(stack(load_rulebook(past.law)), world.network), record)


def record_of(b: PreparedPast, upto: int) -> pd.DataFrame:
    """The record of a past after its benchmark and up to a year: columns series, year, observed."""
    last = min(upto, b.past.last)
    rows = [(s, y, v) for s, r in b.record.items() for y, v in r.items() if b.past.base_year < y <= last]
    return pd.DataFrame(rows, columns=["series", "year", "observed"])


def shocks(b: PreparedPast) -> dict[str, Kind]:
    """What is known at the benchmark of the shocks that the model leaves out, by kind of series.

    Where an earlier past tells what the model says of the years up to the benchmark, what is left of the record counts.
    """
    said = max((p for p in PASTS if p.base_year < b.past.base_year), key=lambda p: p.base_year, default=None)
    model = central(said) if said else {}
    return kinds_of(b.lens, {n: record_seen(r, b.past.base_year, model.get(n, {})) for n, r in b.record.items()})


@lru_cache(maxsize=4)
def central(past: Past) -> dict[str, dict[int, float]]:
    """What the model says of a past at the tables' own values, by series and year.

    Not at fitted ones: a fit needs the size of what is left out, which is read off this.

    Raises:
        NotClearedError: a market did not clear.
    """
    found = prepared_past(past).run({})
    if found is None:
        raise NotClearedError(f"the central run of the hindcast {past.name} did not clear")
    return {n: {past.base_year + i: float(v) for i, v in enumerate(x)} for n, x in found.items()}


def replayed(pasts: tuple[Past, ...]) -> pd.DataFrame:
    """What the central run of each past says: columns past, series, year, value."""
    rows = [(p.name, s, y, v) for p in pasts for s, of in central(p).items() for y, v in of.items()]
    return pd.DataFrame(rows, columns=list(REPLAYED_COLUMNS))


def _ensemble(b: PreparedPast, draws: int, seed: int, fit: Fit | None, tell: Any, workers: int) -> Series:
    """Every series in every draw that cleared, with what the model leaves out [draws, years]."""
    drawn = posterior(sample(tuple(b.world.numbers.members), uncertain_keys(b.law.stack), draws, seed), fit)

    def one(draw: int) -> Series | None:
        return b.run(drawn.of_world(draw), drawn.of_law(draw))

    found = [f for f in each(range(draws), one, tell, workers) if f is not None]
    if not found:
        raise NotClearedError(f"no draw of the hindcast {b.past.name} cleared")
    noise = left_out(b, len(found) * SHOCKED, np.random.default_rng(seed))
    return {n: np.repeat(np.stack([f[n] for f in found]), SHOCKED, axis=0) * noise[n] for n in found[0]}


def left_out(b: PreparedPast, draws: int, rng: np.random.Generator) -> Series:
    """What the model leaves out, by series a factor on the model's figure [draws, years from the benchmark].

    A good's price abroad has a shock of its own, its gap another; its price at home has both, so that the three agree.
    """
    kind = {n: matches(b.lens)[n].kind for n in b.record}
    free = processes(kind, shocks(b), prior(b.world.numbers).tail, (draws, b.ahead), rng)
    return {n: np.exp(sum(s * free[key].path for key, s in shocks_of(n, kind[n]).items())) for n in b.record}


def _scored(b: PreparedPast, found: Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    past, quotas, rows, lines = b.past, _quotas(b.past, b.world.observed), [], []
    for name, record in b.record.items():
        match, model = matches(b.lens)[name], complete_draws(found[name])
        ahead = [y for y in record if past.base_year < y <= past.last]
        known = {y: v for y, v in record.items() if y <= past.base_year}
        start = known.get(past.base_year, float(np.median(model[:, 0])))
        at = [y - past.base_year for y in ahead]
        y = np.array([record[a] for a in ahead])
        s = score(y, np.maximum(model[:, at], 1e-6), start)
        rivals = _rivals(past, known if past.base_year in known else {past.base_year: start}, quotas, ahead)
        ends = recorded_ranges(b.world.observed, match)
        row = {"past": past.name, "series": name, "unit": match.unit, "match": match.words}
        row |= {"inside": _inside(ahead, np.median(model[:, at], axis=0), ends), "group": series_group(b.lens, name)}
        rows.append(row | asdict(s) | _beside(s, y, rivals) | moments(record, model, past.base_year)._asdict())
        lines.append(_lines(past, name, match, record, model, rivals["no_change"][0], ends))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS)), pd.concat(lines)


def complete_draws(model: np.ndarray) -> np.ndarray:
    """Draws with a value in every year, if more than half have one; else all [draws, years].

    A price abroad is a mean over what leaves with a licence; in a draw in which nothing does, it says nothing.
    """
    known = np.isfinite(model).all(1)
    return model[known] if known.mean() > 0.5 else model


def _quotas(past: Past, observed: pd.DataFrame) -> dict[int, float]:
    """The quota by year, batches added up; after its end the last one, for want of any other."""
    rows = observed[(observed["series"] == past.quota) & (observed["zone"] == past.home)]
    by_year = rows.groupby(rows["year"].astype(int))["value"].sum()
    out = {int(str(y)): float(v) for y, v in by_year.items()}
    for year in range(max(out) + 1, past.last + 1):
        out[year] = out[year - 1]
    return out


def _rivals(
    past: Past, known: Mapping[int, float], quotas: Mapping[int, float], ahead: list[int]
) -> dict[str, np.ndarray]:
    """Forecasts of the rivals at the years ahead."""
    years = sorted(known)
    values = np.array([known[y] for y in years])
    both = [y for y in years if y in quotas]
    if past.base_year in both and all(a in quotas for a in ahead) and len(both) > 2:
        fitted = regression(
            np.array([known[y] for y in both]),
            np.array([quotas[y] for y in both]),
            np.array([quotas[a] for a in ahead]),
        )
    else:
        fitted = np.full(len(ahead), np.nan)
    return {
        "no_change": no_change(float(values[-1]), len(ahead)),
        "autoregression": autoregression(np.array(years), values, np.array(ahead)),
        "regression": fitted,
    }


def _inside(ahead: list[int], median: np.ndarray, ends: Mapping[int, tuple[float, float]]) -> float:
    """Share of the years whose median lies in the recorded range; NaN where the record is no range."""
    told = [ends[y][0] <= m <= ends[y][1] for y, m in zip(ahead, median, strict=True) if y in ends]
    return float(np.mean(told)) if told else np.nan


def _beside(s: Score, y: np.ndarray, rivals: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Errors of the rivals by name, and the ratio of the score's to each."""
    errors = {k: rmse(np.log(y), np.log(r)) if np.isfinite(r).all() else np.nan for k, r in rivals.items()}
    return errors | {f"ratio_{k}": s.log_rmse / error if error else np.nan for k, error in errors.items()}


def _lines(
    past: Past,
    name: str,
    match: Match,
    record: Mapping[int, float],
    model: np.ndarray,
    rival: float,
    ends: Mapping[int, tuple[float, float]],
) -> pd.DataFrame:
    before = [y for y in record if y < past.base_year]
    ahead = np.vstack([np.quantile(model, [0.05, 0.5, 0.95], axis=0), np.full(model.shape[1], rival)])
    said = np.pad(ahead, ((0, 0), (len(before), 0)), constant_values=np.nan)
    rows = [
        (past.name, name, match.unit, y, record.get(y, np.nan), y <= past.base_year, *x, *ends.get(y, (np.nan, np.nan)))
        for y, x in zip((*before, *range(past.base_year, past.last + 1)), said.T, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(PATH_COLUMNS))
