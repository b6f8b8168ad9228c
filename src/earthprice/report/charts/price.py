"""Figure 1: earth price and rare price."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from earthprice.measures.rounding import alone
from earthprice.report import theme
from earthprice.report.charts.figure import NumberedFigure, nothing_to_draw
from earthprice.report.charts.panels import PANEL_COLUMNS, Shape, panels
from earthprice.report.page_one import range_words
from earthprice.report.words import Words
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS

FLOOR = 20.0
"""Part of the lowest median of a panel at which low ends are cut: a log axis cannot hold nil."""


def draw_prices(a: Assessment, words: Words) -> NumberedFigure:
    """Figure 1: earth price and rare price of the leading oxides, at home, log scale, USD of 2020 per kg."""
    name, title = "figure-01-price", words("figure_1")
    home = a.meta.home
    data = price_data(a, home, words)
    if data.empty:
        return nothing_to_draw(1, name, title, PANEL_COLUMNS)
    gaps = price_gaps(a, home)
    notes = {words.name("good", item): gap_words(item, gaps, words) for item in a.meta.panels}
    count = data["panel"].nunique()
    wide = (theme.PAGE_WIDTH - 14) // count - 46
    shape = Shape(columns=count, width=int(min(wide, 220)), height=100, log=True)
    unit = words("price_axis", home=words.name("zone", home))
    drawn = [partial(panels, data, one, scenario_words(words), notes, unit) for one in (shape, shape.narrowed())]
    return NumberedFigure(1, name, title, price_caption(a, words, unseen(data)), data, *drawn)


def price_data(a: Assessment, home: str, words: Words) -> pd.DataFrame:
    """The rows of figure 1: prices above zero only, low ends of bands cut at a part of the panel's lowest median."""
    table = a.series
    mine = table[(table["variable"] == "price") & (table["zone"] == home) & table["item"].isin(a.meta.panels)]
    mine = mine[mine["p50"] > 0].copy()
    mine["order"] = mine["item"].map({item: i for i, item in enumerate(a.meta.panels)})
    floor = mine.groupby("item")["p50"].transform("min") / FLOOR
    mine["p05"] = np.maximum(mine["p05"], floor).where(mine["p05"].notna())
    mine["panel"] = [words.name("good", item) for item in mine["item"]]
    seen = mine["scenario"] != "observed"
    kept = mine[seen | (mine["year"] <= int(a.meta.as_of[:4]))]
    return kept.sort_values(["order", "scenario", "year"])[list(PANEL_COLUMNS)].reset_index(drop=True)


def price_gaps(a: Assessment, home: str) -> dict[str, tuple[float, float]]:
    """Earth price over rare price in the figures' year [%], without and with the reform.

    Taken from the ten figures where they hold the oxide, else the ratio of the two medians.
    """
    year = a.meta.figure_year
    ten = a.figures[a.figures["number"] == 1].set_index("key")
    found: dict[str, tuple[float, float]] = {}
    for item in a.meta.panels:
        keys = [key for key in ten.index if str(key).replace(".", "_").split("_")[-1] == item]
        if keys:
            found[item] = (float(ten.loc[keys[0], "base_p50"]), float(ten.loc[keys[0], "reform_p50"]))
            continue
        s = a.series
        rows = s[(s["variable"] == "price") & (s["item"] == item) & (s["zone"] == home) & (s["year"] // 1 == year)]
        at = rows.groupby("scenario")["p50"].mean()
        if {"baseline", "reform", "rare"} <= set(at.index) and at["rare"] > 0:
            found[item] = (100 * at["baseline"] / at["rare"], 100 * at["reform"] / at["rare"])
    return found


def gap_words(item: str, gaps: dict[str, tuple[float, float]], words: Words) -> str:
    """The gap as printed in a panel: earth price in % of the rare price, without and with the reform."""
    if item not in gaps:
        return ""
    before, after = gaps[item]
    return f"{alone(before)} → {alone(after)} {words('earth_of_rare')}"


def unseen(data: pd.DataFrame) -> list[str]:
    """Panels of the figure of which nothing is observed."""
    seen = set(data["panel"][data["scenario"] == "observed"])
    return [panel for panel in data["panel"].unique() if panel not in seen]


def price_caption(a: Assessment, words: Words, without: Sequence[str] = ()) -> str:
    """What the rare price rests on: discount rate, terminal value and damage values, as the study states them.

    Args:
        a: the assessment.
        words: words of the language.
        without: panels that have no dots.
    """
    dots = f" (none: {', '.join(without)}, of which the record has no yearly mean at home)" if without else ""
    damage = "; ".join(f"{name} {value}" for name, value in a.meta.damage_values.items()).replace("co2e", "CO2e")
    return (
        f"Dots: observed up to the date of assessment{dots}; lines: medians; bands: {range_words(a)}. {HOLDS} "
        f"Under each name: earth price in % of the rare price in {a.meta.figure_year}, {words('no_reform')} → "
        f"{words('text')}. The rare price is the price at which the same "
        "market clears when every damage is charged to its cause and every ore body charges its user cost. It "
        "rests on a "
        f"discount rate of {100 * a.meta.discount:g} % a year; terminal value: {a.meta.terminal_value}; "
        "damage values: "
        f"{damage}."
    )


def scenario_words(words: Words) -> dict[str, str]:
    """Words of the colour key, in its order."""
    return {
        "observed": words("observed"),
        "baseline": words("no_reform"),
        "reform": words("text"),
        "rare": words("rare_price"),
    }
