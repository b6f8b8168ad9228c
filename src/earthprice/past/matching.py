"""What the hindcast compares: recorded series, the model's figures, and how the two are made comparable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from earthprice.measures.lens import Lens
from earthprice.measures.measures import measure
from earthprice.measures.series import Series
from earthprice.runs.engine import Outcome
from earthprice.world.numbers import require

NamedSeries = tuple[tuple[str, str], ...]
VALUE, ORE_TRADE, OTHER = "value", "ore trade", "other"
"""Groups of series: prices of the elements that make up most of the worth, traded ore, and all others."""


@dataclass(frozen=True)
class Match:
    """How a recorded series and a figure of the model are made comparable.

    Attributes:
        observed: recorded series by name and zone, the first that has a year is taken.
        unit: unit of both.
        words: the match in words: definitions, VAT, weights.
        model: the model's figure, yearly means of its periods are taken.
        kind: series whose yearly changes are of one size: price, gap, tonnes, money, feed.
        over: recorded series that `observed` is divided by, where the figure is a ratio.
        range: recorded low and high ends, where nobody knows better; `observed` is then their geometric middle.
        scaled: whether the model's figure is scaled to the record of the benchmark year.
        anchored: whether it is scored only where that year is recorded: nothing else tells how much it was.
    """

    observed: NamedSeries
    unit: str
    words: str
    model: Callable[[Lens, Series, Outcome], np.ndarray]
    kind: str = "tonnes"
    over: NamedSeries = ()
    range: tuple[tuple[str, str], tuple[str, str]] | None = None
    scaled: bool = True
    anchored: bool = False


def matches(lens: Lens) -> dict[str, Match]:
    """The series that are scored, by name."""
    return {k: m for e in lens.elements for k, m in _of_element(e, lens.home).items()} | _trade(lens) | _made(lens)


def series_group(lens: Lens, name: str) -> str:
    """Group of a recorded series."""
    what, _, good = name.partition("/")
    if what in ("price_home", "price_fob") and good.removesuffix("_oxide") in lens.role("value", "value_heavy"):
        return VALUE
    return ORE_TRADE if matches(lens)[name].kind == "feed" else OTHER


def _of_element(e: str, home: str) -> dict[str, Match]:
    node = f"{e}_oxide"
    abroad, inside = ((f"price_fob/{node}", home),), ((f"price_home/{node}", home), (f"quote_home/{node}", home))
    return {
        f"price_fob/{node}": Match(
            abroad,
            "USD2020/kg",
            "yearly mean FOB China, duty paid, no VAT; the model's price at arrival less freight",
            partial(_series, key=f"fob/{e}"),
            "price",
            scaled=False,
        ),
        f"price_home/{node}": Match(
            inside,
            "USD2020/kg",
            "price at home without VAT: yearly mean, else the mean of the quotes of the year",
            partial(_series, key=f"price/{node}@{home}"),
            "price",
            scaled=False,
        ),
        f"gap/{node}": Match(
            abroad,
            "ratio",
            "FOB over price at home, as the two series above it define them: 1 + duty, VAT not given "
            "back and the rent of licences, handling aside",
            partial(_ratio, above=f"fob/{e}", below=f"price/{node}@{home}"),
            "gap",
            over=inside,
            scaled=False,
        ),
    }


def _trade(lens: Lens) -> dict[str, Match]:
    home = lens.home
    return {
        "exports": Match(
            (("exports_product_weight", home),),
            "kt product/yr",
            "customs weight; the model's licensed exports of "
            f"feed, oxides and metals in REO over {_recorded(lens, 'reo_of_product'):g}",
            _exports,
        ),
        "exports value": Match(
            (("exports_value", home),),
            "MUSD2020/yr",
            "customs value of rare-earth products without magnets, FOB; the "
            "model's licensed exports of oxides and metals at the price of arrival less freight, scaled to the base "
            "year",
            _export_value,
            "money",
        ),
        "magnet exports": Match(
            (("magnet_exports", home),),
            "kt/yr",
            "customs weight of rare-earth permanent magnets, in some years with "
            "their alloys; the model's exports of finished magnets, scaled to the base year",
            _magnet_exports,
        ),
        **{row.id: _shipment(row, home) for row in lens.engine.world.structure["shipments"].itertuples()},
    }


def _shipment(row: Any, home: str) -> Match:
    """A row of the table of recorded shipments as a match."""
    places = {"zone": row.origin} if row.origin else {}
    return Match(
        observed=((row.series, row.recorded or home),),
        unit=row.unit,
        words=row.words,
        model=partial(_shipments, row=row, places={**places, "partner": row.arrival or home}),
        kind=row.kind,
        scaled=row.scaled == "yes",
        anchored=row.anchored == "yes",
    )


def _recorded(lens: Lens, name: str) -> float:
    """A number of what the record's units hold, `model/record/<name>`."""
    return require(lens.engine.world.numbers.central, f"model/record/{name}")


def _made(lens: Lens) -> dict[str, Match]:
    home = lens.home
    return {
        "magnet blanks": Match(
            (("magnet_blanks", home),),
            "kt/yr",
            "sintered blanks, in 2020 and 2021 with bonded ones; the model's "
            f"finished magnets over {_recorded(lens, 'blank_yield'):g} of a blank, scaled to the base year where it is "
            "recorded",
            _blanks,
        ),
        "mining elsewhere": Match(
            (("mining_elsewhere", "ROW"),),
            "kt REO/yr",
            "USGS world output less that of China; the model's mining "
            "outside China, without licence too where the record has it, scaled to the base year",
            _elsewhere,
        ),
        "mining with unlicensed": Match(
            (),
            "kt REO/yr",
            "output of China at the quota and the least and the most said to be dug beside it; the "
            "model's mining in China with and without licence",
            partial(_series, key="mined/home"),
            range=(("mining_all/low", home), ("mining_all/high", home)),
            scaled=False,
        ),
    }


