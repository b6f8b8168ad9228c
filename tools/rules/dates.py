"""The day by which a fact was public, from its own row: columns `published`, `published_basis` and `reported`.

docs/data.md states the rules in words. A day that a source names is seen; else a rule gives it. `reported` is the day
by which a first print of the same yearly or daily statistic was public.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from pathlib import Path

from earthprice.facts.schema import period_bounds
from tools.rules.tables import FACTS, Row, read, source, write

MONTHS = {name.lower(): k for k, name in enumerate(calendar.month_abbr) if name}
MONTHS |= {name.lower(): k for k, name in enumerate(calendar.month_name) if name} | {"sept": 9}
CLOSED = "2026-06-30"
"""The tables were closed by this day: no row can have become public later."""
UNDATED = "2020-12-31"
"""Publication of a structural fact whose row, source and note name no year at all."""
BATCHES = {"batch 1": "06-30", "H1": "06-30"}
SERIES = ("production", "prices", "reserves", "trade", "magnets")
"""Tables of statistics that appear every year or day, so that they were known before a later print."""
AHEAD = re.compile(r"forecast|plan\b|target|expected|design|DFS|proposal|incentive|quota of|draft", re.I)
"""Words of a row that speaks of the future, so that it may precede its period."""


def make(table: str, path: Path) -> None:
    """Write a table of facts with its days of publication."""
    rows = read(FACTS / f"{table}.csv")
    write(path, tuple(rows[0]), [{**row, **dates(table, row)} for row in rows])


def dates(table: str, row: Row) -> Row:
    """The three columns of a row."""
    when, shown = published(table, row)
    when = min(when, CLOSED)
    by_day = len(row["date"].partition("/")[0]) == 10
    first = min(when, span(row["date"])[1] if by_day else annual(row["date"])) if regular(table, row) else when
    return {"published": when, "published_basis": shown, "reported": first}


def published(table: str, row: Row) -> tuple[str, str]:
    """Day by which a row was public and whether its source shows it (seen) or a rule gives it (rule)."""
    if table == "quotas":
        return notice(row)
    if table == "policy_timeline":
        return span(row["date"])[1], "seen" if row["date_precision"] == "day" else "rule"
    if row["date_basis"] == "rule" and not years(row["source"]) and not re.search(r"MCS|10-K", row["source"]):
        return UNDATED, "rule"
    edition_of = re.search(r"MCS(?:/MYB)? \d{4}", row.get("vintage", ""))
    dated_source = row["source"] if re.search(r"\d{4}", row["source"]) or not edition_of else edition_of[0]
    return public(row["date"], dated_source.replace("/MYB", ""), bool(AHEAD.search(" ".join(row.values()))))


def regular(table: str, row: Row) -> bool:
    """Whether a row is a later print of a statistic that appears every year or day."""
    company = re.search(r"^(Lynas|MP |Mountain)", row["source"]) or row.get("entity") in ("Mountain Pass", "Lynas")
    output = table == "deposits" and "production" in row["attribute"]
    return bool(table in SERIES or output or table == "costs" and company)


def notice(row: Row) -> tuple[str, str]:
    """Day by which a quota was public: its notice, else the middle or end of its year by batch."""
    year, batch = row["date"][:4], row["batch"]
    for stage in (row["stage"], "all"):
        known = {(n["stage"], n["year"], n["batch"]): n["published"] for n in source("notices")}
        when = known.get((stage, year, batch))
        if when and (stage != "all" or row["stage"] != "export_quota"):
            return when, "seen"
    return f"{year}-{BATCHES.get(batch, '12-31')}", "rule"


def span(period: str) -> tuple[str, str]:
    """First and last day of a period, ISO."""
    days = period_bounds(period)
    assert days, period
    return days[0].isoformat(), days[1].isoformat()


def last_day(year: int, month: int) -> str:
    """Last day of a month, ISO."""
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def annual(period: str, lag: int = 1) -> str:
    """A figure for year Y is public by 1 February of Y + 1, one for a day that day, one for the 2020s by then too."""
    start, end = span(period)
    if start == end:
        return end
    running = int(end[:4]) > 2025 and int(end[:4]) - int(start[:4]) >= 5
    return f"{(max(2020, int(start[:4])) if running else int(end[:4])) + lag}-02-01"


def dated(words: str) -> list[str]:
    """Dates to the day or month in a source's words, as ISO days (the last day of a month)."""
    found = re.findall(r"(?<!\d)((?:19|20)\d\d-[01]\d-[0-3]\d)", words)
    found += [f"{y}-{m}-{d}" for y, m, d in re.findall(r"id[A-Z]\w*?(20\d\d)([01]\d)([0-3]\d)\b", words)]
    months = re.findall(r"\b([A-Z][a-z]{2,8})\.? ((?:19|20)\d\d)\b", words)
    found += [last_day(int(y), MONTHS[m.lower()]) for m, y in months if m.lower() in MONTHS]
    found += [last_day(int(y), int(m)) for y, m in re.findall(r"\b((?:19|20)\d\d)-([01]\d)(?![-\d])", words)]
    return sorted(found)


def edition(words: str) -> tuple[str, str] | None:
    """Date of a named edition: Summaries in February, Data Series and Yearbooks by their lags, 10-K in March."""
    if found := re.search(r"(?:MCS|Mineral Commodity Summaries) (20\d\d)(?!-)", words):
        return f"{found[1]}-02-01", "seen"
    if "Data Series 140" in words:
        return "2021-12-31", "rule"
    if found := re.search(r"(?:MYB|Minerals Yearbook) (?:20\d\d/)?(20\d\d)", words):
        return f"{int(found[1]) + 2}-12-31", "rule"
    if found := re.search(r"10-K.*?FY(20\d\d)|FY(20\d\d) (?:10-K|release|annual)", words):
        return f"{int(found[1] or found[2]) + 1}-03-31", "rule"
    return None


def years(words: str) -> list[int]:
    """Years that a source names by themselves: no ranges, no numbers of articles."""
    return sorted({int(y) for y in re.findall(r"(?<![\w./:+-])((?:19|20)\d\d)(?![\w./]|-\d|,\d)", words)})


def public(period: str, words: str, ahead: bool) -> tuple[str, str]:
    """Date by which a row was public and whether its source shows it (seen) or a rule gives it (rule).

    Args:
        period: the row's period.
        words: the source's words.
        ahead: whether the row speaks of the future (a forecast, plan or target), so that it may precede its period.
    """
    start, end = span(period)
    for known in source("publications"):
        if re.search(known["pattern"], words):
            named = {"annual": annual(period), "annual+1": annual(period, 2), "start": start}
            return named.get(known["published"], known["published"]), known["basis"]
    if print_of := edition(words):
        return print_of
    days = dated(words)
    if days and (later := [d for d in days if d >= start]):
        return later[0], "seen"
    if days and ahead:
        return days[-1], "seen"
    named_years = [y for y in years(words) if ahead or y >= int(start[:4])]
    after = [y for y in named_years if y >= int(end[:4])]
    if after or named_years:
        return f"{after[0] if after else named_years[-1]}-12-31", "rule"
    return annual(period), "rule"
