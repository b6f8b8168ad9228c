"""The rules that give every carried row a period and a date of publication; docs/data.md states them in words."""

from __future__ import annotations

import calendar
import re
from datetime import date

MONTHS = {name.lower(): k for k, name in enumerate(calendar.month_abbr) if name}
MONTHS |= {name.lower(): k for k, name in enumerate(calendar.month_name) if name} | {"sept": 9}
QUARTERS = {f"Q{q}": (f"{3 * q - 2:02d}", f"{3 * q:02d}") for q in range(1, 5)}
QUARTERS |= {"H1": ("01", "06"), "H2": ("07", "12")}
CLOSED = "2026-06-30"
"""The raw tables were closed by this day: no row can have become public later."""
UNDATED = ("2020", "2020-12-31")
"""Period and date of publication of a structural fact whose row, source and note name no year at all."""

NOTICES: dict[tuple[str, str, str], str] = {
    ("export_quota", "2010", "H2"): "2010-07-08",
    ("export_quota", "2011", "H1"): "2011-01-31",
    ("export_quota", "2011", "H2"): "2011-07-31",
    ("export_quota", "2012", "full year"): "2012-12-21",
    ("export_quota", "2013", "H1"): "2012-12-31",
    ("export_quota", "2014", "H1"): "2013-12-25",
    ("mining", "2011", "full year"): "2011-04-30",
    ("mining", "2013", "batch 1"): "2013-01-07",
    ("mining", "2016", "full year"): "2016-07-01",
    ("all", "2018", "batch 1"): "2018-05-31",
    ("all", "2018", "full year"): "2018-08-01",
    ("all", "2019", "batch 1"): "2019-03-21",
    ("all", "2019", "full year"): "2019-11-18",
    ("all", "2020", "batch 1"): "2020-07-09",
    ("all", "2020", "full year"): "2020-07-31",
    ("all", "2021", "full year"): "2021-09-30",
    ("all", "2022", "batch 1"): "2022-01-28",
    ("all", "2022", "batch 2"): "2022-08-18",
    ("all", "2022", "full year"): "2022-08-18",
    ("all", "2023", "batch 1"): "2023-03-31",
    ("all", "2023", "batch 2"): "2023-09-30",
    ("all", "2023", "batches 1+2"): "2023-09-30",
    ("all", "2023", "batch 3"): "2023-12-15",
    ("all", "2023", "full year"): "2023-12-15",
    ("all", "2024", "batch 1"): "2024-02-29",
    ("all", "2024", "batch 2"): "2024-08-31",
    ("all", "2024", "full year"): "2024-08-31",
    ("all", "2025", "not published"): "2025-07-31",
}
"""Date by which a quota was public: the date of the notice or of the first dated page that reports it."""

BATCHES = {"batch 1": "06-30", "H1": "06-30"}