def figures(lens: Lens, outcome: Outcome, wanted: Mapping[str, object]) -> Series:
    """The model's figure of each series wanted, by year: means of its periods."""
    found, e = measure(lens, outcome), lens.engine
    out = {name: m.model(lens, found, outcome) for name, m in matches(lens).items() if name in wanted}
    years = np.unique(np.floor(e.years + 1e-9))
    return {name: np.array([e.of_year(x, int(y)) for y in years]) for name, x in out.items()}


def _series(lens: Lens, found: Series, outcome: Outcome, *, key: str) -> np.ndarray:
    return found[key]


def _ratio(lens: Lens, found: Series, outcome: Outcome, *, above: str, below: str) -> np.ndarray:
    return found[above] / found[below]


def _shipped(lens: Lens) -> np.ndarray:
    """Licensed shipments out of home, without magnets."""
    return lens.mask(stage="trade", zone=lens.home, status="licensed") & (lens.act["tier"] == "").to_numpy()


def _exports(lens: Lens, found: Series, outcome: Outcome) -> np.ndarray:
    ships, reo = _shipped(lens), lens.engine.world.network.reo.to_numpy()
    return outcome.record.level[:, ships] @ reo[ships] / _recorded(lens, "reo_of_product")


def _export_value(lens: Lens, found: Series, outcome: Outcome) -> np.ndarray:
    goods = lens.act["good"].str.endswith(("_oxide", "_metal")).to_numpy()
    which, a = np.flatnonzero(_shipped(lens) & goods), np.maximum(outcome.point.bench.a, 0.0)
    arrival = outcome.record.price[:, : a.shape[0]] @ a[:, which] - outcome.point.bench.cost[which]
    return (outcome.record.level[:, which] * arrival).sum(1)


def _magnet_exports(lens: Lens, found: Series, outcome: Outcome) -> np.ndarray:
    return outcome.record.level[:, lens.rows["magnets"]].sum(1)


def _shipments(lens: Lens, found: Series, outcome: Outcome, *, row: Any, places: Mapping[str, str]) -> np.ndarray:
    """Shipments of the goods of a row between places in REO, over what a tonne holds as recorded."""
    named = lens.act["good"].map(lambda good: any(fnmatchcase(good, g) for g in row.goods.split())).to_numpy(bool)
    ships, reo = lens.mask(stage="trade", **places) & named, lens.engine.world.network.reo.to_numpy()
    holds = require(lens.engine.world.numbers.central, row.content) if row.content else 1.0
    return outcome.record.level[:, ships] @ reo[ships] / holds


def _blanks(lens: Lens, found: Series, outcome: Outcome) -> np.ndarray:
    return outcome.record.level[:, lens.mask(stage="magnet", zone=lens.home)].sum(1) / _recorded(lens, "blank_yield")


def _elsewhere(lens: Lens, found: Series, outcome: Outcome) -> np.ndarray:
    return outcome.record.level[:, lens.mask(stage="mining") & ~lens.mask(zone=lens.home)].sum(1)


def recorded(observed: pd.DataFrame, match: Match) -> dict[int, float]:
    """The record of a series by year: the first of its sources that has the year, quotes of a year averaged."""
    if match.range is not None:
        return {y: float(np.sqrt(low * high)) for y, (low, high) in recorded_ranges(observed, match).items()}
    above = _by_year(observed, match.observed)
    if match.over:
        below = _by_year(observed, match.over)
        return {y: v / below[y] for y, v in above.items() if y in below}
    return above


def scored(observed: pd.DataFrame, match: Match, base_year: int, last: int) -> dict[int, float]:
    """The record of a series if there is enough of it to score: two years after the benchmark, one of a range."""
    out = recorded(observed, match)
    enough = sum(base_year < y <= last for y in out) >= (1 if match.range else 2)
    return out if enough and (base_year in out or not match.anchored) else {}


def recorded_ranges(observed: pd.DataFrame, match: Match) -> dict[int, tuple[float, float]]:
    """Low and high end of what is recorded as a range, by year; empty for all other series."""
    low, high = (_by_year(observed, (name,)) for name in match.range or (("", ""), ("", "")))
    return {y: (low[y], high[y]) for y in low if y in high}


def _by_year(observed: pd.DataFrame, names: NamedSeries) -> dict[int, float]:
    out: dict[int, float] = {}
    for name, zone in names:
        rows = elsewhere(observed) if name == "mining_elsewhere" else observed
        mine = (rows["series"].to_numpy() == name) & (rows["zone"].to_numpy() == zone)
        for year, value in rows["value"][mine].groupby(rows["year"].to_numpy(int)[mine]).mean().items():
            out.setdefault(int(str(year)), float(value))
    return {y: v for y, v in sorted(out.items()) if v > 0}


def elsewhere(observed: pd.DataFrame) -> pd.DataFrame:
    """World mining less that of China on the same basis, as rows of the observed table."""
    series, zone = observed["series"], observed["zone"]
    world, home = (
        observed[(series == name) & (zone == of)].groupby("year")["value"].mean()
        for name, of in (("mining_usgs/world", "ROW"), ("mining_usgs", "CHN"))
    )
    less = (world - home).dropna()
    return pd.DataFrame({"series": "mining_elsewhere", "zone": "ROW", "year": less.index, "value": less.to_numpy()})
