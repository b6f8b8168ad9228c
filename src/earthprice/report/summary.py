"""What the terminal prints, and the one JSON object."""

from __future__ import annotations

import math
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import Any

from earthprice.report.page_one import head_lines, how_sure, interval_head, ten_rows
from earthprice.report.plain import plain
from earthprice.report.printed import printable
from earthprice.report.side_by_side import side_table, side_words
from earthprice.report.words import Words, named, words
from earthprice.study.assessment import Assessment

WIDTH = 100
"""Columns of the terminal that the summary keeps to."""
LABEL, HEAD, LEAST, ENDS = 24, 12, 20, 14
"""Least letters of a figure's name beside the readings; letters of a line of a heading of the ten figures; those that a
figure's name needs among them; those of a line of a range where it else has fewer."""
BOLD, GREY, PLAIN = "\x1b[1m", "\x1b[90m", "\x1b[0m"


def summary_text(assessment: Assessment, colour: bool) -> str:
    """The assessment on one screen: title, the three answers, the ten figures, how sure, what is not claimed.

    Args:
        assessment: what the study found.
        colour: whether to write ANSI colours.
    """
    labels = named(words("en"), assessment.meta)
    lines = wrapped(labels("title", title=assessment.meta.title), BOLD, colour)
    lines += [line for text in head_lines(assessment, labels) for line in wrapped(text, GREY, colour)]
    lines += [line for flag in assessment.meta.flags for line in wrapped(f"Note. {flag}", BOLD, colour)]
    for question in assessment.questions:
        lines += ["", question_text(question, colour)]
    lines += ["", paint(labels("ten_figures", year=assessment.meta.figure_year), BOLD, colour)]
    lines += wrapped(labels("ten_figures_note"), GREY, colour)
    lines += figure_lines(assessment, labels, colour)
    lines += ["", paint(labels("how_sure"), BOLD, colour)]
    lines += wrapped(" ".join(how_sure(assessment)), PLAIN, colour=False, indent=2)
    return "\n".join([*lines, *reading_lines(assessment, colour)])


def wrapped(text: str, style: str, colour: bool, indent: int = 0) -> list[str]:
    """Text as lines that keep to the columns, in a style."""
    wide = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else WIDTH
    lines = textwrap.wrap(printable(text), max(wide, 30) - indent)
    return [paint(" " * indent + line, style, colour) for line in lines]


def question_text(question: dict[str, str], colour: bool) -> str:
    """A question with its answer and what stands behind it."""
    said = wrapped(question["answer"], PLAIN, colour=False, indent=2)
    behind = wrapped(question["because"], GREY, colour, indent=2)
    return "\n".join([*wrapped(question["asked"], BOLD, colour), *said, *behind])


def reading_lines(a: Assessment, colour: bool) -> list[str]:
    """The readings side by side, where they were run over draws; nothing otherwise."""
    if a.side_by_side.empty:
        return []
    table = side_table(a)
    lines = side_lines([table.heads, *table.rows]) if table.rows else []
    return ["", paint("Readings side by side", BOLD, colour), *wrapped(side_words(a), GREY, colour), *lines]


