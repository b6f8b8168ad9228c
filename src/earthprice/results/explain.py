"""Explain a number of a result: number, flows, articles, parameters, sources, on one screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.errors import OptionError, shorten
from earthprice.report.words import side_names, words
from earthprice.results.result import Result
from earthprice.world.factors import OWN

FLOWS, ARTICLES, PARAMETERS, SOURCES = 6, 6, 5, 5
"""Lines of each part, so that the whole fits one screen."""
ONLY = "only the figures were asked for (--only figures): no article was priced, and no driver found"
TRACE = 1e-6
"""Flow [kt/yr] up to which nothing flows: a kilogram a year."""
STAGES = (
    (("unlicensed", "recovery", "wasted", "damage", "ore", "feed", "burden", "complaints"), "mining"),
    (("use_separation", "capacity_use"), "separation"),
    (("high_share",), "magnet"),
    (("exports",), "trade"),
)
"""Stage whose flows lie behind a number, by the beginning of its key."""
PATHS = {
    "price": "price_{item}",
    "price_gap": "fob_{item}",
    "gap_charges": "fob_{item}",
    "gap_licence": "fob_{item}",
    "burden": "damage",
    "complaints": "damage",
    "damage": "damage",
    "ore_host": "recovery_host",
    "feed": "unlicensed",
    "ore": "recovery",
    "ore_wasted": "wasted",
    "recovery": "recovery",
    "grade": "recovery",
    "rich_share": "recovery",
    "tailings": "recovery_host",
    "unlicensed_share": "unlicensed",
    "capacity_use": "use_separation",
    "high_share": "high_share",
    "value_added": "high_share",
    "loop": "unlicensed",
}
"""Figure of page one whose articles and drivers lie behind a path, by its variable."""
TRADED = ("price", "price_gap", "gap_charges", "gap_licence")
MADE = {"capacity_use": "separation", "high_share": "magnet"}
"""Stage whose flows lie behind a path, by its variable; mining where neither tells it."""


TableRow = Mapping[Hashable, Any]
"""A row of a table: column to value."""


@dataclass(frozen=True)
class Number:
    """A number found in a result.

    Attributes:
        said: what it is and what it is worth, ready to show.
        year: the year whose flows lie behind it, or the start of a period.
        figure: the figure of page one whose articles and drivers lie behind it.
        where: columns of the table of flows and the values they have behind this number.
        whole: whether all periods of the year lie behind it.
        when: the period in words, where it is not the whole year.
    """

    said: dict[str, str]
    year: float
    figure: str
    where: Mapping[str, str | tuple[str, ...]]
    whole: bool = True
    when: str = ""


def explain(result_folder: Path, key: str) -> dict[str, Any]:
    """Trace one number of a result down to its sources.

    Args:
        result_folder: a folder written by `earthprice assess`.
        key: a figure's key (`price_dy`), `exports.dy.JPN.2026`, `price.ndpr.2026` or another path by item and year, or
            `groups.CHN.licensed miner`.

    Returns:
        `number`, `flows`, `articles`, `parameters`, `sources`; about 35 lines when shown.

    Raises:
        OptionError: no such number; says the nearest.
        ResultError: no such result, or it is not as it was written.
    """
    r = Result(Path(result_folder))
    r.need("home", "first_year", "figure_year", "against", "kind", "book")
    with r.blamed():
        known = explainable(r)
        if key not in known:  # home may be named too
            key = key.replace(f".{r.run['home']}.", ".", 1)
        if key not in known:
            raise _unknown(key, known)
        return _explained(r, *known[key])


def _unknown(key: str, known: Mapping[str, tuple[str, TableRow]]) -> OptionError:
    """A key that is none: the nearest, then figures of page one, then a key of each other kind."""
    figures = [k for k, (kind, _) in known.items() if kind == "figure"]
    each_one = {k.partition(".")[0]: k for k in reversed(known)}
    others = [each_one[k] for k in dict.fromkeys(k.partition(".")[0] for k in known) if k not in figures]
    begun = get_close_matches(key.partition(".")[0], each_one, n=1)
    return OptionError(
        f"no number '{key}' in this result",
        where="NUMBER",
        accepted=f"a figure of page one ({shorten(figures, 6)}), or one such as {shorten(others)}",
        given=key,
        among=[k for k in known if k.partition(".")[0] in begun] or each_one.values(),
    )


def _explained(r: Result, kind: str, row: TableRow) -> dict[str, Any]:
    n = _number(r, kind, row)
    articles, parameters = _articles(r, n.figure), _parameters(r, n.figure)
    why = ONLY if r.run.get("options", {}).get("only") else "no article and no driver moves this number"
    return {
        "number": n.said,
        f"flows {n.when or f'{n.year:.0f}'}, central draw [kt/yr]": _flows(r, n),
        f"articles ({n.figure}), central draw": [{"none": why}] if why == ONLY else articles,
        "parameters": [p for p, _ in parameters] or [{"none": why}],
        "sources": _sources(r, [row for _, row in parameters]) or [{"none": why}],
    }


def _number(r: Result, kind: str, row: TableRow) -> Number:
    return {"figure": _figure, "exports": _export, "series": _path, "groups": _group}[kind](r, row)


def explainable(result: Result) -> dict[str, tuple[str, TableRow]]:
    """Every number of a result that can be explained: key to kind and row."""
    home = result.run["home"]
    known = {str(r["key"]): ("figure", r) for r in result.table("figures").to_dict("records")}
    for r in result.table("exports").to_dict("records"):
        known[f"exports.{r['row']}.{r['partner']}.{int(r['year'])}"] = ("exports", r)
    for r in result.table("groups").to_dict("records"):
        known[f"groups.{r['zone']}.{r['group']}"] = ("groups", r)
    paths = result.table("series")
    for r in paths[paths["scenario"] == "reform"].to_dict("records"):
        item = f".{r['item']}" if r["item"] else ""
        zone = "" if r["zone"] == home else f".{r['zone']}"
        known[f"{r['variable']}{item}{zone}.{r['year']:g}"] = ("series", r)
    return known


def _sides(r: Result, base: str, reform: str) -> dict[str, str]:
    """What stands without and with the text, under the names that the report gives to both."""
    return dict(zip(side_names(words(), r.run["against"], r.run["kind"], r.run["book"]), (base, reform), strict=True))


def _figure(r: Result, row: TableRow) -> Number:
    said = {
        "what": f"{row['label']} [{row['unit']}]",
        **_sides(r, _g(row["base_p50"]), _g(row["reform_p50"])),
        "difference": _span(row["diff_p50"], row["diff_p05"], row["diff_p95"]),
        "sign": str(row["sign"]),
    }
    key = str(row["key"])
    return Number(said, float(row["year"]), key, _where(r, key))


def _export(r: Result, row: TableRow) -> Number:
    said = {
        "what": f"Exports of {row['row']} to {row['partner']}, {int(row['year'])} [{row['unit']}]",
        **_sides(r, _g(row["base_p50"]), _g(row["reform_p50"])),
        "change [t]": _span(row["diff_p50"], row["diff_p05"], row["diff_p95"]),
        "part of all exports of it": f"{row['part']:.2g} %",
        "change [%]": _span(row["change_p50"], row["change_p05"], row["change_p95"]),
        "draws that fall by 10 %": f"{100 * row['fall_10']:.0f} %",
    }
    item = str(row["row"])
    where: dict[str, str | tuple[str, ...]] = {"stage": "trade", "zone": r.run["home"]}
    where["status"] = "unlicensed" if item == "smuggled" else "licensed"
    where |= _goods(item)
    if row["partner"] != "all":
        where["partner"] = str(row["partner"])
    return Number(said, float(row["year"]), _exported(r, item), where)


def _goods(item: str) -> dict[str, tuple[str, ...]]:
    """Beginnings of the goods behind a row of exports; every good where no beginning tells them."""
    element, _, form = item.partition("_")
    if item in ("metals", "smuggled"):
        return {}
    if item == "magnets" or form == "magnets":
        return {"good": ("magnet",)}
    elements = tuple(f"{e}_" for e in element.split("+"))
    return {"good": elements if form == "raw" else (*elements, "magnet")}


def _exported(r: Result, item: str) -> str:
    """The figure of page one that holds a row of exports."""
    lead = {k.split("_")[1] for k in r.table("figures").query("number == 2")["key"]}
    element, _, form = item.partition("_")
    of = "exports_lead" if element in lead else "exports_scarce"
    return "exports_magnets" if item == "magnets" else f"{of}_raw" if form == "raw" else of


def _path(r: Result, row: TableRow) -> Number:
    s = r.table("series")
    same = s[(s["variable"] == row["variable"]) & (s["item"] == row["item"]) & (s["zone"] == row["zone"])]
    bases = same[same["scenario"] == "baseline"]
    base, when = bases[bases["year"] == row["year"]].iloc[0], _period(bases["year"], float(row["year"]))
    said = {
        "what": f"{row['variable']} {row['item']}, {row['zone']}, {when} [{row['unit']}]",
        **_sides(r, *(_span(x["p50"], x["p05"], x["p95"]) for x in (base, row))),
    }
    variable, item, home = str(row["variable"]), str(row["item"]), str(r.run["home"])
    where = _behind(r, variable, item, str(row["zone"]))
    figure = PATHS[variable].format(item=item)
    if figure == "damage" and _zone_of(r, where) != home:
        figure = "damage_abroad"
    if variable == "recovery" and item == "host":
        figure = "recovery_host"
    return Number(said, float(row["year"]), figure, where, whole=False, when=when)


def _period(starts: pd.Series, start: float) -> str:
    """The period of a path that begins then, in words: its year, or its months where the year is cut.

    Args:
        starts: of all periods of the path.
        start: of this one [decimal year].
    """
    year = int(start + 1e-9)
    parts, first = int((starts // 1 == year).sum()), round(12 * (start % 1)) + 1
    if parts == 1:
        return str(year)
    months = (f"{date(year, m, 1):%B}" for m in (first, first + 12 // parts - 1))
    return f"{' to '.join(months)} {year}"


def _behind(r: Result, variable: str, item: str, zone: str) -> dict[str, str]:
    """Flows behind a path: those of its own place, good and stage."""
    if variable in TRADED:
        flows, good = r.table("flows"), item if "_" in item else f"{item}_"
        arrives = (flows["stage"] == "trade") & (flows["partner"] == zone) & flows["good"].str.startswith(good)
        if zone != r.run["home"] and arrives.any():
            return {"stage": "trade", "partner": zone, "good": good}
        return {"zone": zone, "good": good} | ({"stage": "trade"} if zone == r.run["home"] else {})
    if variable in ("burden", "complaints"):
        place = item.split(":")[0]
        return {"district" if (r.table("flows")["district"] == place).any() else "zone": place}
    if variable in ("damage", "value_added"):
        return {"zone": zone}
    return {"stage": MADE.get(variable, "mining"), "zone": zone}


def _zone_of(r: Result, where: Mapping[str, str]) -> str:
    """The zone of some place."""
    flows = r.table("flows")
    return where.get("zone") or str(flows.loc[flows["district"] == where["district"], "zone"].iloc[0])


def _group(r: Result, row: TableRow) -> Number:
    value = f"present value from {r.run['first_year']} on, of all years to come"
    said = {
        "what": f"Gain of {row['group']}, {row['zone']}, {value} [{row['unit']}]",
        "gain": _span(row["p50"], row["p05"], row["p95"]),
        "licensed": "no" if row["unlicensed"] else "yes",
    }
    where = {"zone": str(row["zone"])}
    if (r.table("flows")["group"] == row["group"]).any():
        where["group"] = str(row["group"])
    figure = f"gain_{row['zone']}"
    known = figure in set(r.table("figures")["key"])
    return Number(said, float(r.run["figure_year"]), figure if known else "gain_others", where)


def _where(r: Result, key: str) -> dict[str, str]:
    """Flows behind a figure, from the words of its key."""
    head, _, item = key.partition("_")
    if head in ("price", "fob", "gap") and item:
        return {"stage": "trade", "zone": r.run["home"], "good": f"{item}_"}
    if head == "gain":
        return {} if item == "others" else {"zone": item}
    stage = next((stage for heads, stage in STAGES if key.startswith(heads)), "")
    where = {"stage": stage} if stage else {}
    if key == "exports_magnets":
        where["good"] = "magnet"
    return where if key == "damage_abroad" else where | {"zone": str(r.run["home"])}


def _flows(r: Result, n: Number) -> list[dict[str, str]]:
    flows = r.table("flows")
    at = flows[((flows["year"] - n.year).abs() < 1e-6) | (n.whole & (flows["year"] // 1 == n.year))]
    at = at[at["stage"] != "milling"]  # its level is ore, not REO
    for column, value in n.where.items():
        at = at[at[column].str.startswith(value) if column == "good" else at[column] == value]
    if at.empty:
        return [{"none": "no flow lies behind this number"}]
    wide = at.pivot_table(index="activity", columns="scenario", values="level", aggfunc="mean")
    wide = wide.reindex(columns=["baseline", "reform"]).fillna(0.0)
    moved = (wide["reform"] - wide["baseline"]).abs().sort_values(ascending=False, kind="stable").head(FLOWS).index
    return [
        {"activity": str(a), "levels": " to ".join(_g(x if x > TRACE else 0.0) for x in wide.loc[a])} for a in moved
    ]


def _articles(r: Result, figure: str) -> list[dict[str, str]]:
    table = r.table("articles")
    rows = table[(table["figure"] == figure) & (table["nothing"] == "")]
    if rows.empty:
        return [{"none": "no article was priced on this number"}]
    rows = rows.loc[rows["shapley"].abs().sort_values(ascending=False, kind="stable").index]
    return [
        {
            "article": f"art. {a['article']}",
            "heading": str(a["heading"]),
            "part": f"{_g(a['shapley'])} of {_g(a['total'])} {a['unit']}",
        }
        for _, a in rows.head(ARTICLES).iterrows()
    ]


def _parameters(r: Result, figure: str) -> list[tuple[dict[str, str], pd.Series]]:
    """The drivers of a figure, else the uncertain numbers of the measures of its articles."""
    known, drivers = r.table("assumptions"), r.table("drivers")
    out = []
    for _, d in drivers[drivers["figure"] == figure].head(PARAMETERS).iterrows():
        rows = _moved(known, d)
        for _, row in rows.head(1).iterrows():
            words = f"{d['words']} ({len(rows)} numbers)" if len(rows) > 1 else f"{d['words']} = {_value(row)}"
            share = f"{100 * d['share']:.0f} % of the width"
            out.append(({"parameter": words, "basis": str(d["basis"]), "share": share}, row))
    if out:
        return out
    table = r.table("articles")
    live = table[(table["figure"] == figure) & (table["nothing"] == "")]
    live = live.loc[live["shapley"].abs().sort_values(ascending=False, kind="stable").index]
    measures = dict.fromkeys(m for text in live["measures"] for m in str(text).split("; "))
    of = known["parameter"].str.split(".").str[0]
    rows = pd.concat([known[of == m].head(2) for m in measures] or [known.head(0)])
    return [
        ({"parameter": f"{row['parameter']} = {_value(row)}", "basis": str(row["basis"])}, row)
        for _, row in rows.head(PARAMETERS).iterrows()
    ]


def _moved(known: pd.DataFrame, driver: pd.Series) -> pd.DataFrame:
    """The numbers that a driver moves; of own parts those of the bodies, places or uses that weigh most."""
    if not str(driver["parameter"]).startswith(OWN):
        return known[known["factor"] == driver["parameter"]]
    rows = known[known["own"].fillna("").str.startswith(f"{driver['parameter']}/")]
    return rows[[str(own).rpartition("/")[2].replace("_", " ") in driver["words"] for own in rows["own"]]]


def _sources(r: Result, rows: list[pd.Series]) -> list[dict[str, str]]:
    """What the parameters rest on: sources with their confidence, or the reason of an assumption."""
    keys = dict(zip(r.table("sources")["source"], r.table("sources")["key"], strict=True))
    out: dict[str, dict[str, str]] = {}
    for row in rows:
        source = str(row["source"])
        if row["basis"] == "assumption" or not source:
            text = f"assumption: {row['why'] or source}"
            out.setdefault(text, {"key": "", "source": text})
        else:
            where = {"key": keys.get(source, ""), "confidence": f"[{row['confidence']}]", "source": source}
            out.setdefault(source, where)
    return list(out.values())[:SOURCES]


def _value(row: pd.Series) -> str:
    """A number with its range; of a range that stands in a text, which prints no point in it, the range first."""
    if pd.isna(row["low"]) or row["low"] == row["high"]:
        return f"{_g(row['value'])} {row['unit']}"
    ends = f"{_g(row['low'])} to {_g(row['high'])}"
    if row["basis"] == "text":
        return f"{ends} {row['unit']} (taken in the middle as {_g(row['value'])})"
    return f"{_g(row['value'])} ({ends}) {row['unit']}"


def _span(middle: float, low: float, high: float) -> str:
    """A median with its ends; alone where there is one number, or none."""
    return f"{_g(middle)} ({_g(low)} to {_g(high)})" if low < high else _g(middle)


def _g(x: float) -> str:
    return "unknown" if pd.isna(x) else f"{float(x):.3g}"
