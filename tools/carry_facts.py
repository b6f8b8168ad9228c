"""Re-make the tables of facts from the raw files: `python tools/carry_facts.py RAW_FOLDER [OUT_FOLDER]`.

Row by row, none dropped: the id of a record is the raw file's stem and the number of its data row. Assays, fifteen
elements wide, become one record a deposit and element. Nothing is interpolated: a value, its range and its dates are
the raw row's own or follow from the rules in carry_dates.py, which each record names.
"""

from __future__ import annotations

import argparse
import csv
import re
from dataclasses import dataclass
from pathlib import Path

from carry_dates import BATCHES, CLOSED, NOTICES, UNDATED, annual, bounds, public, within, year_words, years

COMMON = (
    "value", "text", "low", "high", "unit", "date", "date_basis", "published", "published_basis", "reported",
    "source", "confidence", "basis", "note",
)  # fmt: skip
OUT = Path(__file__).parents[1] / "src" / "earthprice" / "data" / "facts"
FORECAST = re.compile(r"forecast|plan\b|target|expected|design|DFS|proposal|incentive|quota of|draft", re.I)


@dataclass(frozen=True)
class Raw:
    """How one raw file is read: its key columns, and where its date, value and unit stand."""

    keys: tuple[str, ...]
    when: str = "year"
    value: str = "value"
    unit: str = "unit"
    series: bool = False


FILES: dict[str, Raw] = {
    "production": Raw(("country", "vintage"), series=True),
    "quotas": Raw(("batch", "stage", "split", "group"), series=True),
    "policy_timeline": Raw(
        ("jurisdiction", "instrument", "what", "element_or_product", "date_precision"),
        "date",
        "magnitude",
        "magnitude_unit",
    ),  # fmt: skip
    "prices": Raw(("element", "product", "basis_of_price", "period"), series=True),
    "reserves": Raw(("country",), series=True),
    "unofficial": Raw(("measure", "period")),
    "trade": Raw(("reporter", "flow", "partner", "product", "measure", "period"), series=True),
    "magnets": Raw(("country", "flow", "partner", "product", "period"), series=True),
    "ore_composition": Raw(("mineral", "country", "deposit", "element"), "", "share_pct_of_TREO", ""),
    "deposits": Raw(("deposit", "country", "region", "ore_type", "attribute"), "as_of"),
    "assays": Raw(("deposit", "country", "ore_type", "material", "element"), ""),
    "grades": Raw(
        ("entity", "kind", "category", "cutoff_REO_pct", "tonnage", "tonnage_unit", "grade_REO_pct", "contained_REO_t"),
        "as_of",
        "value",
        "value_unit",
    ),  # fmt: skip
    "costs": Raw(("entity", "stage", "item"), "currency_year"),
    "environment": Raw(("deposit_type", "entity", "stage", "burden"), "as_of"),
    "demand": Raw(("topic", "region", "item")),
    "elasticities": Raw(("parameter", "market", "horizon"), ""),
    "industry": Raw(("topic", "country", "item")),
}
NO_RANGE = re.compile(r"20-40 pct more|growth 2016-2018|without VAT against|cut-off 2\.28-2\.49")
"""Spans in a note that are not the range of the row's value."""
SPAN = re.compile(r"(about |quote |near )?(?<![\d\w.-])(\d[\d.,]*\d|\d)-(\d[\d.,]*\d|\d)(?![\d\w-])")
ELEMENTS = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")


