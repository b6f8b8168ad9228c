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

What lies between the prices at home and abroad is another thing where a quota or a licence stands on exports and where
none does. Size and persistence of a gap's shock are learned apart from years with an export quota, to the year after
its end, and from all others, and a path takes in each year those of what stands in it. In all others, where traders
keep the two prices together as well as the trade in an element is thick, each element has a size of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from earthprice.errors import OptionError
from earthprice.measures.lens import Lens
from earthprice.measures.series import Series
from earthprice.past.matching import matches, recorded
from earthprice.past.unexplained import Kind, Seen, Years, learn, prior, record_seen, unexplained_paths

Shock = tuple[str, str]
"""Kind and name of a shock."""
GAP, WEDGE = "gap", "gap under a quota or a licence"
QUOTA = "export_quota"
"""Recorded series of the export quota."""


class Ahead(NamedTuple):
    """Years without a gap, the benchmark's first, and by good in which a quota or a licence stands on its exports."""

    years: Sequence[int]
    wedged: Mapping[str, Collection[int]]


class Process(NamedTuple):
    """Paths of a shock from nil in the first year, and what is left in a year of the last one's [draws, years]."""

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


def known_shocks(lens: Lens, day: str) -> dict[str, Kind]:
    """What a day knew of the shocks of each kind of series; arguments as of `record_on`."""
    upto, world = int(day[:4]) - 1, lens.engine.world
    runs: dict[str, list[Years]] = {}
    for (_, name), of in world.replayed.groupby(["past", "series"]):
        runs.setdefault(str(name), []).append(dict(zip(of["year"], of["value"], strict=True)))
    return kinds_of(lens, {n: record_seen(r, upto, *runs.get(n, [])) for n, r in record_on(lens, day).items()})


def kinds_of(lens: Lens, known: Mapping[str, Seen]) -> dict[str, Kind]:
    """What is known of the shocks of each kind, those of a gap apart in years with an export quota.

    Args:
        lens: how runs of the world are read.
        known: what is seen by series; those that are missing say nothing.
    """
    kind, numbers = {n: m.kind for n, m in matches(lens).items()}, lens.engine.world.numbers
    told = {k: {n: s for n, s in known.items() if kind[n] == k} for k in dict.fromkeys(kind.values())}
    quota, gaps = with_next(quota_years(lens)), told.pop(GAP)
    told[WEDGE] = {n: s.among(quota) for n, s in gaps.items()}
    calm, goods = [s.among(quota, others=True) for s in gaps.values()], [n.partition("/")[2] for n in gaps]
    found = {k: learn(list(of.values()), prior(numbers)) for k, of in told.items()}
    return found | {GAP: learn(calm, prior(numbers, "gap"), goods)}


def quota_years(lens: Lens) -> set[int]:
    """Years for which an export quota was notified."""
    rows = lens.engine.world.observed
    return set(rows.loc[(rows["series"] == QUOTA) & (rows["zone"] == lens.home), "year"].astype(int))


def under_quota(lens: Lens) -> dict[str, set[int]]:
    """The same for every good: the quota of the time stood on all of them together."""
    return dict.fromkeys((f"{e}_oxide" for e in lens.elements), quota_years(lens))


def with_next(years: Collection[int]) -> set[int]:
    """Years and those after them: what ends is left behind over a year."""
    return {*years, *(y + 1 for y in years)}


def processes(
    series: Mapping[str, str],
    kinds: Mapping[str, Kind],
    tail: float,
    shape: tuple[int, Ahead],
    rng: np.random.Generator,
) -> dict[Shock, Process]:
    """The process of every shock, from nil in the first year.

    Args:
        series: kind by name of the series that have shocks.
        kinds: what is known of the shocks of each kind.
        tail: degrees of freedom.
        shape: number of draws, and the years.
        rng: generator.
    """
    keys, out, (draws, ahead) = {k for n, kind in series.items() for k in shocks_of(n, kind)}, {}, shape
    for kind, known in kinds.items():
        mine = sorted(k for k in keys if k[0] == kind)
        if not mine:
            continue
        goods = [good for _, good in mine]
        size, left, common = (np.expand_dims(x, -1) for x in (*known.draw(draws, rng, goods), known.common))
        if kind == GAP:
            stands = np.array([[y in with_next(ahead.wedged.get(g, ())) for y in ahead.years] for _, g in mine])
            under = (*kinds[WEDGE].draw(draws, rng, goods), kinds[WEDGE].common)
            size, left, common = (
                np.where(stands, np.expand_dims(w, -1), x) for w, x in zip(under, (size, left, common), strict=True)
            )
        found = unexplained_paths(size, left, common, (len(mine), len(ahead.years)), tail, rng)
        left = np.broadcast_to(left, found.shape)
        out |= {key: Process(found[:, i], left[:, i]) for i, key in enumerate(mine)}
    return out


def left_out(
    lens: Lens,
    day: str,
    model: Mapping[str, np.ndarray],
    ahead: Ahead,
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
        ahead: the years.
        draws: number of factors.
        seed: of the shocks.
        mirrored: whether the shocks of the second half of the draws are those of the first with the other sign, so that
            few draws do not move the middle (antithetic variates, Hammersley & Morton 1956).

    Raises:
        OptionError: a series that is none of the recorded ones, or years that do not begin at the benchmark.
    """
    told, base, years = matches(lens), lens.engine.world.base_year, ahead.years
    for name in model:
        if name not in told:
            raise OptionError("no such recorded series", where="series", given=name, accepted=tuple(told))
    if list(years) != list(range(base, base + len(years))) or not len(years):
        raise OptionError("years with a gap", where="years", given=str(list(years)), accepted=f"{base}, {base + 1}, …")
    kind, rng = {n: m.kind for n, m in told.items()}, np.random.default_rng(seed)
    tail = prior(lens.engine.world.numbers).tail
    count = (draws + 1) // 2 if mirrored else draws
    free = processes(kind, known_shocks(lens, day), tail, (count, ahead), rng)
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
    after = np.where(np.arange(free.path.shape[1]) > last, free.left, 1.0)
    out = free.path + np.cumprod(after, axis=1) * (told[last] - free.path[:, last])[:, None]
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
