"""Outlook: prices, flows and stocks under one law, from the benchmark on, as a day knew them, with ranges.

The run is held to what was known on the day: use to its recorded drivers, the law to what was published, levels to the
record. What the model leaves out of a level is the process of `past.levels`. It moves from year to year; between the
middles of years its logarithm stands on a straight line, so that a quarter's shock is no larger than a year's. A flow
that nobody records gets a process of its own from the benchmark on, of the size of all tonnes; a price abroad has the
shocks of the FOB price. Mining with a licence at home has none, since the survey prints the total as notified; stocks
have none, since nobody records them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError, OptionError
from earthprice.measures.lens import Lens
from earthprice.measures.licences import months
from earthprice.measures.measures import measure
from earthprice.measures.series import Series
from earthprice.past.hindcast import SHOCKED
from earthprice.past.levels import Ahead, known_shocks, left_out, processes, record_on
from earthprice.past.matching import Match, matches
from earthprice.past.unexplained import prior
from earthprice.runs.audit import uncleared
from earthprice.runs.crew import each
from earthprice.runs.engine import Engine, Outcome, run
from earthprice.runs.runner import Progress
from earthprice.runs.sample import Sample
from earthprice.runs.size import PERIODS
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import Plan, laws_and_point
from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options
from earthprice.study.start import start
from earthprice.world.world import World

QUARTERED = 2
"""Years cut in quarters, the last ones; those before them are whole."""
LEAST = 1e-6
"""Level [kt/yr] below which a flow is none."""
PRICES = ("price_", "gap/")
"""Beginnings of the names of recorded prices, which are read off the markets instead."""


@dataclass(frozen=True)
class Outlook:
    """Levels by quarter, draw by draw.

    Attributes:
        lens: how its runs are read; the engine has its periods.
        law: names of the texts in force, lowest first.
        reading: how their powers are used; empty where they have no readings.
        as_of: nothing published later is seen.
        levels: by series [`SHOCKED` x draws that cleared, T]: `price/<oxide>@<zone>` [USD2020/kg], the recorded flows
            (`past.matching.matches`), and in kt a year `oxides/<zone>` (with metals) and `magnets/<zone>` that leave
            home for a zone, `imports/<zone>` of oxides and metals, `mining/<zone>` and `mining/world`, at home with a
            licence; `cover/<element>@<zone>` [months]: what is stored of its oxide over the zone's use of it.
        record: what was recorded of the recorded ones, by series and year.
        licensed: elements of which something needs a licence to leave home, with the share let through [T].
        draws, cleared: asked for, and cleared.
        model: what the runs alone say of every series [`SHOCKED` x draws that cleared, T].
        seed: of what is drawn beside the runs.
    """

    lens: Lens
    law: tuple[str, ...]
    reading: str
    as_of: str
    levels: Series
    record: Mapping[str, Mapping[int, float]]
    licensed: Mapping[str, np.ndarray]
    draws: int
    cleared: int
    model: Series
    seed: int

    @property
    def engine(self) -> Engine:
        """Periods and world."""
        return self.lens.engine

    def at(self, day: str) -> int:
        """Position of the period that a day (YYYY-MM-DD) lies in."""
        when = int(day[:4]) + (int(day[5:7]) - 1) / 12.0
        return int(np.searchsorted(self.engine.years, when + 1e-9, side="right")) - 1


@settled()
def outlook(
    rulebook: str,
    options: Options,
    last: int,
    progress: Progress | None = None,
    *,
    world: World | None = None,
) -> Outlook:
    """Run a text, upon what it builds on, from the last benchmark that a day knew to the end of a year.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        options: `as_of`, `draws`, `seed`, `reading`, `overrides`, `workers`; the rest counts for nothing.
        last: last year, after the benchmark.
        progress: called with (words, done, total).
        world: the world; the last benchmark known on the day if None (`study.start`).

    Raises:
        RulebookError, OptionError: what was given does not fit, or the last year is not after the benchmark.
        NotClearedError: no draw cleared.
    """
    known = world or start([rulebook], options).world
    if last <= known.base_year:
        raise OptionError(
            f"{last} is not after the base year", where="last year", accepted=f"{known.base_year + 1} or later"
        )
    years = known.base_year + 1, max(last, known.base_year + 2)
    f = frame(rulebook, replace(options, years=years, period="year"), known)
    plan = replace(f.plan, lens=Lens(_quarters(f, last), f.plan.lens.home))
    sample, tell = fitted_sample(f), progress or (lambda _words, _done, _total: None)
    found = each(range(options.draws), partial(_levels, plan, sample), partial(tell, "draws"), options.workers)
    cleared = [x for x in found if x]
    if not cleared:
        raise NotClearedError("no draw cleared; a cap, a ban or a price of the text cannot be met")
    bare = Outlook(
        plan.lens,
        tuple(b.rulebook for b in f.texts.reform.stack.books),
        f.texts.reading,
        f.texts.as_of,
        {},
        {},
        _licensed(plan),
        options.draws,
        len(cleared),
        {k: np.tile([x[k] for x in cleared], (SHOCKED, 1)) for k in common_series(cleared)},
        options.seed,
    )
    return brought_to_record(bare, known.observed)


def common_series(draws: Sequence[Series]) -> list[str]:
    """Series that every draw tells: a zone that uses none of a good in some draw has no months of stock of it there."""
    return [k for k in draws[0] if all(k in x for x in draws)]


def brought_to_record(found: Outlook, observed: pd.DataFrame) -> Outlook:
    """The same runs read beside a record: brought to it where they are told in its terms, with what is left out.

    Args:
        found: an outlook.
        observed: the record, as of `World.observed`.
    """
    e = found.engine
    lens = Lens(replace(e, world=replace(e.world, observed=observed)), found.lens.home)
    record = record_on(lens, found.as_of)
    model = _anchored(lens, found.model, record)
    factors = _factors(lens, found.as_of, model, found.licensed, found.seed)
    levels = {k: x * factors.get(k, 1.0) for k, x in model.items() if not k.startswith(PRICES)}
    return replace(found, lens=lens, levels=_with_world(levels), record=record)


def _quarters(f: Frame, last: int) -> Engine:
    """The base year and those after it, the last ones in quarters."""
    e = f.plan.engine
    whole = max(0, last - f.world.base_year - QUARTERED)
    cut = 4 * (last - f.world.base_year - whole)
    lengths = np.concatenate([np.ones(whole), np.full(cut, PERIODS["quarter"])])
    return e.head(1).longer(lengths)


def _levels(plan: Plan, sample: Sample, draw: int) -> Series:
    """What a draw says of every series [T]; nothing if a market did not clear."""
    said = laws_and_point(plan, sample, draw)
    outcome = run(plan.engine, said.point, said.reform)
    if uncleared(outcome, plan.engine.world.network):
        return {}
    found = measure(plan.lens, outcome)
    recorded = {n: m.model(plan.lens, found, outcome) for n, m in matches(plan.lens).items()}
    return recorded | _prices(plan.lens, outcome) | _flows(plan.lens, outcome) | _cover(plan.lens, outcome)


def _prices(lens: Lens, outcome: Outcome) -> Series:
    nodes = lens.engine.world.network.nodes.index
    oxides = [(i, str(n)) for i, n in enumerate(nodes) if str(n).split("@")[0].endswith("_oxide")]
    return {f"price/{n}": outcome.record.price[:, i] for i, n in oxides}


def _flows(lens: Lens, outcome: Outcome) -> Series:
    reo, level, out = lens.engine.world.network.reo.to_numpy(), outcome.record.level, {}
    goods, wild = lens.act["good"].str.endswith(("_oxide", "_metal")).to_numpy(), lens.mask(status="unlicensed")
    for zone in lens.engine.names.zones:
        mined = lens.mask(stage="mining", zone=zone) & ~(wild & (zone == lens.home))
        arrives = lens.mask(stage="trade", partner=zone)
        left = arrives & lens.mask(zone=lens.home, status="licensed")
        out |= {
            f"mining/{zone}": level[:, mined].sum(1),
            f"imports/{zone}": level[:, arrives & goods] @ reo[arrives & goods],
            f"oxides/{zone}": level[:, left & goods] @ reo[left & goods],
            f"magnets/{zone}": level[:, left & lens.rows["magnets"]].sum(1),
        }
    return {k: x for k, x in out.items() if x[0] > LEAST}


def _cover(lens: Lens, outcome: Outcome) -> Series:
    """Months for which what a zone abroad stores of an oxide at a period's start is its use of it."""
    held, out = outcome.record.stock + outcome.record.reserve, {}
    for name in lens.engine.names.stocks:
        good, _, zone = name.partition("@")
        if zone != lens.home and good.endswith("_oxide"):
            found = months(lens, outcome, good, (zone,), held)
            if np.isfinite(found).all():
                out[f"cover/{good.removesuffix('_oxide')}@{zone}"] = found
    return out


