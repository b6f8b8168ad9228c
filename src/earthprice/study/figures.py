"""The ten figures of page one, the long tables behind the other figures, and the words for uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd

from earthprice.measures.lens import Lens
from earthprice.measures.series import ratio
from earthprice.measures.spread import changed, gained, ranged, share_above_nil, verdict
from earthprice.measures.welfare import UNLICENSED, worth
from earthprice.past.hindcast import PASTS
from earthprice.runs.engine import Engine
from earthprice.study.assessment import EXPORT_COLUMNS, FIGURE_COLUMNS, GROUP_COLUMNS, SERIES_COLUMNS
from earthprice.study.at_home import paid_for, present
from earthprice.study.bands import ABROAD, HOME, Bands, series_behind
from earthprice.study.ensemble import Pair, Plan, Summary, by_law
from earthprice.study.every_draw import LABELS, EveryDraw

FIGURE_YEAR = 2026
PAID = {"contracts": "contracts for difference", "credits": "credits and subsidies", "stocks": "purchases for stock"}
"""What else than inspection a state pays for, by the key of its row."""
NAMED = 3
"""Countries other than home whose net gain has a row of its own."""
PART = 10.0
"""Part of a good's exports [%] below which a percentage says nothing of a flow: tonnes come first."""
LEAST = 0.5
"""Exports [t REO/yr] below which there are none to speak of, and no price of them."""
BOTH, ALONE = "parameters and what the model leaves out", "parameters"
"""What a level of a figure holds."""
KNOWN = 0.5
"""Share of draws in which a figure must be known, in both runs, to be told."""


