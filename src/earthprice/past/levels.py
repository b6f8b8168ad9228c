"""Levels: what the model leaves out of a price or a flow, conditioned on the record as a day knew it.

The process is that of the hindcast (`past.unexplained`). A level is the model's figure times `exp(e)`. For a shock
known last in year T, where the record is `d = log(record / model)` off the model,

    e(t) = d r^(t - T) + x(t),    x(T) = 0,    t >= T

x: the process from nil at T. A level starts where the world was last seen and returns to the model at the pace `r` that
the record taught. In years before T, `e` is what the record says, and a straight line between years that have one. What
has no record since the benchmark starts from nil there, since the benchmark was made of that year's record.

Size, persistence and common share are learned as in the hindcast: from the record of whole years that were over and in
print on the day, against what the central run of each past says of them (`World.replayed`), and from the prior where
there is neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from earthprice.errors import OptionError
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.past.matching import matches, recorded
from earthprice.past.unexplained import Kind, Years, learn, paths, prior, seen

Shock = tuple[str, str]
"""Kind and name of a shock."""


class Process(NamedTuple):
    """Paths of a shock from nil in the first year [draws, years], and what is left of it a year later [draws]."""

    path: np.ndarray
    left: np.ndarray


def shocks_of(name: str, kind: str) -> dict[Shock, float]:
    """Shocks of a series, with their sign: a price at home has that of the price abroad, less that of the gap."""
    what, _, good = name.partition("/")
    if what == "price_home":
        return {("price", good): 1.0, ("gap", good): -1.0}
    return {(kind, good or name): 1.0}


def record_on(lens: Lens, day: str) -> dict[str, dict[int, float]]:
    """The record by series and year that a day knew: of whole years before its own, printed by then.

    Args:
        lens: how runs of the world are read; its world holds the record.
        day: YYYY-MM-DD.
    """
    known = lens.engine.world.observed
    known = known[known["published"] <= day]
    found = {name: recorded(known, match) for name, match in matches(lens).items()}
    return {name: {y: v for y, v in of.items() if y < int(day[:4])} for name, of in found.items()}


def learned(lens: Lens, day: str) -> dict[str, Kind]:
    """What a day knew of the shocks of each kind of series; arguments as of `record_on`."""
    told, upto, world = matches(lens), int(day[:4]) - 1, lens.engine.world
    runs: dict[str, list[Years]] = {}
    for (_, name), of in world.replayed.groupby(["past", "series"]):
        runs.setdefault(str(name), []).append(dict(zip(of["year"], of["value"], strict=True)))
    known = {n: seen(r, upto, *runs.get(n, [])) for n, r in record_on(lens, day).items()}
    kinds = dict.fromkeys(m.kind for m in told.values())
    return {k: learn([known[n] for n, m in told.items() if m.kind == k], prior(world.numbers)) for k in kinds}


def processes(
    series: Mapping[str, str], kinds: Mapping[str, Kind], tail: float, shape: tuple[int, int], rng: np.random.Generator
) -> dict[Shock, Process]:
    """The process of every shock, from nil in the first year.

    Args:
        series: kind by name of the series that have shocks.
        kinds: what is known of the shocks of each kind.
        tail: degrees of freedom.
        shape: number of draws and of years.
        rng: generator.
    """
    keys, out, (draws, years) = {k for n, kind in series.items() for k in shocks_of(n, kind)}, {}, shape
    for kind, known in kinds.items():
        mine, (size, left) = sorted(k for k in keys if k[0] == kind), known.draw(draws, rng)
        found = paths(size, left, known.common, (len(mine), years), tail, rng)
        out |= {key: Process(found[:, i], left) for i, key in enumerate(mine)}
    return out


def left_out(
    lens: Lens,
    day: str,
    model: Mapping[str, np.ndarray],
    years: Sequence[int],
    draws: int,
    seed: int,
    *,
    mirrored: bool = False,
) -> Series:
    """What the model leaves out of levels: by series a factor on the model's figure [draws, years].

    Ask for the prices of a good at home and abroad together: where one is known, the other follows it.

    Args:
        lens: how runs of the world are read; its world holds the record.
        day: nothing published later is seen (YYYY-MM-DD).
        model: what the model says, by recorded series (`past.matching.matches`), in the record's unit where the series
            is not scaled to the benchmark: its median [years], or what each draw says [draws, years].
        years: calendar years without a gap, the benchmark's first.
        draws: number of factors.
        seed: of the shocks.
        mirrored: whether the shocks of the second half of the draws are those of the first with the other sign, so that
            few draws do not move the middle (antithetic variates, Hammersley & Morton 1956).

    Raises:
        OptionError: a series that is none of the recorded ones, or years that do not begin at the benchmark.
    """
    told, base = matches(lens), lens.engine.world.base_year
    for name in model:
        if name not in told:
            raise OptionError("no such recorded series", where="series", given=name, accepted=tuple(told))
    if list(years) != list(range(base, base + len(years))) or not len(years):
        raise OptionError("years with a gap", where="years", given=str(list(years)), accepted=f"{base}, {base + 1}, …")
    kind, rng = {n: m.kind for n, m in told.items()}, np.random.default_rng(seed)
    tail = prior(lens.engine.world.numbers).tail
    count = (draws + 1) // 2 if mirrored else draws
    free = processes(kind, learned(lens, day), tail, (count, len(years)), rng)
    free = {key: _mirrored(p, draws) for key, p in free.items()} if mirrored else free
    record = record_on(lens, day)
    off = {n: distance(record[n], np.asarray(x, float), base, scaled=told[n].scaled) for n, x in model.items()}
    held = _held(free, off)
    return {n: np.exp(sum(sign * held[key] for key, sign in shocks_of(n, kind[n]).items())) for n in model}


def distance(record: Years, model: np.ndarray, base: int, *, scaled: bool) -> dict[int, np.ndarray]:
    """How far the record is from the model, by years since the benchmark: log(record / model), of one or each draw.

    Args:
        record: recorded values by year.
        model: the model's, above nil where it can be compared [years] or [draws, years].
        base: year of the benchmark.
        scaled: whether both count in terms of their value at the benchmark; nothing is known without that.
    """
    at = {y - base: v for y, v in record.items() if 0 <= y - base < model.shape[-1]}
    off = {t: np.log(v / model[..., t]) for t, v in at.items() if np.all(model[..., t] > 0)}
    if not scaled:
        return off
    return {t: v - off[0] for t, v in off.items()} if 0 in off else {}


def conditioned(free: Process, known: Mapping[int, np.ndarray]) -> np.ndarray:
    """A process given its values in some years, nil in the first unless it is one of them [draws, years].

    Args:
        free: the process from nil.
        known: its values by position of the year, one for all or for each draw.
    """
    told = {0: np.zeros(1)} | dict(known)
    last = max(told)
    since = np.arange(free.path.shape[1]) - last
    out = free.path + free.left[:, None] ** np.maximum(since, 0) * (told[last] - free.path[:, last])[:, None]
    for t in range(last):
        before, after = max(k for k in told if k <= t), min(k for k in told if k > t)
        out[:, t] = told[before] + (told[after] - told[before]) * (t - before) / (after - before)
    return out


def _mirrored(half: Process, draws: int) -> Process:
    """A process with every path and its mirror image."""
    both = np.concatenate([half.path, -half.path]), np.concatenate([half.left, half.left])
    return Process(*(x[:draws] for x in both))


def _held(free: Mapping[Shock, Process], off: Mapping[str, Mapping[int, np.ndarray]]) -> dict[Shock, np.ndarray]:
    """Every shock, given how far the record is from the model: gaps before the prices at home that hang on them."""
    out: dict[Shock, np.ndarray] = {}
    for key in sorted(free):  # "gap" before "price"
        kind, good = key
        abroad, home = off.get(f"price_fob/{good}", {}), off.get(f"price_home/{good}", {})
        if kind == "gap":
            known = {**off.get(f"gap/{good}", {}), **{t: abroad[t] - home[t] for t in abroad.keys() & home.keys()}}
        elif kind == "price":
            known = {**{t: v + out["gap", good][:, t] for t, v in home.items()}, **abroad}
        else:
            known = dict(off.get(good, {}))
        out[key] = conditioned(free[key], known)
    return out
