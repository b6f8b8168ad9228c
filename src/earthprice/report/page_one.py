"""What page one says: the ten figures, how sure, and the lines around them, as words ready to be set."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from earthprice.measures.rounding import NOTHING, alone, between, decimals, level_places, number, rounded, signed
from earthprice.measures.spread import FEWEST, SAME, UNCLEAR, among
from earthprice.report.printed import file_alone
from earthprice.report.words import MARKS, Words, sign_key
from earthprice.study.assessment import Assessment
from earthprice.study.phrases import counted

FINEST = 9
"""Decimals from which a level without a change is cut to three significant figures."""

CLEAR = ("nearly sure", "likely")
"""Sign words that count as a clear sign."""

SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five")


def ten_rows(a: Assessment, words: Words) -> list[dict[str, Any]]:
    """The rows of the ten figures, each number rounded to what the interval of the difference supports."""
    rows, before = [], None
    for row in a.figures.to_dict("records"):
        rows.append(ten_row(row, words) | {"number": "" if row["number"] == before else str(row["number"])})
        before = row["number"]
    return rows


def ten_columns(a: Assessment, words: Words) -> list[dict[str, str]]:
    """Columns of the ten figures: the key in a row of `ten_rows`, the heading, and the class of its cells."""
    answered = [("answered", words("with_answers", text=words("text")), "n")] if a.meta.answers else []
    scored = [("hindcast", words("hindcast"), "")] if hindcast_scored(a) else []
    columns = [
        ("number", "#", ""),
        ("label", words("figure"), ""),
        ("unit", words("unit"), "u"),
        ("base", words("no_reform"), "n"),
        ("reform", words("text"), "n"),
        *answered,
        ("difference", words("difference"), "n d"),
        ("interval", interval_head(a, words), "n"),
        ("marked", words("sign"), "mark"),
        ("readings", words("over_readings"), "n grey"),
        *scored,
    ]
    return [{"key": key, "head": head, "style": style} for key, head, style in columns]


def ten_row(row: dict[Any, Any], words: Words) -> dict[str, Any]:
    """One of the ten figures as words; levels to the place of the difference, three figures at most."""
    low, middle, high = (float(row[f"diff_{q}"]) for q in ("p05", "p50", "p95"))
    base, reform = float(row["base_p50"]), float(row["reform_p50"])
    word = str(row["sign"])
    diff, below, above = rounded(middle, low, high)
    finest = decimals(middle, low, high) if word != SAME else FINEST
    places = level_places(base, reform, finest)
    key, over = sign_key(word), [float(row[f"readings_{end}"]) for end in ("low", "high")]
    told = [alone(x) if word == SAME else number(x, finest) for x in over]
    return {
        "label": words.figure(str(row["key"]), str(row["label"])),
        "unit": str(row["unit"]),
        "base": number(base, places),
        "reform": number(reform, places),
        "answered": number(float(row["answered_p50"]), places),
        "difference": signed(diff),
        "interval": between(below, above, words("to")) if low != high else "",
        "mark": MARKS.get(key, ""),
        "sign": words(key),
        "marked": f"{MARKS.get(key, '')} {words(key)}",
        "unclear": word == UNCLEAR,
        "readings": told[0] if told[0] == told[1] else between(*told, words("to")),
        "hindcast": words.scored(row["hindcast"]) if isinstance(row["hindcast"], str) and row["hindcast"] else NOTHING,
    }


def draws_behind(a: Assessment) -> int:
    """Draws behind the figures of page one."""
    return int(a.figures["draws"].max()) if len(a.figures) else 0


def interval_head(a: Assessment, words: Words) -> str:
    """Heading of the intervals: which draws they hold."""
    return words("interval") if draws_behind(a) >= FEWEST else words("interval_all", n=draws_behind(a))


def range_words(a: Assessment) -> str:
    """Which draws lines and bands hold, in the words of a caption."""
    return among(draws_behind(a))


def how_sure(a: Assessment) -> list[str]:
    """The sentences of "How sure": drivers of the width, what flips a sign, what it rests on, hindcast, clearing."""
    made = [
        width_sentence(a),
        *flip_sentences(a),
        rests_sentence(a),
        hindcast_sentence(a),
        a.meta.fit,
        cleared_sentence(a),
    ]
    return [sentence for sentence in made if sentence]


def figure_words(a: Assessment, key: str) -> str:
    """One of the ten figures by its number on page one and its label."""
    rows = a.figures[a.figures["key"] == key]
    if rows.empty:
        rows = a.figures[a.figures["number"].astype(str) == str(key)]
    if rows.empty:
        return str(key)
    label = str(rows["label"].iloc[0]).removeprefix("… ").split(" (")[0]
    return f"no. {rows['number'].iloc[0]} ({label})"


def headline_drivers(a: Assessment) -> pd.DataFrame:
    """Drivers of the headline figure: the first of figure 4 that has any, else the first of all."""
    if a.drivers.empty:
        return a.drivers
    of_four = set(a.figures.loc[a.figures["number"] == 4, "key"].astype(str)) | {"4"}
    keys = [str(f) for f in dict.fromkeys(a.drivers["figure"])]
    chosen = next((k for k in keys if k in of_four), keys[0])
    return a.drivers[a.drivers["figure"].astype(str) == chosen].sort_values("share", ascending=False)


def width_sentence(a: Assessment) -> str:
    """What the width of the headline figure comes from: its three strongest parameters, and what none explains."""
    drivers = headline_drivers(a).head(3)
    if drivers.empty:
        return ""
    names = [
        f"{driver_words(r)} ({share_words(r)}{', assumption' if str(r.basis) == 'assumption' else ''})"
        for r in drivers.itertuples()
    ]
    count = SMALL_NUMBERS[len(names)]
    kind = "parameter" if len(names) == 1 else "parameters"
    total, explained = (100 * float(v) for v in (drivers["share"].sum(), drivers["explained"].iloc[0]))
    whose = figure_words(a, str(drivers["figure"].iloc[0]))
    return (
        f"Of the width of {whose}, {total:.0f} % comes from {count} {kind}: {'; '.join(names)}; "
        f"{max(explained - total, 0.0):.0f} % from others, and {100 - explained:.0f} % cannot be told from "
        f"{counted(a.meta.draws)}."
    )


def share_words(row: Any) -> str:
    """A driver's share with its range over resamples of the draws."""
    low, middle, high = (round(100 * float(v)) for v in (row.share_low, row.share, row.share_high))
    return f"{middle} %" if low == high else f"{middle} %, {low} to {high}"