@dataclass(frozen=True)
class Figure:
    """One row of page one.

    Attributes:
        number, key, label, unit: what it is called; rows of one number stand together.
        read: how to read it off a case.
        gain: whether it is a net gain: told as a change from no reform, and what options are ranked by.
        rare: whether it is read of the draws with rare prices alone.
        follows: recorded series whose shocks its level has (`study.bands`); empty: it holds parameters alone.
    """

    number: int
    key: str
    label: str
    unit: str
    read: Callable[[Summary], float]
    gain: bool = False
    rare: bool = False
    follows: str = ""

    def change(self, base: np.ndarray, reform: np.ndarray) -> np.ndarray:
        """Its change by draw [unit], nil where it is told as none (`spread.changed`, `spread.gained`)."""
        return gained(reform - base) if self.gain else changed(base, reform)

    def both(self, cases: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
        """Its values without and with the reform, by draw."""
        return np.array([self.read(p.baseline) for p in cases]), np.array([self.read(p.reform) for p in cases])

    def change_where_known(self, cases: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
        """In which draws it is known under both laws, and its change in those (`change`)."""
        base, reform = self.both(cases)
        known = np.isfinite(base) & np.isfinite(reform)
        return known, self.change(base[known], reform[known])


def catalogue(plan: Plan, year: int, first: int, discount: float) -> list[Figure]:
    """The ten figures (several rows each) for a year, and present values from `first`."""
    e, home = plan.engine, plan.lens.home

    def at(name: str, scale: float = 1.0) -> Callable[[Summary], float]:
        return lambda c: float(e.of_year(c.series[name], year)) * scale

    def fob(element: str) -> Callable[[Summary], float]:
        return partial(_fob, plan, element, year)

    def both(*names: str) -> Callable[[Summary], float]:
        return lambda c: float(sum(e.of_year(c.series[n], year) for n in names))

    value = worth(e, first, discount, plan.rates)

    def gain(zones: tuple[str, ...]) -> Callable[[Summary], float]:
        return lambda c: value(c, [k for k in c.money if k[0] in zones]) / 1e3

    titles = dict(zip(e.world.structure["zones"]["id"], e.world.structure["zones"]["name"], strict=True))
    names = symbols(plan.lens)
    price = "USD2020/kg"
    lead, over = plan.lens.headline, "Earth price over rare price,"
    rows = [
        Figure(1, f"gap_{x}", f"{'…' if i else over} {names[x]} oxide", "%", _gap(plan, x, year), rare=True)
        for i, x in enumerate(lead)
    ]
    for number, x in zip((2, 3), lead, strict=False):
        at_home = f"Price of {names[x]} oxide at home, ex VAT"
        inside, leaving = (series_behind(plan.lens, n) for n in (f"price/{x}_oxide@{home}", f"fob/{x}"))
        rows.append(Figure(number, f"price_{x}", at_home, price, partial(_price, plan, x, year), follows=inside))
        rows.append(Figure(number, f"fob_{x}", "… FOB", price, fob(x), follows=leaving))
    zones = net_gains(e, home)

    def of_zone(zone: str) -> str:
        return f"Net gain from {first}, {titles[zone]}" if zone == home else f"… {titles.get(zone, zone)}"

    rows += [
        *_exported(plan.lens, both),
        Figure(5, "unlicensed", "Unlicensed share of mining", "% of t REO", at("unlicensed_share")),
        Figure(6, "damage", "External damage at home", "bn USD2020/yr", at("damage", 1e-3), follows=HOME),
        Figure(6, "damage_abroad", "… abroad (leakage)", "bn USD2020/yr", at("damage_abroad", 1e-3), follows=ABROAD),
        Figure(7, "recovery", "Ore recovered, of ore dug for rare earths", "%", at("recovery/own")),
        Figure(7, "recovery_host", "… of ore that a host mineral brings up", "%", at("recovery/host")),
        Figure(7, "wasted", "… lost of ore dug for rare earths", "kt REO/yr", at("ore_wasted/own"), follows=HOME),
        Figure(8, "use_separation", "Use of separation capacity", "%", at("capacity_use/separation")),
        Figure(8, "high_share", "… share of high-grade magnets", "%", at("high_share")),
        *[Figure(9, f"gain_{z}", of_zone(z), GAIN, gain(of), gain=True) for z, of in zones.items()],
        Figure(10, "cost_firms", "Cost of compliance, firms", "MUSD2020/yr", at("compliance/firms")),
        Figure(10, "cost_state", "… inspection, state", "MUSD2020/yr", at("compliance/state")),
        *[Figure(10, f"pays_{k}", f"… {PAID[k]}, state", "MUSD2020/yr", at(f"state_pays/{k}")) for k in paid_for(plan)],
    ]
    return present(rows, plan.lens)


def _price(plan: Plan, element: str, year: int, c: Summary) -> float:
    """Price of an oxide at home in a year [USD/kg]; NaN where home has no market for it."""
    earth = c.series.get(f"price/{element}_oxide@{plan.lens.home}")
    return float("nan") if earth is None else float(plan.engine.of_year(earth, year))


def _fob(plan: Plan, element: str, year: int, c: Summary) -> float:
    """Price at home's border of the oxide that leaves in a year [USD/kg]; NaN where hardly any leaves."""
    leaving, of_year = c.series[f"exports/{element}_oxide/all"], plan.engine.of_year
    if not of_year(leaving, year) >= LEAST:
        return float("nan")
    return float(of_year(c.series[f"fob/{element}"], year, leaving))


def net_gains(e: Engine, home: str) -> dict[str, tuple[str, ...]]:
    """Rows of the net gain on page one: zones by row, home first, those told together as `others` last."""
    named = [home, *[z for z in e.names.zones if z != home][:NAMED]]
    return {**{z: (z,) for z in named}, "others": tuple(z for z in e.names.zones if z not in named)}


def _gap(plan: Plan, element: str, year: int) -> Callable[[Summary], float]:
    """Earth price of an oxide at home over its rare price in a year [%]; NaN of a case without rare prices."""

    def read(c: Summary) -> float:
        if element not in c.rare:
            return float("nan")
        return 100.0 * _price(plan, element, year, c) / float(plan.engine.of_year(c.rare[element], year))

    return read


def _exported(lens: Lens, both: Callable[..., Callable[[Summary], float]]) -> list[Figure]:
    """Exports of the scarce elements and of the leading one, in all forms and in oxide and metal alone, and magnets."""
    names, unit, rows = symbols(lens), FLOW, []
    for key, of in (("exports_scarce", lens.role("value_heavy")), ("exports_lead", lens.headline[:1])):
        label = f"{'…' if rows else 'Exports of'} {' and '.join(names[e] for e in of)}, all forms"
        rows.append(Figure(4, key, label, unit, both(*(f"exports/{e}/all" for e in of)), follows="exports"))
        raw = both(*(f"exports/{e}_raw/all" for e in of))
        rows.append(Figure(4, f"{key}_raw", "… of it in oxides and metals", unit, raw, follows="exports"))
    magnets = both("exports/magnets/all")
    return [*rows, Figure(4, "exports_magnets", "… magnets, contained REO", unit, magnets, follows="magnet exports")]


def symbols(lens: Lens) -> dict[str, str]:
    """Chemical symbols by element group: NdPr, Dy; a range where a group has many members."""
    table = lens.engine.world.structure["elements"]
    parts = {i: m.split(";") for i, m in zip(table["id"], table["members"], strict=True)}
    return {i: "".join(m) if len(m) < 3 else f"{m[0]}-{m[-1]}" for i, m in parts.items()}


def verdicts_of(scores: pd.DataFrame, elements: Sequence[str], home: str) -> dict[str, str]:
    """By figure, whether its level beat no change in the hindcast, and the ratio of the errors.

    Args:
        scores: columns past, series, ratio_no_change; may be empty.
        elements: oxides whose prices are figures.
        home: whose page it is; of another zone than that of the record nothing is said.
    """
    scored = len(scores) and home == PASTS[-1].home
    ratios = scores.groupby("series")["ratio_no_change"].mean() if scored else {}
    series = {
        **{f"price_{e}": f"price_home/{e}_oxide" for e in elements},
        **{f"fob_{e}": f"price_fob/{e}_oxide" for e in elements},
    }
    return {
        key: f"{'yes' if ratios[name] < 1 else 'no'} ({ratios[name]:.2f})"
        for key, name in series.items()
        if name in ratios
    }


def table(
    figures: Sequence[Figure],
    cases: Sequence[Pair],
    year: int,
    verdicts: Mapping[str, str],
    bands: Bands | None = None,
) -> pd.DataFrame:
    """The ten figures with medians and ranges over draws (columns `FIGURE_COLUMNS`).

    Args:
        figures: which.
        cases: both laws in every draw.
        year: of the figures.
        verdicts: what the hindcast says, by figure.
        bands: what is left out of levels; None where levels are not told, or of the parameters alone.
    """
    rows = []
    for f in figures:
        asked = [p for p in cases if p.baseline.rare] if f.rare else cases
        base, reform = f.both(asked)
        kept = np.isfinite(base) & np.isfinite(reform)
        kept = kept & (kept.mean() >= KNOWN if len(kept) else True)
        base, reform = base[kept], reform[kept]
        diff = f.change(base, reform)
        reform = reform if diff.any() else base  # "no change" stands beside one level, told twice
        if f.gain:
            base, reform = np.zeros_like(diff), diff
        if bands and f.follows and len(diff):
            draws = [p.draw for p, known in zip(asked, kept, strict=True) if known]
            base, reform = (bands.year(f.follows, side, draws, year) for side in (base, reform))
        rows.append((f.number, f.key, f.label, f.unit, year, *ranged(base), *ranged(reform), *ranged(diff), len(diff),
                     share_above_nil(diff), verdict(diff), np.nan, np.nan, verdicts.get(f.key, "not scored"),
                     np.nan, BOTH if bands and f.follows else ALONE))  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))


