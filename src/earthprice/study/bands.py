"""Bands: levels of prices and flows with what the model leaves out of them, in every draw.

level = the model's figure times `exp(e)`, with `e` of `past.levels`: conditioned in each draw on the record that the
assessment's day knew. Both laws of a draw have the same `e`, so that it moves no sign. A difference of two laws is told
of the model alone, as are shares, indices, costs, the rare price and money: no record says what is left out of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.past.hindcast import PASTS, SHOCKED
from earthprice.past.levels import Ahead, left_out
from earthprice.runs.engine import Engine
from earthprice.study.ensemble import Pair, Summary, by_law

MOST = 20_000
"""Paths over all draws above which each draw has fewer than `SHOCKED`, an even number, but two."""
WORTH, SOME = 0.01, 0.1
"""Part of the price free on board from which a permit is worth something, and share of draws in which it must be."""
HOME, ABROAD = "mining with unlicensed", "mining elsewhere"
FOLLOWS = {
    "exports/magnets/": "magnet exports",
    "exports/": "exports",
    "feed/imported": ABROAD,
    "feed/recycled": "magnet blanks",
    "feed/": HOME,
    "ore_wasted/": HOME,
    "damage_abroad": ABROAD,
}
"""Recorded series whose shocks a flow has, by the beginning of its name: the first that fits."""
PLACED = ("damage/", "damage_zone/", "burden/")
"""Measures of a place or a zone: they follow mining at home, or elsewhere."""
HOLDS = (
    "Ranges of prices and flows hold, beside the parameters, what the model leaves out of such series, as large and as "
    "lasting as the record taught, from where the record last saw them; those of differences, net gains, shares, "
    "indices, costs and the rare price hold the parameters alone."
)


def series_behind(lens: Lens, name: str) -> str:
    """The recorded series whose shocks a measure has; empty where none says what is left out of it."""
    family, _, item = name.partition("/")
    if family == "fob":
        return f"price_fob/{item}_oxide"
    if family == "price":
        good, _, zone = item.partition("@")
        element = good.removesuffix("_metal").removesuffix("_oxide")
        where = "home" if zone == PASTS[-1].home else "fob"
        return f"price_{where}/{element}_oxide" if element in lens.elements else ""
    if name == "damage" or name.startswith(PLACED):
        return HOME if name == "damage" or lens.home == _zone(lens, item.partition(":")[0]) else ABROAD
    return next((series for start, series in FOLLOWS.items() if name.startswith(start)), "")


def _zone(lens: Lens, place: str) -> str:
    """Zone of a place; a zone's own."""
    return dict(zip(lens.engine.names.places, lens.engine.place_zones, strict=True)).get(place, place)


@dataclass(frozen=True)
class Bands:
    """What is left out of levels in the draws of an assessment.

    Attributes:
        lens: how runs are read.
        factors: by recorded series [paths, draws, years from the benchmark].
        rows: where a draw stands, by its number.
    """

    lens: Lens
    factors: Mapping[str, np.ndarray]
    rows: Mapping[int, int]

    def paths(self, name: str, cases: Sequence[Summary], draws: Sequence[int]) -> np.ndarray:
        """A measure in every draw, as many times as it has paths of what is left out [paths x draws, periods].

        Args:
            name: the measure.
            cases: one law in each draw.
            draws: their numbers.
        """
        e, home = name.removeprefix("price_gap/"), f"price/{name.removeprefix('price_gap/')}_oxide@{self.lens.home}"
        if e != name and home in cases[0].series:
            return self.paths(f"fob/{e}", cases, draws) - self.paths(home, cases, draws)
        return self._with(series_behind(self.lens, name), np.stack([c.series[name] for c in cases]), draws, self.whole)

    def year(self, series: str, values: np.ndarray, draws: Sequence[int], year: int) -> np.ndarray:
        """Values of a year in every draw, as many times as they have paths [draws] -> [paths x draws].

        Args:
            series: the recorded series that they follow; empty: none.
            values: one a draw.
            draws: their numbers.
            year: the year, or the nearest that there is.
        """
        at = self.whole[np.abs(self.whole + self.base - year).argmin()]
        return self._with(series, values[:, None], draws, np.array([at]))[:, 0]

    def _with(self, series: str, values: np.ndarray, draws: Sequence[int], years: np.ndarray) -> np.ndarray:
        if series not in self.factors:
            return values
        mine = self.factors[series][:, [self.rows[d] for d in draws]][:, :, years]
        return (mine * values).reshape(-1, values.shape[1])

    @property
    def base(self) -> int:
        """Year of the benchmark."""
        return self.lens.engine.world.base_year

    @property
    def whole(self) -> np.ndarray:
        """Calendar year of each period, from the benchmark's [T]."""
        return np.floor(self.lens.engine.years + 1e-9).astype(int) - self.base