def _anchored(lens: Lens, model: Series, record: Mapping[str, Mapping[int, float]]) -> Series:
    """Flows that are compared in terms of the benchmark year in the record's unit, where it has that year."""
    base, told = lens.engine.world.base_year, matches(lens)
    at = {n: record[n][base] for n, m in told.items() if m.scaled and base in record[n]}
    return {k: x * (at[k] / np.maximum(x[:, :1], LEAST)) if k in at else x for k, x in model.items()}


def _factors(lens: Lens, day: str, model: Series, licensed: Mapping[str, np.ndarray], seed: int) -> Series:
    """What the model leaves out of every series that has shocks, a factor by period [draws, T]."""
    e, told = lens.engine, matches(lens)
    years = range(e.world.base_year, e.last + 2)
    stands = {f"{x}_oxide": set(e.years[granted < 1.0].astype(int).tolist()) for x, granted in licensed.items()}
    ahead = Ahead(years, stands)
    yearly = {n: np.stack([e.of_year(model[n].T, y) for y in years[:-1]], axis=1) for n in told if n in model}
    draws = len(next(iter(model.values())))
    known = left_out(lens, day, yearly, ahead, draws, seed, mirrored=True)
    bare = ("price/", "cover/", f"mining/{lens.home}")
    own = {k: k.replace("/", " to ") for k in model if k not in told and not k.startswith(bare)}
    kinds, tail = {"tonnes": known_shocks(lens, day)["tonnes"]}, prior(e.world.numbers).tail
    rng = np.random.default_rng(seed).spawn(1)[0]
    free = processes(dict.fromkeys(own.values(), "tonnes"), kinds, tail, (draws, ahead), rng)
    factors = known | {k: np.exp(free["tonnes", name].path) for k, name in own.items()}
    factors |= {k: known[_priced(k, lens.home, told)] for k in model if k.startswith("price/")}
    return {k: _between(x, e) for k, x in factors.items()}