SHOWN = (
    ("price/", "price", "USD2020/kg"),
    ("price_gap/", "price_gap", "USD2020/kg"),
    ("gap_charges/", "gap_charges", "USD2020/kg"),
    ("gap_licence/", "gap_licence", "USD2020/kg"),
    ("feed/", "feed", "kt REO/yr"),
    ("ore/", "ore", "%"),
    ("ore_host/", "ore_host", "%"),
    ("damage/", "burden", "MUSD2020/yr"),
    ("burden/", "burden", "per yr"),
    ("recovery/", "recovery", "%"),
    ("ore_wasted/", "ore_wasted", "kt REO/yr"),
    ("capacity_use/", "capacity_use", "%"),
    ("high_share/", "high_share", "%"),
    ("value_added/", "value_added", "USD2020/t REO"),
    ("unlicensed_share", "unlicensed_share", "%"),
    ("damage_zone/", "damage", "MUSD2020/yr"),
    ("complaints/", "complaints", "index"),
    ("rich_share", "rich_share", "%"),
    ("grade/", "grade", "% REO"),
    ("tailings", "tailings", "kt REO"),
    ("loop/", "loop", "index, base year = 1"),
)
FLOW, GAIN = "t REO/yr", "bn USD2020"
"""Units of exports, and of what a group or a country gains."""
UNITS = {"waste_water": "Mm3/yr", "residue": "kt/yr", "leached_land": "km2/yr", "co2e": "kt CO2e/yr"}