def side_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Figure, unit and year, then as many readings beside each other as the terminal holds, the others below."""
    wide = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    held, parts = wide[1] + wide[2], [[3]]
    for i in range(4, len(wide)):
        fits = LABEL + held + sum(wide[k] for k in (*parts[-1], i)) <= WIDTH
        parts[-1:] = [[*parts[-1], i]] if fits else [parts[-1], [i]]
    lines = []
    for part in parts:
        room = max(LABEL, WIDTH - held - sum(wide[k] for k in part))
        cells = [[textwrap.shorten(r[0], room, placeholder="…"), r[1], r[2], *(r[k] for k in part)] for r in rows]
        lines += [*([""] if lines else []), *columns(cells, set(range(3, 3 + len(part))))]
    return lines


def figure_lines(a: Assessment, labels: Words, colour: bool) -> list[str]:
    """The ten figures as a table of text; those without a clear sign in grey."""
    shown = ["base", "reform", *(["answered"] if a.meta.answers else []), "difference", "interval"]
    named = {
        "base": labels("no_reform"),
        "reform": labels("text"),
        "answered": "+ answers",
        "difference": labels("difference"),
        "interval": interval_head(a, labels),
    }
    rows = ten_rows(a, labels)
    heads = [textwrap.wrap(h, HEAD) for h in ("#", labels("figure"), *(named[c] for c in shown), labels("sign"))]
    told = [[[r["number"]], [""], *([r[c]] for c in shown), [f"{r['mark']} {r['sign']}"]] for r in rows]
    room = _room([heads, *told])
    if room < LEAST:
        told = [[*row[:-2], textwrap.wrap(row[-2][0], ENDS) or [""], row[-1]] for row in told]
        room = _room([heads, *told])
    labelled = [textwrap.wrap(f"{r['label']}, {r['unit']}", room, subsequent_indent="  ") for r in rows]
    filled = [heads, *([number, lines, *rest] for (number, _, *rest), lines in zip(told, labelled, strict=True))]
    cells = [line for row in filled for line in zip_longest(*row, fillvalue="")]
    grey = [True] * max(map(len, heads)) + [
        r["unclear"] for r, row in zip(rows, filled[1:], strict=True) for _ in range(max(map(len, row)))
    ]
    lines = columns(cells, set(range(2, 2 + len(shown))))
    return [paint(line, GREY, colour and dim) for line, dim in zip(lines, grey, strict=True)]


def _room(rows: Sequence[Sequence[Sequence[str]]]) -> int:
    """Letters left for the second column, the figure's name, where the others are as wide as their widest line."""
    wide = [max(len(line) for lines in column for line in lines) for column in zip(*rows, strict=True)]
    return WIDTH - sum(wide) + wide[1] - 2 * len(wide)


def columns(rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    """Rows of text in columns as wide as their widest cell; those in `right` end together."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str]) -> str:
        cells = (c.rjust(wide[i]) if i in right else c.ljust(wide[i]) for i, c in enumerate(row))
        return "  ".join(cells).rstrip()

    return [line(row) for row in rows]


def paint(text: str, style: str, colour: bool) -> str:
    """Text that can be shown, in a style or as it is."""
    return f"{style}{printable(text)}{PLAIN}" if colour else printable(text)


def to_json(assessment: Assessment, files: Sequence[Path]) -> dict[str, Any]:
    """The assessment as one JSON object; missing numbers are null.

    Args:
        assessment: what the study found.
        files: the files written.

    Returns:
        status, cleared [share of draws], questions, figures (number, key, label, unit, year; median, low and high of
        baseline, reform and difference; sign), licences, side_by_side, damage and purchase (their rows), articles,
        money (audit: checked, broken, worst, words), meta, versions, files.
    """
    return plain(
        {
            "status": "ok",
            "cleared": assessment.meta.cleared,
            "questions": assessment.questions,
            "figures": [figure_object(row) for row in assessment.figures.to_dict("records")],
            "licences": assessment.licences,
            "side_by_side": assessment.side_by_side,
            "damage": assessment.damage,
            "purchase": assessment.purchase,
            "articles": assessment.articles,
            "money": asdict(assessment.meta.money_audit),
            "meta": asdict(assessment.meta),
            "versions": assessment.meta.versions,
            "files": [str(f) for f in files],
        }
    )


def figure_object(row: dict[Any, Any]) -> dict[str, Any]:
    """One of the ten figures as an object, every digit kept."""

    def span(side: str) -> dict[str, float]:
        return {"median": row[f"{side}_p50"], "low": row[f"{side}_p05"], "high": row[f"{side}_p95"]}

    share = float(row["share_positive"])
    return {
        **{name: row[name] for name in ("number", "key", "label", "unit", "year")},
        "baseline": span("base"),
        "reform": span("reform"),
        "difference": span("diff"),
        "sign": row["sign"],
        "share_positive": share if math.isfinite(share) else None,
        "readings": {"low": row["readings_low"], "high": row["readings_high"]},
        "hindcast": row["hindcast"] or None,
        "levels_hold": row["holds"],
    }