def _with_world(levels: Series) -> Series:
    """The same with what is mined in all zones."""
    return levels | {"mining/world": np.sum([x for k, x in levels.items() if k.startswith("mining/")], axis=0)}


def _priced(name: str, home: str, told: Mapping[str, Match]) -> str:
    """The recorded price whose shocks the price at a node has."""
    good, _, zone = name.removeprefix("price/").partition("@")
    found = f"price_{'home' if zone == home else 'fob'}/{good}"
    assert found in told, f"{name} has no recorded price"
    return found


def _between(yearly: np.ndarray, e: Engine) -> np.ndarray:
    """Yearly factors at the middles of periods: straight lines of the logarithm between the middles of years."""
    middle = e.years + 0.5 * e.dt - (e.world.base_year + 0.5)
    low = np.clip(middle.astype(int), 0, yearly.shape[1] - 2)
    part = np.clip(middle - low, 0.0, 1.0)
    return np.exp((1.0 - part) * np.log(yearly[:, low]) + part * np.log(yearly[:, low + 1]))


def _licensed(plan: Plan) -> dict[str, np.ndarray]:
    """Elements of which something needs a licence to leave, and the least share let through [T]."""
    terms, out = plan.reform(plan.use()), {}
    for p in np.flatnonzero((terms.permit_granted < 1.0).any(0)):
        for e in dict.fromkeys(plan.lens.act["element"].to_numpy()[terms.permit_use[p] > 0]):
            if e in plan.lens.elements:
                out[e] = np.minimum(out.get(e, 1.0), terms.permit_granted[:, p])
    return out