SOURCES: tuple[tuple[str, str, str], ...] = (
    (r"MCS 2026 \(v1\.3\)", "2026-05-27", "seen"),
    (r"s13563-019-00214-2|Shen, Moomy", "2020-12-31", "rule"),
    (r"inferred arc", "2012-12-31", "rule"),
    (r"Pothen 2013/2014", "2014-12-31", "rule"),
    (r"Seiler 2021", "2021-12-31", "rule"),
    (r"press release: over 35", "2021-12-31", "rule"),
    (r"yicaiglobal\.com 2022-06-23; SMM", "2022-06-23", "seen"),
    (r"^Xinhua 2011-03-07", "2011-03-07", "seen"),
    (r"Lynas quarterly (?:report )?Dec 2010", "2011-01-31", "rule"),
    (r"Info-RE", "2014-10-31", "seen"),
    (r"^Argus 2025", "2025-12-31", "rule"),
    (r"prior figure|derived from the 2024 statement", "2018-12-31", "rule"),
    (r"MP Materials results presentation Q3 2023", "2023-11-30", "rule"),
    (r"MP Q4 2021 results", "2022-03-31", "rule"),
    (r"IMCOA via Rare Element Resources 10-K", "2015-03-31", "rule"),
    (r"daily price file|CNY row of the same file|derived from quotas\.csv", "annual", "rule"),
    (r"UN Comtrade|USITC DataWeb|yttrium (chapters|sheets)|customs \(recalled|^METI \(recalled", "annual", "rule"),
    (r"MCS 2002-2010|Minerals Yearbook later editions", "annual+1", "rule"),
    (r"Rare earth contents of major and", "1999-12-31", "rule"),
    (r"aw2\.com\.cn", "2008-12-31", "rule"),
    (r"MIIT RE plan 2016-2020", "2016-12-31", "rule"),
    (r"13th five-year plan", "2016-12-31", "rule"),
    (r"national plan up to 60,000", "2023-12-31", "rule"),
    (r"Cai Shui \[2015\] 52|english\.www\.gov\.cn 2015-04-30", "2015-04-30", "seen"),
    (r"adopted 26 Aug 2019|Resource Tax Law schedule", "2019-08-26", "seen"),
    (r"Environmental Protection Tax Law", "2018-01-01", "rule"),
    (r"State Council and MOF notices", "start", "rule"),
    (r"globaltradealert.org state act 2151|Tariff implementation programmes|tariff notices", "start", "rule"),
    (r"GB 26451-2011", "2011-10-01", "rule"),
    (r"MIIT Notice 33 of 2012", "2012-07-26", "seen"),
    (r"Rare Earth Industry Standard Conditions \(2016", "2016-07-01", "seen"),
    (r"Goonan 2011|SIR 2011-5094", "2011-12-31", "rule"),
    (r"^judgement$", "2014-02-01", "rule"),
    (r"doubled 2012 to 2019", "2020-12-31", "rule"),
    (r"SRK in Molycorp FWP", "2010-12-31", "rule"),
    (r"public history; closed 2002", "2019-02-01", "rule"),
    (r"White paper|white paper", "2012-06-20", "seen"),
)
"""Sources whose text a parser would misread: pattern, date (or a rule's name) and its basis."""


def last_day(year: int, month: int) -> str:
    """Last day of a month, ISO."""
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def bounds(period: str) -> tuple[str, str]:
    """First and last day of a period such as 2019, 2019-07, 2019-07-01 or two of them with a slash."""
    first, _, last = period.partition("/")
    last = last or first
    start = first + {4: "-01-01", 7: "-01", 10: ""}[len(first)]
    end = last if len(last) == 10 else last_day(int(last[:4]), int(last[5:7] or 12))
    return start, end


def decade(text: str) -> str | None:
    """Periods in words: decades, half-open spans, before and after a year."""
    if spans := re.findall(r"(\d{4})s", text):
        return f"{spans[0]}/{int(spans[-1]) + 9}"
    if found := re.fullmatch(r"(?:before|until) (\d{4})(-\d\d-\d\d)?", text):
        return found[1] + found[2] if found[2] else str(int(found[1]) - 1)
    if found := re.fullmatch(r"after (\d{4})", text):
        return str(int(found[1]) + 1)
    return None