def number(cell: str) -> float | None:
    """A cell as a number, or None where it is text."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def plain(x: float) -> str:
    """A number as short text without exponent or trailing zeros."""
    return f"{x:.10g}" if abs(x) < 1e10 and abs(x) >= 1e-4 or x == 0 else f"{x:.0f}"


def unit_range(value: float | None, unit: str) -> tuple[str, str, str]:
    """Low, high and the bare unit of a unit such as 'USD/kg REO (7-10)' or '% (below)'."""
    found = re.fullmatch(r"(.*?) \(([^()]*)\)", unit)
    if value is None or not found:
        return "", "", unit
    bare, words = found[1], found[2]
    if span := re.fullmatch(r"([\d.,]+)(?:-|, [\d.]+, )([\d.,]+)( thousand)?", words):
        scale = 1000 if span[3] else 1
        low, high = (number(s) * scale for s in span.group(1, 2))
        return (plain(low), plain(high), bare) if low <= value <= high else ("", "", unit)
    if re.match(r"below|up to|at most|less than|not above|upper bound", words):
        return ("", plain(value), bare) if value > 0 else (plain(value), "", bare)
    if re.match(r"over|more than|above|minimum|well over|lower bound", words):
        return plain(value), "", bare
    return ("", "", bare) if re.match(r"about|around|nearly|almost|approx|near\b", words) else ("", "", unit)


def text_range(value: float | None, words: str) -> tuple[str, str]:
    """Low and high from a source's or note's words where they are plain: '+/- 50 %', a midpoint, 'about a-b'."""
    if not value or NO_RANGE.search(words):
        return "", ""
    if found := re.search(r"\+/- ?(\d+) ?%", words):
        share = float(found[1]) / 100
        low, high = sorted((value * (1 - share), value * (1 + share)))
        return plain(low), plain(high)
    for lead, a, b in SPAN.findall(words):
        low, high = number(a), number(b)
        for scale in (1.0, 1e3, 1e6, 1e9, 1e-3):
            if low and high and low < high and abs((low + high) / 2 * scale / value - 1) < 0.005:
                return plain(low * scale), plain(high * scale)
        if lead and low and high and low < value < high:
            return a.replace(",", ""), b.replace(",", "")
    return "", ""


def period_of(name: str, raw: Raw, row: dict[str, str]) -> tuple[str, str]:
    """Period of a row and its basis: given, source (read from value, source or note) or rule."""
    given = year_words(row[raw.when]) if raw.when and row[raw.when] else None
    if given:
        part = within(given, row.get("period") or row.get("batch", "")) if len(given) == 4 else None
        return part or given, "given"
    if row.get("attribute") == "start_year" and row["value"].isdigit():
        return row["value"], "source"
    if name == "ore_composition":
        return "2022", "source"
    if row["source"].strip() == "judgement":
        return "2011/2013", "source"
    if spans := re.findall(r"\b((?:19|20)\d\d)-((?:19|20)\d\d)\b", row.get("unit", "") + " " + row["note"]):
        return "/".join(spans[0]), "source"
    horizon = year_words(row.get("horizon", "")) if name == "elasticities" else None
    named = years(re.sub(r"MCS \d{4}", "", row["source"])) or years(row["note"])
    if horizon or named:
        return horizon or str(named[-1]), "source"
    if "repeated 1990s-2010s" in row["source"]:
        return "1990/2019", "source"
    return UNDATED[0], "rule"


def notice(row: dict[str, str]) -> tuple[str, str]:
    """Date by which a quota was public: its notice, else the middle or end of its year by batch."""
    for stage in (row["stage"], "all"):
        known = NOTICES.get((stage, row["year"], row["batch"]))
        if known and (stage != "all" or row["stage"] != "export_quota"):
            return known, "seen"
    return f"{row['year']}-{BATCHES.get(row['batch'], '12-31')}", "rule"


def dates_of(name: str, raw: Raw, row: dict[str, str]) -> dict[str, str]:
    """The five date columns of a record."""
    period, basis = period_of(name, raw, row)
    words = " ".join(row.get(k, "") for k in (*raw.keys, raw.when, raw.unit, "source", "note") if k)
    if name == "quotas":
        when, shown = notice(row)
    elif name == "policy_timeline":
        when, shown = bounds(period)[1], "seen" if row["date_precision"] == "day" else "rule"
    elif basis == "rule" and not years(row["source"]) and not re.search(r"MCS|10-K", row["source"]):
        when, shown = UNDATED[1], "rule"
    else:
        print_of = re.search(r"MCS(?:/MYB)? \d{4}", row.get("vintage", ""))
        named = row["source"] if re.search(r"\d{4}", row["source"]) or not print_of else print_of[0].replace("/MYB", "")
        when, shown = public(period, named, bool(FORECAST.search(words)))
    when = min(when, CLOSED)
    reported = when
    if regular(name, raw, row):
        reported = min(when, annual(period) if len(period.partition("/")[0]) < 10 else bounds(period)[1])
    return {"date": period, "date_basis": basis, "published": when, "published_basis": shown, "reported": reported}


def regular(name: str, raw: Raw, row: dict[str, str]) -> bool:
    """Whether a row is a later print of a statistic that appears every year or day, so that it was known before."""
    company = re.search(r"^(Lynas|MP |Mountain)", row["source"]) or row.get("entity") in ("Mountain Pass", "Lynas")
    kept = name == "deposits" and "production" in row["attribute"] or name == "costs" and company
    return bool(raw.series and name != "quotas" or kept)


def basis_of(row: dict[str, str]) -> str:
    """Basis of a row: given, or read from its grade and words (see docs/data.md)."""
    if row.get("basis"):
        return row["basis"]
    source, words = row["source"], row["source"] + " " + row["note"]
    if re.match(r"judgement|inferred", source) or re.search(r"inferred arc|judgement", source):
        return "judgement"
    if re.search(r"\bderived\b", words) and row["confidence"] == "A" or source.startswith("derived"):
        return "derived"
    if row["confidence"] == "A" or re.search(r"\bweak\b", row["note"]):
        return "seen"
    return "judgement" if re.search(r"\binferred\b", words) else "recalled"


def value_of(name: str, raw: Raw, row: dict[str, str]) -> dict[str, str]:
    """Value, text, low, high and unit of a row."""
    cell, unit = row[raw.value].strip(), row[raw.unit] if raw.unit else "% of TREO"
    if name == "grades" and not cell:
        cell, unit = row["grade_REO_pct"], "% REO"
    value = number(cell)
    out = {"value": "" if value is None else cell, "text": ""} | {k: row.get(k, "") for k in ("low", "high")}
    if value is None:
        out["text"] = cell or next((row[k] for k in ("what", "burden") if row.get(k)), "no number given")
        if span := re.fullmatch(r"([\d.]+)-([\d.]+)", cell):
            out["low"], out["high"] = span.group(1, 2)
        if bound := re.fullmatch(r"([<>])([\d.]+)", cell):
            out["high" if bound[1] == "<" else "low"] = bound[2]
    low, high, bare = unit_range(value, unit)
    if not (out["low"] or out["high"]):
        out |= {"low": low, "high": high} if low or high else {}
    if not (out["low"] or out["high"]):
        out["low"], out["high"] = text_range(value, row["source"] + " " + row["note"])
    if bare != unit:
        row["note"] = "; ".join(filter(None, (row["note"], f"unit printed as '{unit}'")))
    return out | {"unit": bare or "text"}


def carry(name: str, raw: Raw, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The records of one raw file."""
    records = []
    for n, row in enumerate(rows, start=1):
        for suffix, one in spread(name, row):
            record = {"id": f"{name}-{n:04d}{suffix}"} | {k: one.get(k, "").strip() for k in raw.keys}
            record |= value_of(name, raw, one) | dates_of(name, raw, one)
            record |= {"source": one["source"], "confidence": one["confidence"], "basis": basis_of(one)}
            records.append(record | {"note": one["note"]})
    return records


def spread(name: str, row: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """A raw row as records: itself, or one record an element where it is an assay."""
    if name != "assays":
        return [("", dict(row))]
    parts = [(e, f"{e}_pct") for e in ELEMENTS] + [("unallocated", "unallocated_pct"), ("sum", "sum_pct")]
    return [(f"-{e}", row | {"element": e, "value": row[c]}) for e, c in parts if row[c]]


def main() -> None:
    """Read every raw file and write its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=OUT)
    args = parser.parse_args()
    for name, raw in FILES.items():
        with (args.raw / f"{name}.csv").open(encoding="utf-8", newline="") as f:
            records = carry(name, raw, list(csv.DictReader(f)))
        with (args.out / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, ["id", *raw.keys, *COMMON], lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)
        print(f"{name}: {len(records)} records")


if __name__ == "__main__":
    main()
