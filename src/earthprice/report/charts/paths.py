"""Figures 4 to 7 and 11: paths through time of the gap, burdens, the ore body, the chain and the loop."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from earthprice.report.charts.figure import Figure, nothing_to_draw
from earthprice.report.charts.panels import PANEL_COLUMNS, Shape, panels
from earthprice.report.charts.price import scenario_words
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment

BURDENS = ("waste_water", "residue", "leached_land", "co2e", "money")
"""Burdens of figure 5, in the order of its rows."""

MEANING = "Lines: medians; bands: 9 in 10 draws."


def draw_gap(a: Assessment, words: Words) -> Figure:
    """Figure 4: price abroad less price at home, without VAT, USD of 2020 per kg."""
    data = named(a, "price_gap", lambda item, zone: words.name("good", item))
    caption = (
        f"Free on board less price at home, both without VAT: what a quota, a licence or a duty keeps apart. {MEANING}"
    )
    return drawn(
        (4, "figure-04-price-gap", "Price abroad less price at home"), caption, data, Shape(2, 310, 100), words
    )


def draw_burdens(a: Assessment, words: Words) -> Figure:
    """Figure 5: burdens by producing district, and the same in money."""
    data = named(a, "burden", lambda item, zone: item.replace(":", ": ").replace("_", " "))
    if not data.empty:
        parts = data["panel"].str.split(": ", n=1, expand=True)
        order = {burden.replace("_", " "): i for i, burden in enumerate(BURDENS)}
        place = {district: i for i, district in enumerate(dict.fromkeys(parts[0]))}
        data = data.assign(a=parts[1].map(order).fillna(len(order)), b=parts[0].map(place))
        data = data.sort_values(["a", "b", "scenario", "year"])[list(PANEL_COLUMNS)].reset_index(drop=True)
        data["panel"] = [title.replace("co2e", "CO2e") for title in data["panel"]]
    columns = max(1, min(4, data["panel"].str.split(":").str[0].nunique())) if not data.empty else 1
    caption = f"By district in which the burden falls; the last row in money at the damage values used. {MEANING}"
    shape = Shape(columns, 720 // columns - 46, 52)
    return drawn((5, "figure-05-burdens", "Burdens by producing district"), caption, data, shape, words)


def draw_ore(a: Assessment, words: Words) -> Figure:
    """Figure 6: what becomes of the ore disturbed [%], and the grade mined [% REO]."""
    kinds = {"sold": "sold", "lost": "lost in plant", "sterilised": "sterilised", "left": "left in the ground"}
    shares = named(a, "ore", lambda item, zone: kinds.get(item, item))
    grade = named(a, "grade", lambda item, zone: "grade mined")
    caption = f"Shares of the ore disturbed, and the grade of what is mined. {MEANING}"
    data = pd.concat([shares, grade], ignore_index=True)
    return drawn((6, "figure-06-ore", "The ore body"), caption, data, Shape(5, 98, 110), words)


def draw_chain(a: Assessment, words: Words) -> Figure:
    """Figure 7: capacity and its use, share of high-grade magnets, value added per tonne of REO."""
    parts = [
        named(a, "capacity", lambda item, zone: f"{item}: capacity"),
        named(a, "capacity_use", lambda item, zone: f"{item}: use of capacity"),
        named(a, "high_share", lambda item, zone: f"high-grade share: {words.name('zone', zone)}"),
        named(a, "value_added", lambda item, zone: f"value added: {words.name('zone', zone)}"),
    ]
    data = pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)
    return drawn((7, "figure-07-chain", "The chain"), MEANING, data, Shape(4, 134, 90), words)


def draw_loop(a: Assessment, words: Words) -> Figure:
    """Figure 11: price, digging, complaints and the yearly total, as indices."""
    order = {"price": "price", "digging": "digging", "complaints": "complaints", "total": "yearly total"}
    data = named(a, "loop", lambda item, zone: order.get(item, item))
    caption = (
        "Price, digging, complaints, tightening: each follows the one before it with a lag, and the yearly "
        "total acts on "
        f"the price again. {MEANING}"
    )
    return drawn((11, "figure-11-loop", "The loop"), caption, data, Shape(4, 140, 110), words)


def named(a: Assessment, variable: str, name: Callable[[str, str], str]) -> pd.DataFrame:
    """The rows of a variable with their panel's name; shares as %."""
    rows = a.series[a.series["variable"] == variable].copy()
    rows["panel"] = [name(str(item), str(zone)) for item, zone in zip(rows["item"], rows["zone"])]
    share = rows["unit"] == "share"
    for column in ("p05", "p50", "p95"):
        rows[column] = rows[column].astype(float).where(~share, 100 * rows[column].astype(float))
    rows["unit"] = rows["unit"].where(~share, "%")
    return rows[list(PANEL_COLUMNS)].reset_index(drop=True)


def drawn(who: tuple[int, str, str], caption: str, data: pd.DataFrame, shape: Shape, words: Words) -> Figure:
    """A figure of panels, or an empty one."""
    if data.empty:
        return nothing_to_draw(*who, PANEL_COLUMNS)
    return Figure(*who, caption, data, panels(data, shape, scenario_words(words)))