def series(plan: Plan, cases: Sequence[Pair], bands: Bands) -> pd.DataFrame:
    """Paths of the measures shown in figures, by scenario, levels with what is left out (columns `SERIES_COLUMNS`)."""
    rows: list[tuple[object, ...]] = []
    years, draws = plan.engine.years, [p.draw for p in cases]
    for scenario, side in zip(("baseline", "reform"), by_law(cases), strict=True):
        for name, (variable, item, zone, unit) in path_labels(plan, side[0]).items():
            rows += _bands(variable, item, zone, scenario, unit, years, bands.paths(name, side, draws))
        rare = [c for c in side if c.rare]
        for element in rare[0].rare if rare else ():
            kind = "rare" if scenario == "reform" else "rare baseline"
            rows += _bands(
                "price", element, plan.lens.home, kind, "USD2020/kg", years, np.stack([c.rare[element] for c in rare])
            )
    return pd.DataFrame(rows, columns=list(SERIES_COLUMNS))


def every_draw(plan: Plan, cases: Sequence[Pair]) -> EveryDraw:
    """The paths that a report shows, in every draw.

    Args:
        plan: what was run.
        cases: both laws in the draws that cleared.
    """
    shown = path_labels(plan, cases[0].baseline)
    values = np.stack([np.stack([[c.series[name] for c in side] for name in shown]) for side in by_law(cases)])
    labels = pd.DataFrame(list(shown.values()), columns=list(LABELS))
    return EveryDraw(tuple(p.draw for p in cases), tuple(map(float, plan.engine.years)), labels, values)


def unit_of(measure: str) -> str:
    """Unit of a measure that is shown as a path, wherever it is drawn."""
    return next(unit for prefix, _, unit in SHOWN if measure.startswith(prefix))


def path_labels(plan: Plan, case: Summary) -> dict[str, tuple[str, str, str, str]]:
    """Variable, item, zone and unit of every measure that is shown as a path, by the measure's name."""
    found = ((name, v, u) for name in case.series for prefix, v, u in SHOWN if name.startswith(prefix))
    first: dict[str, tuple[str, str, str, str]] = {}
    for name, variable, unit in found:
        if name not in first and _shown(plan, name):
            first[name] = _named(plan, name, variable, unit)
    return first


def _shown(plan: Plan, name: str) -> bool:
    """Burdens are drawn whole and by district, price gaps for the elements that lead the first page."""
    family, _, item = name.partition("/")
    if family in ("damage", "burden") and item:
        place, burden = item.split(":")[0], item.partition(":")[2]
        known = place in set(plan.engine.world.structure["districts"]["id"])
        known = known and (not burden or burden in plan.engine.names.burdens)
        at = plan.engine.world.numbers.central.get(f"burden/{place}/mining/{burden}", 1.0)
        return known and at > 0
    return family not in ("price_gap", "gap_charges", "gap_licence") or item in plan.lens.headline[:2]