def flip_sentences(a: Assessment, most: int = 2) -> list[str]:
    """Which parameter's value turns the sign of a figure's median, for figures whose sign is nearly sure or likely.

    A sign that no draw contradicts has nothing that turns it.
    """
    if a.drivers.empty:
        return []
    known = a.figures[a.figures["sign"].isin(CLEAR) & a.figures["share_positive"].between(0, 1, inclusive="neither")]
    clear = list(known["key"])
    flips = a.drivers[a.drivers["flips_at"].notna() & a.drivers["figure"].isin(clear)]
    strongest = flips.sort_values("share", ascending=False).drop_duplicates("figure").head(most)
    return [
        f"The sign of {figure_words(a, str(r.figure))} flips where {driver_words(r)} passes {flip_words(r)}."
        for r in strongest.itertuples()
    ] or ["No single parameter inside its range flips a sign that is nearly sure or likely."]


def driver_words(row: Any) -> str:
    """A parameter in words; a key of a rulebook (`measure.parameter@date`) spelt out where the study has no words."""
    words = str(row.words)
    if words != str(row.parameter):
        return words
    name, _, since = words.partition("@")
    spelt = name.replace("_", " ").replace(".", ": ")
    return f"{spelt} (from {since})" if since else spelt


def flip_words(row: Any) -> str:
    """Where a sign flips: a parameter's own value, or the point of the common range where it moves many numbers."""
    return str(row.flips) or alone(float(row.flips_at))


def rests_sentence(a: Assessment) -> str:
    """What the numbers that the answer rests on stand on, by grade, and assumptions' share of the headline's width."""
    n = a.meta.counts
    parts = [
        f"Rests on numbers of the world: {n.read} are read from a source, {n.derived:,} derived from sources by "
        f"a written step, {n.near:,} judged with sources near and {n.judged:,} judged; {n.zeros:,} more are nil, for "
        f"what does not exist. {n.law_assumptions} of the {n.numbers} numbers in the rulebooks are assumptions."
    ]
    drivers = headline_drivers(a)
    total = float(drivers["share"].sum()) if len(drivers) else 0.0
    if total > 0:
        own = float(drivers.loc[drivers["basis"].astype(str) == "assumption", "share"].sum())
        parts.append(f"Of the width explained above, {round(100 * own / total)} % rests on assumptions.")
    return " ".join(parts)


def hindcast_scored(a: Assessment) -> bool:
    """Whether any of the ten figures carries a verdict of a hindcast."""
    return bool(a.figures["hindcast"].fillna("").astype(str).str.strip().ne("").any())


def hindcast_sentence(a: Assessment) -> str:
    """The hindcast's verdict, or that there is none."""
    said = a.meta.hindcast
    if said or hindcast_scored(a):
        return said
    return "No figure has been held against history: the hindcast is not part of this version."


def cleared_sentence(a: Assessment) -> str:
    """How many draws cleared, over how many markets, with the worst residual."""
    draws = a.meta.draws
    cleared = round(a.meta.cleared * draws)
    worst = a.meta.worst_residual
    residual = f"{worst:.0e}" if math.isfinite(worst) else NOTHING
    said = f"{cleared:,} of {draws:,} draws cleared ({a.meta.markets:,} markets, worst residual {residual})."
    return f"{said} {a.meta.money_audit.words}"


def head_lines(a: Assessment, words: Words) -> list[str]:
    """The lines under the title: date, years, baseline, reading; where it starts; money, what repeats it."""
    m = a.meta
    version = m.versions["earthprice"]
    reading = m.reading.replace("_", " ")
    answered = f" {words('answers')}: {', '.join(m.answers)}." if m.answers else ""
    return [
        f"{words('assessed_as_of')} {m.as_of}; {words('years')} {m.first_year}–{m.last_year}; "
        f"{words('against')}. {words('reading')}: {reading or NOTHING}.{answered}",
        words("starts_from", base=m.base_year, day=m.known_from, last=m.recorded_to),
        f"{words('money')}: {m.money}, {words('discounted')} {100 * m.discount:g} % {words('a_year')}. "
        f"{words('rulebook')} {file_alone(m.rulebook)} · {words('facts')} {m.facts_hash[:12]} · earthprice {version} · "
        f"{words('seed')} {m.seed} · {m.draws:,} {words('draws')}",
    ]
