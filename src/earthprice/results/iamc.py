"""The paths in the IAMC long format: names in the manner of common-definitions, units that iam-units knows.

https://github.com/IAMconsortium/common-definitions; https://github.com/IAMconsortium/units
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.report.words import words
from earthprice.study.assessment import Assessment

IAMC_COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")
"""Columns; `subannual` stands before `value` where a period is shorter than a year."""
QUANTILES = {"p50": "", "p05": "|5th Percentile", "p95": "|95th Percentile"}
ROOTS = {
    "price": "Price",
    "price_gap": "Price|Oxide|Abroad less Home",
    "price_gap_replay": "Price|Oxide|Abroad less Home, Replay",
    "gap_charges": "Price|Oxide|Charges at the Border",
    "gap_licence": "Price|Oxide|Licence",
    "feed": "Separation|Feed",
    "burden": "Burden",
    "ore": "Ore|Disturbed",
    "ore_host": "Ore|Disturbed|Host Mineral",
    "ore_wasted": "Ore|Lost",
    "recovery": "Ore|Recovery",
    "grade": "Ore|Grade",
    "tailings": "Ore|Tailings",
    "rich_share": "Ore|Rich Share",
    "capacity": "Capacity",
    "capacity_use": "Capacity|Use",
    "high_share": "Magnets|High-grade Share",
    "value_added": "Value Added",
    "unlicensed_share": "Mining|Unlicensed Share",
    "complaints": "Complaints",
    "damage": "External Damage",
    "loop": "Index",
}
"""The assessment's variables in the tree of names."""
SPELT = {"co2e": "CO2e"}
"""Words that are not spelt with one capital."""
UNITS = {
    "%": "%",
    "% REO": "%",
    "MUSD2020/yr": "million USD_2020/yr",
    "Mm3/yr": "million m^3/yr",
    "USD2020/kg": "USD_2020/kg",
    "USD2020/t REO": "USD_2020/t",
    "index": "dimensionless",
    "index, base year = 1": "dimensionless",
    "km2/yr": "km^2/yr",
    "kt CO2e/yr": "kt CO2-equiv/yr",
    "kt REO": "kt",
    "kt REO/yr": "kt/yr",
    "kt/yr": "kt/yr",
    "per yr": "1/yr",
}
"""Units of the assessment as iam-units spells them; tonnes are those of oxide where the assessment says REO."""
PARTS = {0.0: "Q1", 0.25: "Q2", 0.5: "Q3", 0.75: "Q4"}
HALVES = {0.0: "H1", 0.5: "H2"}


def iamc(a: Assessment) -> pd.DataFrame:
    """The paths in the IAMC long format, median and both ends of the interval as three variables.

    Scenarios bear the names of the rulebooks, the rare price and the observed values names of their own. Where periods
    are shorter than a year, `year` is whole and `subannual` says which part: H1, H2, or Q1 to Q4; Year for what is
    known by the year alone.

    Args:
        a: the assessment.

    Returns:
        Columns `IAMC_COLUMNS`, with `subannual` where there are parts of years.
    """
    s = a.series
    scenarios = {
        "baseline": a.meta.baseline,
        "reform": a.meta.book,
        "rare": "Rare Price",
        "rare baseline": "Rare Price without Reform",
        "observed": "Observed",
    }
    table = pd.DataFrame(
        {
            "model": f"earthprice {a.meta.versions['earthprice']}",
            "scenario": s["scenario"].map(scenarios).fillna(s["scenario"]),
            "region": s["zone"].replace("", "World"),
            "variable": [_named(str(v), str(i)) for v, i in zip(s["variable"], s["item"], strict=True)],
            "unit": [UNITS[str(u)] for u in s["unit"]],
            "year": np.floor(s["year"] + 1e-9).astype(int),
            "subannual": _parts(s),
        }
    )
    whole = bool((table["subannual"] == "Year").all())
    columns = [c for c in (*IAMC_COLUMNS[:-1], "subannual", "value") if c != "subannual" or not whole]
    each = [table.assign(variable=table["variable"] + ending, value=s[column]) for column, ending in QUANTILES.items()]
    return pd.concat([x[x["value"].notna()] for x in each], ignore_index=True)[columns]


def _named(variable: str, item: str) -> str:
    """Name in the tree: `Price|Metal|Dy` for the price of `dy_metal`."""
    parts = _good(item) if variable == "price" else [x for x in item.split(":") if x]
    return "|".join([ROOTS[variable], *map(_word, parts)])


def _good(code: str) -> list[str]:
    """Form and kind of a good that has a price."""
    kind, _, form = code.rpartition("_")
    if kind == "magnet":
        return [kind, form]
    return [form, kind] if form == "metal" else ["oxide", code]


def _word(part: str) -> str:
    """A code as a name: what the labels call a good, else its words, each with a capital."""
    label = SPELT.get(part, words("en").name("good", part)).replace("–", "-")
    return label.replace("_", " ").title() if label.islower() else label


def _parts(series: pd.DataFrame) -> list[str]:
    """Part of its year that each row is of; the observed stand by the year."""
    own = series["scenario"] != "observed"
    within, whole = np.round(series["year"] % 1.0, 6), np.floor(series["year"] + 1e-9)
    kinds = within[own].groupby(whole[own]).agg(lambda x: frozenset(x)).to_dict()
    of = {y: {0.0: "Year"} if k <= {0.0} else HALVES if k <= set(HALVES) else PARTS for y, k in kinds.items()}
    return [of[y][x] if mine else "Year" for x, y, mine in zip(within, whole, own, strict=True)]