def bands(lens: Lens, day: str, cases: Sequence[Pair], seed: int) -> Bands:
    """What is left out of the levels of an assessment's draws.

    Args:
        lens: how its runs are read.
        day: nothing published later is seen (YYYY-MM-DD).
        cases: the draws.
        seed: of the shocks.
    """
    e, count, paths = lens.engine, len(cases), 2 * max(1, min(SHOCKED, MOST // len(cases)) // 2)
    years = range(e.world.base_year, e.last + 1)
    known = [y for y in years if y < int(day[:4])]
    said = {n: _said(e, names, cases, known, len(years)) for n, names in followed(lens, cases[0].baseline).items()}
    model = {n: np.tile(x, (paths, 1)) for n, x in said.items()}
    recorded = Lens(e, PASTS[-1].home)
    found = left_out(recorded, day, model, Ahead(years, wedged(lens, cases, years)), paths * count, seed, mirrored=True)
    rows = {p.draw: i for i, p in enumerate(cases)}
    return Bands(lens, {n: x.reshape(paths, count, -1) for n, x in found.items()}, rows)


def wedged(lens: Lens, cases: Sequence[Pair], years: Sequence[int]) -> dict[str, set[int]]:
    """By good, years in which a quota or a licence is worth something in some draws, under either law."""
    out: dict[str, set[int]] = {}
    for element in lens.elements:
        name, fob = f"gap_licence/{element}", f"fob/{element}"
        for law in by_law(cases):
            worth = np.nan_to_num([c.series[name] / c.series[fob] for c in law if name in c.series])
            stands = np.mean(worth > WORTH, axis=0) > SOME
            at = {y for y in years if lens.engine.of_year(stands.astype(float), y) > 0}
            out[f"{element}_oxide"] = out.get(f"{element}_oxide", set()) | at
    return out


def followed(lens: Lens, case: Summary) -> dict[str, tuple[str, ...]]:
    """Recorded series that levels follow, and the measures whose sum says the model's figure of each; none: empty.

    Args:
        lens: how runs are read.
        case: a run, for the measures that there are.
    """
    here = lens.home == PASTS[-1].home
    out = {f"price_home/{x}_oxide": (f"price/{x}_oxide@{PASTS[-1].home}",) for x in lens.elements}
    out |= {f"price_fob/{x}_oxide": (f"fob/{x}",) if here else () for x in lens.elements}
    out |= {
        "exports": tuple(f"exports/{x}_raw/all" for x in lens.elements) if here else (),
        "magnet exports": ("exports/magnets/all",) if here else (),
        "magnet blanks": (),
        HOME: ("mined/home",) if here else (),
        ABROAD: (),
    }
    return {n: names if all(m in case.series for m in names) else () for n, names in out.items()}


def _said(e: Engine, names: Sequence[str], cases: Sequence[Pair], known: Sequence[int], years: int) -> np.ndarray:
    """What the baseline of each draw says of a series in years with a record, NaN in others [draws, years].

    A draw that says nothing, or nil, stands at the median of those that do.
    """
    out = np.full((len(cases), years), np.nan)
    if names:
        path = np.stack([np.sum([p.baseline.series[n] for n in names], axis=0) for p in cases], axis=1)
        for i, year in enumerate(known):
            value = e.of_year(path, year)
            told = value > 0
            out[:, i] = np.where(told, value, np.median(value[told])) if told.any() else np.nan
    return out
