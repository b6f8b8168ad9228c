"""Figures 4 to 7 and 11: paths through time of the gap, burdens, the ore body, the chain and the loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import PANEL_COLUMNS, Shape, panels
from earthprice.report.charts.price import scenario_words
from earthprice.report.page_one import range_words
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS

BURDENS = ("waste_water", "residue", "leached_land", "co2e", "money")
"""Burdens of figure 5, in the order of its rows."""

GAPS = ("ndpr", "dy")
"""Oxides of figure 4."""

DISTRICTS = 4
"""Districts or countries of figure 5."""


def meaning(a: Assessment) -> str:
    """What lines and bands mean, as every caption of paths ends."""
    return (
        f"Lines: medians; bands: {range_words(a)}, cut where they run far out of the medians' range; axes need not "
        f"start at nil. {HOLDS}"
    )


PARTS_OF_GAP = {
    "price_gap": "{0}: gap",
    "gap_charges": "{0}: duty, VAT kept",
    "gap_licence": "{0}: quota or licence",
    "price_gap_replay": "{0}: gap of 2008–15",
}
"""Columns of figure 4: the gap, what it is made of, and the past beside it."""


PAST = (
    "Beside it the past: the law of 2008 to 2015 from what was known in 2008 (grey, central draw) and the record of "
    "both prices (dots). "
)


def draw_gap(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 4: price abroad less price at home, its parts, and the gap of the past as the model replays it."""
    held = set(a.series.loc[a.series["variable"] == "price_gap", "item"])
    wanted = [item for item in GAPS if item in held] or sorted(held)[:2]
    parts = [
        panel_rows(a, variable, lambda item, zone, title=title: title.format(words.name("good", item)), [item])
        for item in wanted
        for variable, title in PARTS_OF_GAP.items()
    ]
    empty = pd.DataFrame(columns=list(PANEL_COLUMNS))
    data = pd.concat(parts, ignore_index=True) if parts else empty
    caption = (
        "Free on board less price at home, both without VAT, and what keeps them apart: duty and VAT not given back, "
        "and what a quota or licence is worth; the rest is margin and what trade takes to move. "
        f"{PAST if 'price_gap_replay' in set(a.series['variable']) else ''}{meaning(a)}"
    )
    who = NumberedName(4, "figure-04-price-gap", "Price abroad less price at home")
    columns = max(1, len(set(a.series["variable"]) & set(PARTS_OF_GAP)))
    return panel_figure(who, caption, data, Shape(columns, 640 // columns - 24, 100), words)


def draw_burdens(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 5: burdens by producing district, and the same in money; the districts with the greatest damage."""
    who = NumberedName(5, "figure-05-burdens", "Burdens by producing district")
    rows = a.series[a.series["variable"] == "burden"]
    if rows.empty:
        return nothing_to_draw(*who, PANEL_COLUMNS)
    chosen = heaviest(rows)
    felt = set(rows.loc[rows["p95"] > 1e-9, "item"])
    items = [f"{place}:{burden}" for burden in BURDENS for place in chosen]
    items = [item for item in items if item in felt]
    data = panel_rows(a, "burden", lambda item, zone: burden_words(item, words), items)
    caption = (
        "The districts and countries with the greatest damage, by burden; the last row in money at the damage values "
        f"used. Panels without any burden are left out; all are in tables/series.csv. {meaning(a)}"
    )
    return panel_figure(who, caption, data, Shape(len(chosen), 720 // len(chosen) - 48, 52, by_ending=True), words)


def heaviest(rows: pd.DataFrame) -> list[str]:
    """The places with the greatest damage in money, in the table's order."""
    place = rows["item"].str.split(":").str[0]
    money = rows["item"].str.endswith(":money")
    weight = rows.loc[money, "p50"].groupby(place[money], sort=False).sum().sort_values(ascending=False, kind="stable")
    found = [p for p in dict.fromkeys(place) if p in set(weight.index[:DISTRICTS])]
    return found or list(dict.fromkeys(place))[:DISTRICTS]


def burden_words(item: str, words: Words) -> str:
    """Name of a panel: place and burden."""
    place, _, burden = item.partition(":")
    return f"{words.name('zone', place)}: {burden.replace('_', ' ').replace('co2e', 'CO2e')}"


RECOVERY = {
    "licensed": "recovered: licensed",
    "unlicensed": "recovered: unlicensed",
    "host": "recovered of a host's ore",
}
ORE = {
    "sold": "sold",
    "ponded": "to tailings ponds",
    "lost": "lost in pit and plant",
    "sterilised": "lean ore sterilised",
    "left": "ore left, base year = 100",
}
"""Panels of figure 6 in their order, after what all such mines recover, which has its name in `labels.csv`."""


def draw_ore(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 6: recovery by kind of mine, what becomes of the ore disturbed, ore left, grade mined, tailings."""
    fate = a.series[a.series["variable"] == "ore"]
    held = set(fate.loc[fate["p95"].abs() > 1e-9, "item"])
    known = set(a.series.loc[a.series["variable"] == "recovery", "item"])
    kinds = {"own": words("panel.recovered"), **RECOVERY}
    parts = [
        panel_rows(a, "recovery", lambda item, zone: kinds[item], [item for item in kinds if item in known]),
        panel_rows(a, "ore", lambda item, zone: ORE[item], [item for item in ORE if item in held]),
        panel_rows(a, "grade", lambda item, zone: f"grade: {item.replace('_', ' ')}" if item else "grade mined"),
        panel_rows(a, "tailings", lambda item, zone: "waiting in tailings ponds"),
    ]
    caption = (
        "Recovered: sold of 100 t REO dug, by mines that dig for rare earths, and of the ore that a host mineral such "
        "as iron brings up whether or not it is wanted. Sold, lost, sterilised: what becomes of each 100 t REO "
        "disturbed by the former, adding up to 100. Tailings ponds can be dug again, what is lost or sterilised "
        "cannot. Ore left counts what exploration adds. Grade: REO in the ore dug, by kind of ore. "
        f"{meaning(a)}"
    )
    data = pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)
    return panel_figure(NumberedName(6, "figure-06-ore", words("chart.ore")), caption, data, Shape(4, 136, 72), words)


def draw_chain(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 7: capacity and its use, share of high-grade magnets, value added per tonne of REO handed on."""
    stages = {"magnet_high": "high grade", "magnet_low": "low grade", "magnet": "magnets"}
    parts = [
        panel_rows(a, "capacity", lambda item, zone: f"{item}: capacity"),
        panel_rows(a, "capacity_use", lambda item, zone: f"use of plants: {stages.get(item, item)}"),
        panel_rows(a, "high_share", lambda item, zone: f"high-grade share: {words.name('zone', zone)}"),
        panel_rows(a, "value_added", lambda item, zone: f"value added per t: {words.name('zone', zone)}"),
    ]
    data = pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)
    caption = (
        "Plants that can make two recipes count once; since each recipe has its lines, more than 100 % of them can be "
        "in use, which is a simplification. Value added per tonne: sales of a zone's mines and plants less "
        "what they buy, over the rare earths (REO) in all that they hand on to users, abroad or to a dump. "
        f"{meaning(a)}"
    )
    return panel_figure(
        NumberedName(7, "figure-07-chain", "The chain"), caption, data, Shape(4, 134, 90, letters=28), words
    )


def draw_loop(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 11: price, digging, complaints and the yearly total, as indices."""
    order = {"price": "price", "digging": "digging", "complaints": "complaints", "total": "yearly total"}
    data = panel_rows(a, "loop", lambda item, zone: order.get(item, item))
    caption = (
        "Price, digging, complaints, tightening: each follows the one before it with a lag, and the yearly "
        f"total acts on the price again. {loop_broken(a)}{meaning(a)}"
    )
    return panel_figure(NumberedName(11, "figure-11-loop", "The loop"), caption, data, Shape(4, 136, 110), words)


def loop_broken(a: Assessment) -> str:
    """Why yearly totals answer nothing, where they are the same without and with the text: the reading's words."""
    said = a.meta.reading_words.get(a.meta.reading, "")
    rows = a.series[(a.series["variable"] == "loop") & (a.series["item"] == "total")]
    both = rows.pivot_table(index="year", columns="scenario", values="p50")
    if not said or not {"baseline", "reform"} <= set(both) or not np.allclose(both["baseline"], both["reform"]):
        return ""
    return f"The yearly total is the same in both; the reading of the powers says: {said} "


def panel_rows(
    a: Assessment, variable: str, name: Callable[[str, str], str], items: Sequence[str] | None = None
) -> pd.DataFrame:
    """The rows of a variable with their panel's name, in the order of `items` where given; shares as %."""
    rows = a.series[a.series["variable"] == variable].copy()
    if items is not None:
        place = {item: i for i, item in enumerate(items)}
        rows = rows[rows["item"].isin(place)]
        rows = rows.assign(place=rows["item"].map(place)).sort_values(["place", "scenario", "year"], kind="stable")
    rows["panel"] = [name(str(item), str(zone)) for item, zone in zip(rows["item"], rows["zone"])]
    share = rows["unit"] == "share"
    for column in ("p05", "p50", "p95"):
        rows[column] = rows[column].astype(float).where(~share, 100 * rows[column].astype(float))
    rows["unit"] = rows["unit"].where(~share, "%")
    return rows[list(PANEL_COLUMNS)].reset_index(drop=True)


class NumberedName(NamedTuple):
    """A figure's number, the name of its files, and its title."""

    number: int
    name: str
    title: str


def panel_figure(who: NumberedName, caption: str, data: pd.DataFrame, shape: Shape, words: Words) -> NumberedFigure:
    """A figure of panels, or an empty one."""
    if data.empty:
        return nothing_to_draw(*who, PANEL_COLUMNS)
    drawn = [partial(panels, data, one, scenario_words(words)) for one in (shape, shape.narrowed())]
    return NumberedFigure(*who, caption, data, *drawn)
