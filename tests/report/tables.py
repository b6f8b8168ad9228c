"""Tables of a synthetic but plausible assessment from a seeded generator, with the awkward cases a real one brings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.measures.spread import SAME, sign_word
from earthprice.study import assessment as nouns
from earthprice.study.alternatives import COLUMNS

YEARS = range(2019, 2036)
BASE_PRICE = {"ndpr": 45.0, "dy": 260.0, "tb": 620.0, "ce": 1.6, "la": 1.7}
FIGURES = [  # number, key, label, unit, base, difference, spread of the difference, hindcast
    (1, "gap_ndpr", "Earth price as a share of the rare price, neodymium and praseodymium", "%", 61, 6.2, 3.1, "yes"),
    (1, "gap_dy", "Earth price as a share of the rare price, dysprosium", "%", 48, 9.4, 4.0, "no"),
    (1, "gap_ce", "Earth price as a share of the rare price, cerium", "%", 98, 0.3, 1.2, "not scored"),
    (2, "price_ndpr", "Price of neodymium and praseodymium oxide at home, ex VAT", "USD2020/kg", 52.3, 2.4, 1.1, "yes"),
    (2, "fob_ndpr", "Price of neodymium and praseodymium oxide, FOB", "USD2020/kg", 55.1, 2.5, 1.3, "yes"),
    (3, "price_dy", "Price of dysprosium oxide at home, ex VAT", "USD2020/kg", 298, 41, 19, "no"),
    (3, "fob_dy", "Price of dysprosium oxide, FOB", "USD2020/kg", 309, 43, 21, "no"),
    (4, "exports_scarce", "Exports of terbium and dysprosium, all forms", "t REO/yr", 780, -96, 44, "yes"),
    (4, "exports_lead", "Exports of neodymium and praseodymium, all forms", "t REO/yr", 5200, -130, 160, ""),
    (4, "exports_magnets", "Exports of magnets, contained", "t REO/yr", 14500, 20, 260, "not scored"),
    (5, "unlicensed", "Unlicensed share of mining", "% of t REO", 16, -5.1, 2.2, "not scored"),
    (6, "damage", "External damage at home", "bn USD2020/yr", 1.9, -0.21, 0.08, "not scored"),
    (6, "damage_abroad", "External damage abroad (leakage)", "bn USD2020/yr", 0.3, 0.02, 0.015, "not scored"),
    (7, "recovery", "Ore recovered, of ore dug for rare earths", "%", 55, 2.2, 0.8, "not scored"),
    (7, "wasted", "Ore lost: in plants and tailings, and sterilised", "kt REO/yr", 92, -7.5, 2.1, "not scored"),
    (8, "use_separation", "Use of separation capacity", "%", 49, 1.4, 2.0, "no"),
    (8, "high_share", "Share of high-grade magnets", "%", 38, 0.0, 0.0, "not scored"),
    (9, "gain_CHN", "Net gain, China, 2021-2035", "bn USD2020", 0, 1.1, 1.6, "not scored"),
    (9, "gain_JPN", "Net gain, Japan, 2021-2035", "bn USD2020", 0, -0.42, 0.19, "not scored"),
    (9, "gain_USA", "Net gain, United States, 2021-2035", "bn USD2020", 0, -0.11, 0.06, "not scored"),
    (9, "gain_EUR", "Net gain, Europe, 2021-2035", "bn USD2020", 0, -0.2, np.nan, "not scored"),
    (9, "gain_others", "Net gain, others, 2021-2035", "bn USD2020", 0, 0.05, 0.2, "not scored"),
    (10, "cost_firms", "Cost of compliance, firms", "MUSD2020/yr", 0, 64, 25, "not scored"),
    (10, "cost_state", "Cost of inspection and administration, state", "MUSD2020/yr", 12, 31, 9, "not scored"),
]
ARTICLES = [
    ("6", False, "Approval of projects", ""),
    ("8", True, "Yearly totals", "restates a power already in force"),
    ("10", True, "Imported feed outside the totals", "power not used"),
    ("14", True, "Use of the whole ore", ""),
    ("16", True, "Discharge standards", ""),
    ("19", True, "Tracing of products", ""),
    ("20-27", True, "Inspection and penalties", ""),
    ("28", True, "Definitions", "not modelled: words only"),
]


def sure(centre: float, spread: float) -> float:
    """Share of draws above zero for a normal difference."""
    if not np.isfinite(spread):
        return np.nan
    if spread == 0:
        return np.nan
    return float(0.5 * (1 + np.tanh(0.8 * centre / spread)))


def make_figures() -> pd.DataFrame:
    rows = []
    for number, key, label, unit, base, diff, spread, verdict in FIGURES:
        wide = 1.64 * spread
        width = 0.12 * abs(base)
        word = sure(diff, spread)
        rows.append(
            (number, key, label, unit, 2026, base - width, base, base + width, base + diff - width, base + diff,
             base + diff + width, diff - wide, diff, diff + wide, 200, word,
             SAME if spread == 0 else sign_word(word), diff - 1.2 * abs(diff), diff * 1.4, verdict, np.nan,
             "parameters")
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(nouns.FIGURE_COLUMNS))


def path(rng: np.random.Generator, start: float, growth: float, years=YEARS) -> np.ndarray:
    steps = growth + 0.03 * rng.standard_normal(len(years))
    return start * np.exp(np.cumsum(steps) - steps[0])


def rows_of(variable, item, zone, scenario, unit, years, middle, width) -> pd.DataFrame:
    spread = width * np.sqrt(np.arange(len(middle)) + 0.3) / 4
    low, high = (middle * np.exp(-spread), middle * np.exp(spread))
    return pd.DataFrame(
        {
            "variable": variable,
            "item": item,
            "zone": zone,
            "scenario": scenario,
            "year": list(years),
            "unit": unit,
            "p05": low,
            "p50": middle,
            "p95": high,
        }
    )


def pair(rng, variable, item, zone, unit, start, growth, lift, width=0.4) -> list[pd.DataFrame]:
    base = path(rng, start, growth)
    reform = base * (1 + lift * np.clip((np.array(YEARS) - 2021) / 5, 0, 1))
    return [
        rows_of(variable, item, zone, "baseline", unit, YEARS, base, width),
        rows_of(variable, item, zone, "reform", unit, YEARS, reform, width),
    ]


def make_series() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    parts = []
    for item, start in BASE_PRICE.items():
        past = start * np.exp(0.35 * rng.standard_normal(10) + np.array([0, 1.6, 0.9, 0.4, 0.2, 0, -0.1, 0, 0, 0]))
        parts.append(rows_of("price", item, "CHN", "observed", "USD2020/kg", range(2010, 2020), past, 0.0))
        parts += pair(rng, "price", item, "CHN", "USD2020/kg", start, 0.02, 0.1 if start > 10 else -0.02)
        rare = path(rng, start * (1.7 if start > 10 else 1.02), 0.015)
        parts.append(rows_of("price", item, "CHN", "rare", "USD2020/kg", YEARS, rare, 0.3))
    for item, start in (("ndpr", 3.0), ("dy", 14.0)):
        parts += pair(rng, "price_gap", item, "", "USD2020/kg", start, -0.05, 0.3)
    for item, start in (
        ("licensed_light", 120),
        ("licensed_heavy", 19),
        ("unlicensed", 24),
        ("imported", 26),
        ("recycled", 21),
    ):
        parts += pair(rng, "feed", item, "CHN", "kt REO/yr", start, 0.04, -0.4 if item == "unlicensed" else 0.05)
    units = {
        "waste_water": "Mm3/yr",
        "residue": "kt/yr",
        "leached_land": "km2/yr",
        "co2e": "kt CO2e/yr",
        "money": "MUSD2020/yr",
    }
    for district in ("Baotou", "Sichuan", "South", "Kachin"):
        for burden, unit in units.items():
            parts += pair(rng, "burden", f"{district}:{burden}", "", unit, 10 + 300 * rng.random(), 0.02, -0.1)
    for item, start in (("sold", 180), ("lost", 90), ("sterilised", 30), ("left", 60000)):
        parts += pair(rng, "ore", item, "CHN", "kt REO", start, 0.0, 0.05 if item == "sold" else -0.05, 0.1)
    parts += pair(rng, "grade", "", "CHN", "% REO", 4.1, -0.01, 0.03, 0.1)
    for item in ("separation", "magnet"):
        parts += pair(rng, "capacity", item, "CHN", "kt/yr", 300, 0.02, -0.05, 0.1)
        parts += pair(rng, "capacity_use", item, "CHN", "%", 0.5, 0.005, 0.05, 0.1)
    for zone, start in (("CHN", 0.3), ("JPN", 0.8), ("EUR", 0.55)):
        parts += pair(rng, "high_share", "", zone, "%", start, 0.01, 0.02, 0.1)
        parts += pair(rng, "value_added", "", zone, "USD2020/t REO", start * 60000, 0.01, 0.02, 0.2)
    for item in ("price", "digging", "complaints", "total"):
        parts += pair(rng, "loop", item, "CHN", "index, base year = 1", 1.0, 0.02, -0.1, 0.3)
    parts += pair(rng, "unlicensed_share", "", "CHN", "%", 16, 0.0, -0.3)
    parts += pair(rng, "damage", "", "CHN", "MUSD2020/yr", 1.9, 0.01, -0.1)
    table = pd.concat(parts, ignore_index=True)
    table.loc[(table["variable"] == "high_share") & (table["zone"] == "EUR"), ["p05", "p95"]] = np.nan
    return table[list(nouns.SERIES_COLUMNS)]


def make_exports() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    level = {
        "ndpr": 2400,
        "dy": 420,
        "tb": 90,
        "sm": 160,
        "y": 1500,
        "la+ce": 12000,
        "gd": 300,
        "metals": 3100,
        "magnets": 9000,
    }
    share = {"EUR": 0.2, "JPN": 0.45, "ROW": 0.1, "SEA": 0.05, "USA": 0.19, "all": 1.0}
    rows = []
    for good, tonnes in level.items():
        for partner, part in share.items():
            for year, phase in ((2023, 0.3), (2026, 1.0), (2030, 1.2)):
                base = tonnes * part * 1.04 ** (year - 2019)
                change = phase * ({"dy": -14, "tb": -11, "ndpr": -3, "magnets": -0.6}.get(good, 1.0) + rng.normal())
                wide = 4 + abs(change) * 0.6
                if good == "metals" and partner == "USA":
                    base, change, wide = 0.0, np.nan, np.nan
                reform = base * (1 + np.nan_to_num(change) / 100)
                percent = np.array([change - wide, change, change + wide])
                rows.append(
                    (
                        good,
                        partner,
                        year,
                        "t REO/yr",
                        base,
                        reform,
                        *(base * percent / 100),
                        *percent,
                        100 * part,
                        float(change < -10),
                        float(change < -30),
                    )
                )
    return pd.DataFrame(rows, columns=list(nouns.EXPORT_COLUMNS))


def make_groups() -> pd.DataFrame:
    rng = np.random.default_rng(13)
    groups = {
        "CHN": ["licensed miners", "separators", "magnet makers", "users", "state", "neighbours", "unlicensed diggers"],
        "JPN": ["magnet makers", "users", "traders"],
        "USA": ["miners", "users"],
        "EUR": ["users", "recyclers"],
        "MMR": ["diggers", "neighbours"],
    }
    rows = []
    for zone, names in groups.items():
        for name in names:
            middle = rng.normal(0, 0.6)
            hidden = "unlicensed" in name
            rows.append((zone, name, hidden, "bn USD2020", middle - 0.4, -1.3 if hidden else middle, middle + 0.4))
    table = pd.DataFrame(rows, columns=list(nouns.GROUP_COLUMNS))
    table.loc[table["unlicensed"], ["p05", "p95"]] = [-2.0, -0.5]
    table.loc[(table["zone"] == "EUR") & (table["group"] == "recyclers"), ["p05", "p95"]] = np.nan
    return table


def make_articles() -> pd.DataFrame:
    rng = np.random.default_rng(17)
    totals = {
        "price_ndpr": ("USD2020/kg", 2.4),
        "exports_scarce": ("t REO/yr", -96.0),
        "exports_magnets": ("t REO/yr", 20.0),
        "unlicensed": ("% of t REO", -5.1),
        "damage": ("bn USD2020/yr", -0.21),
        "gain_CHN": ("bn USD2020", 1.1),
    }
    rows = []
    weight = {"6": 0.1, "14": 0.2, "16": 0.15, "19": 0.05, "20-27": 0.5}
    for article, number_sure, heading, nothing in ARTICLES:
        for figure, (unit, total) in totals.items():
            part = 0.0 if nothing else weight[article] * total * (1 + 0.1 * rng.normal())
            kind = "not" if "not modelled" in nothing else "fully"
            rows.append(
                (article, number_sure, heading, kind, "m", figure, unit, total, 0.9 * part, 1.1 * part, part, nothing)
            )
    return pd.DataFrame(rows, columns=list(nouns.ARTICLE_COLUMNS))


def make_drivers() -> pd.DataFrame:
    rows = [
        ("exports_scarce", "unlicensed.output.2020", "unlicensed output in 2020", "record", 0.31, 0.22, 0.36, 0.3, 0.33,
         0.7, -22.0, -19.0, 0.1, 0.0, np.nan, ""),
        ("exports_scarce", "inspection.caught", "share of illegal tonnes caught", "assumption", 0.16, 0.1, 0.2, 0.16,
         0.16, 0.7, -15.0, 0.0, 0.6, 0.0, 0.41, "0.41 share"),
        ("exports_scarce", "demand.magnets.elasticity", "demand elasticity of magnets", "assumption", 0.08, 0.0, 0.12,
         0.05, 0.11, 0.7, 6.0, np.nan, 0.0, 0.1, np.nan, ""),
        ("gain_CHN", "damage.land", "damage per hectare of leached land", "judged", 0.4, 0.31, 0.44, 0.4, 0.4, 0.5, 0.5,
         0.6, 0.2, 0.9, 0.3, "the 30 % point of its range (damage, Kachin, leached land: 3.1 USD/m2)"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(nouns.DRIVER_COLUMNS))


def make_options() -> pd.DataFrame:
    rng = np.random.default_rng(19)
    rows = []
    best = {"draft two years later": "home (tied)", "softer": "home (tied)", "market-based": "world"}
    for option in (
        "do nothing",
        "the text",
        "softer",
        "stricter",
        "market-based",
        "inspect under present law",
        "draft two years later",
        "best found for CHN",
        "best found for the world",
    ):
        for number, key, _, unit, _, diff, spread, _ in FIGURES:
            middle = 0.0 if option == "do nothing" else diff * rng.normal(1, 0.4)
            wide = 0.0 if option == "do nothing" else 1.64 * spread
            better = (np.nan,) * 3 if option == "do nothing" else (0.7, 0.6, 0.25)
            over = np.nan if option in ("do nothing", "the text") else 0.4
            ends = (middle - wide, middle, middle + wide)
            rows.append((option, number, key, unit, *ends, 100, *better, best.get(option, ""), over))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def make_small() -> dict[str, pd.DataFrame]:
    assumptions = pd.DataFrame(
        [("inspection.caught", "share of illegal tonnes caught", 0.15, 0.05, 0.35, "share", "2020", "assumption",
          "own", "C", "No figure is published; swept in every report."),
         ("penalty.fine", "fine as a multiple of the gain", 3.0, 1.0, 5.0, "times", "2021-01-15", "text", "draft21",
          "B", "The text gives a range.")], columns=list(nouns.ASSUMPTION_COLUMNS))  # fmt: skip
    moved = pd.DataFrame(
        [
            ("refined Ce oxide, CHN", "kt REO", 58.0, 30.7, -47.1, "C", "usgs20"),
            ("clay feed imported from MMR", "kt REO", 25.0, 21.4, -14.4, "B", "customs"),
            ("Dy in scrap", "kt REO", 0.3, np.nan, np.nan, "D", "own"),
        ],
        columns=list(nouns.RECONCILIATION_COLUMNS),
    )
    readings = pd.DataFrame(
        [
            ("as_before", 4, "exports_scarce", -96.0),
            ("tight", 4, "exports_scarce", -210.0),
            ("loose", 4, "exports_scarce", 19.0),
        ],
        columns=["reading", "number", "key", "diff_p50"],
    )
    flows = pd.DataFrame(
        [("baseline", 2026, "mine_baotou", 70.1), ("reform", 2026, "mine_baotou", 70.3)],
        columns=["scenario", "year", "activity", "level"],
    )
    sources = pd.DataFrame(
        [
            ("draft21", "MIIT, draft for comment, 15 January 2021 <summary & press>", "B"),
            ("usgs20", "USGS, Mineral Commodity Summaries 2021", "A"),
        ],
        columns=["key", "source", "confidence"],
    )
    rare = pd.DataFrame(
        [
            (x, level, rate, 2026, "USD2020/kg", 40.0, 40.0 + up, 4000.0 / (40.0 + up), 0.001)
            for x in ("ndpr", "ce")
            for level, up in (("low", 1.0), ("central", 20.0), ("high", 60.0))
            for rate in (0.0, 0.03, 0.07)
            if level == "central" or rate == 0.03
        ],
        columns=list(nouns.RARE_COLUMNS),
    )
    standing = pd.DataFrame(
        [
            (zone, rate, counted, "bn USD2020", -1.0, 0.4 + counted, 2.0, 0.7)
            for zone in ("world", "CHN", "JPN")
            for rate in (0.0, 0.03, 0.07)
            for counted in (True, False)
        ],
        columns=list(nouns.STANDING_COLUMNS),
    )
    return {
        "assumptions": assumptions,
        "reconciliation": moved,
        "readings": readings,
        "flows": flows,
        "sources": sources,
        "rare": rare,
        "standing": standing,
    }