def year_words(text: str) -> str | None:
    """The period meant by a raw year or as_of cell, or None where it names no year."""
    text = text.strip()
    if found := re.fullmatch(r"FY(\d{4})(?:-FY(\d{4}))?", text):
        return f"{int(found[1]) - 1}-07/{found[2] or found[1]}-06"
    if found := re.fullmatch(r"(\d{4})(Q[1-4]|H[12])", text):
        a, b = QUARTERS[found[2]]
        return f"{found[1]}-{a}/{found[1]}-{b}"
    if found := re.fullmatch(r"(\d{4}(?:-\d\d)?) to (\d{4}-\d\d)", text):
        return f"{found[1]}/{found[2]}"
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d|\d\d-\d\d)(?: \(.*)?", text):
        end = found[2] if len(found[2]) == 10 else f"{found[1][:4]}-{found[2]}"
        return f"{found[1]}/{end}"
    if text == "2015 to 30 April":
        return "2015-01-01/2015-04-30"
    if found := re.fullmatch(r"(\d{4})-(\d{4})", text):
        return f"{found[1]}/{found[2]}"
    if words := decade(text):
        return words
    if found := re.match(r"(?:from )?(\d{4}(?:-\d\d){0,2})\b", text):
        return found[1]
    return None


def within(year: str, words: str) -> str | None:
    """The part of a year that a period column names in words, or None where it names none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return words
    if found := re.match(r"(Q[1-4]|H[12])\b", words):
        a, b = QUARTERS[found[1]]
        return f"{year}-{a}/{year}-{b}"
    if found := re.match(r"(\d{4})-(\d{4}) (?:mean|sum|total)", words):
        return f"{found[1]}/{found[2]}"
    named = {
        "yearend": f"{year}-12-31", "autumn spot": f"{year}-09/{year}-11", "autumn": f"{year}-09/{year}-11",
        "average 2 January to 5 July": f"{year}-01-02/{year}-07-05", "1 Jan-15 May": f"{year}-01-01/{year}-05-15",
        "May 2017 to Oct 2021 sum": "2017-05/2021-10", "mid-2018": "2018-06", "end 2022": "2022-12",
    }  # fmt: skip
    if words in named:
        return named[words]
    names = [MONTHS[w.lower()] for w in re.findall(r"[A-Za-z]+", words) if w.lower() in MONTHS]
    if names:
        span = [f"{year}-{m:02d}" for m in names]
        return "/".join(span) if len(span) > 1 else span[0]
    return None


def dated(source: str) -> list[str]:
    """Dates to the day or month in a source's words, as ISO days (the last day of a month)."""
    found = re.findall(r"(?<!\d)((?:19|20)\d\d-[01]\d-[0-3]\d)", source)
    found += [f"{y}-{m}-{d}" for y, m, d in re.findall(r"id[A-Z]\w*?(20\d\d)([01]\d)([0-3]\d)\b", source)]
    months = re.findall(r"\b([A-Z][a-z]{2,8})\.? ((?:19|20)\d\d)\b", source)
    found += [last_day(int(y), MONTHS[m.lower()]) for m, y in months if m.lower() in MONTHS]
    found += [last_day(int(y), int(m)) for y, m in re.findall(r"\b((?:19|20)\d\d)-([01]\d)(?![-\d])", source)]
    return sorted(found)


def edition(source: str) -> tuple[str, str] | None:
    """Date of a named edition: Summaries in February, Data Series and Yearbooks by their lags, 10-K in March."""
    if found := re.search(r"(?:MCS|Mineral Commodity Summaries) (20\d\d)(?!-)", source):
        return f"{found[1]}-02-01", "seen"
    if "Data Series 140" in source:
        return "2021-12-31", "rule"
    if found := re.search(r"(?:MYB|Minerals Yearbook) (?:20\d\d/)?(20\d\d)", source):
        return f"{int(found[1]) + 2}-12-31", "rule"
    if found := re.search(r"10-K.*?FY(20\d\d)|FY(20\d\d) (?:10-K|release|annual)", source):
        return f"{int(found[1] or found[2]) + 1}-03-31", "rule"
    return None


def years(source: str) -> list[int]:
    """Years that a source names by themselves: no ranges, no numbers of articles."""
    return sorted({int(y) for y in re.findall(r"(?<![\w./:+-])((?:19|20)\d\d)(?![\w./]|-\d|,\d)", source)})


def annual(period: str, lag: int = 1) -> str:
    """A figure for year Y is public by 1 February of Y + 1, one for a day that day, one for the 2020s by then too."""
    start, end = bounds(period)
    if start == end:
        return end
    running = int(end[:4]) > 2025 and int(end[:4]) - int(start[:4]) >= 5
    return f"{(max(2020, int(start[:4])) if running else int(end[:4])) + lag}-02-01"


def public(period: str, source: str, ahead: bool) -> tuple[str, str]:
    """Date by which a row was public and whether its source shows it (seen) or a rule gives it (rule).

    Args:
        period: the row's period.
        source: the source's words.
        ahead: whether the row speaks of the future (a forecast, plan or target), so that it may precede its period.
    """
    start, end = bounds(period)
    for pattern, when, basis in SOURCES:
        if re.search(pattern, source):
            named = {"annual": annual(period), "annual+1": annual(period, 2), "start": start}
            return named.get(when, when), basis
    if known := edition(source):
        return known
    days = dated(source)
    if days and (later := [d for d in days if d >= start]):
        return later[0], "seen"
    if days and ahead:
        return days[-1], "seen"
    named_years = [y for y in years(source) if ahead or y >= int(start[:4])]
    after = [y for y in named_years if y >= int(end[:4])]
    if after or named_years:
        return f"{after[0] if after else named_years[-1]}-12-31", "rule"
    return annual(period), "rule"