def _named(plan: Plan, name: str, variable: str, unit: str) -> tuple[str, str, str, str]:
    item, zone = name.split("/", 1)[1] if "/" in name else "", plan.lens.home
    if variable == "price":
        item, zone = item.split("@")
        item = item.removesuffix("_oxide")
    elif variable in ("high_share", "value_added", "damage"):
        item, zone = "", item
    elif name.startswith("damage/"):
        item = f"{item}:money"
    elif name.startswith("burden/"):
        unit = UNITS.get(item.split(":")[1], unit)
    return variable, item, zone, unit


def _bands(
    variable: str, item: str, zone: str, scenario: str, unit: str, years: np.ndarray, values: np.ndarray
) -> list[tuple[object, ...]]:
    return [
        (variable, item, zone, scenario, float(y), unit, *ends)
        for y, ends in zip(years, ranged(values).T, strict=True)
        if np.isfinite(ends).all()
    ]


def export_table(plan: Plan, cases: Sequence[Pair], years: Sequence[int], bands: Bands | None = None) -> pd.DataFrame:
    """Exports by good and partner: level, change, shares of draws that fall by 10 and 30 % (`EXPORT_COLUMNS`).

    Args:
        plan: what is run.
        cases: both laws in every draw.
        years: years told.
        bands: what is left out of levels, of which the middle moves a level; None: nothing.
    """
    draws, told, both = [p.draw for p in cases], [], cache(partial(in_year, plan, cases))
    for row, whole in plan.lens.exported.items():
        for partner in (*plan.lens.partners, "all"):
            for year in years:
                sides = both(f"exports/{row}/{partner}", year)
                if np.median(sides[0]) >= 1.0:
                    of, good = series_behind(plan.lens, f"exports/{row}/"), both(f"exports/{whole}/all", year)[0]
                    levels = [np.median(bands.year(of, x, draws, year) if bands else x) for x in sides]
                    told.append(((row, partner, year, "t REO/yr", *levels), (*sides, good)))
    if not told:
        return pd.DataFrame(columns=list(EXPORT_COLUMNS))
    base, reform, good = (np.stack(x, axis=1) for x in zip(*(x for _, x in told), strict=True))
    diff = changed(base, reform)
    change = 100.0 * ratio(diff, base)
    part = 100.0 * np.median(base, 0) / np.median(good, 0)
    falls = [(change <= -least).mean(0) for least in (10, 30)]
    numbers = np.stack([*ranged(diff), *ranged(change), part, *falls], axis=1).tolist()
    rows = [(*of, *mine) for (of, _), mine in zip(told, numbers, strict=True)]
    return pd.DataFrame(rows, columns=list(EXPORT_COLUMNS)).drop_duplicates(["row", "partner", "year"])


def in_year(plan: Plan, cases: Sequence[Pair], name: str, year: int) -> tuple[np.ndarray, np.ndarray]:
    """A measure in a year without and with the reform, by draw."""
    base, reform = (plan.engine.of_year(np.array([c.series[name] for c in side]).T, year) for side in by_law(cases))
    return base, reform


def groups(plan: Plan, cases: Sequence[Pair], first: int, discount: float) -> pd.DataFrame:
    """Gains and losses by zone and group, present value (`GROUP_COLUMNS`)."""
    rows, value, keys = [], worth(plan.engine, first, discount, plan.rates), list(cases[0].baseline.money)
    base, reform = (value.each(side, keys) for side in by_law(cases))
    for zone, group in keys:
        gain = gained((reform[zone, group] - base[zone, group]) / 1e3)
        if gain.any():
            rows.append((zone, group, group in UNLICENSED, GAIN, *ranged(gain)))
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS))
