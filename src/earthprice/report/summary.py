"""What the terminal prints, and the one JSON object."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earthprice.report.page_one import head_lines, how_sure, interval_head, ten_rows
from earthprice.report.plain import plain
from earthprice.report.printed import shown
from earthprice.report.words import words
from earthprice.study.assessment import Assessment

WIDTH = 100
BOLD, GREY, PLAIN = "\x1b[1m", "\x1b[90m", "\x1b[0m"


def summary_text(assessment: Assessment, colour: bool) -> str:
    """The assessment on one screen: title, the three answers, the ten figures, how sure, what is not claimed.

    Args:
        assessment: what the study found.
        colour: whether to write ANSI colours.
    """
    labels = words("en")
    lines = [paint(labels("title", title=assessment.meta.title), BOLD, colour)]
    lines += [
        paint(line, GREY, colour) for text in head_lines(assessment, labels) for line in textwrap.wrap(text, WIDTH)
    ]
    lines += [paint(f"Note. {flag}", BOLD, colour) for flag in assessment.meta.flags]
    for question in assessment.questions:
        lines += ["", paint(question["asked"], BOLD, colour)]
        lines += [f"  {line}" for line in textwrap.wrap(shown(question["answer"]), WIDTH - 2)]
        lines += [paint(f"  {line}", GREY, colour) for line in textwrap.wrap(question["because"], WIDTH - 2)]
    lines += ["", paint(labels("ten_figures", year=assessment.meta.figure_year), BOLD, colour)]
    lines += figure_lines(assessment, colour)
    lines += ["", paint(labels("how_sure"), BOLD, colour)]
    lines += [f"  {line}" for line in textwrap.wrap(shown(" ".join(how_sure(assessment))), WIDTH - 2)]
    return "\n".join(lines)


def figure_lines(a: Assessment, colour: bool) -> list[str]:
    """The ten figures as a table of text; those without a clear sign in grey."""
    heads = ("#", "figure", "no reform", "draft", "difference", interval_head(a, words("en")), "sign")
    rows = [
        (r["number"], textwrap.shorten(f"{r['label']}, {r['unit']}", 58, placeholder="…"), r["base"], r["reform"],
         r["difference"], r["interval"], f"{r['mark']} {r['sign']}")
        for r in ten_rows(a, words("en"))
    ]  # fmt: skip
    wide = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    right = {2, 3, 4, 5}

    def line(row: Sequence[str]) -> str:
        cells = (c.rjust(wide[i]) if i in right else c.ljust(wide[i]) for i, c in enumerate(row))
        return "  ".join(cells).rstrip()

    made = [paint(line(heads), GREY, colour)]
    for row in rows:
        made.append(paint(line(row), GREY, colour and "no clear sign" in row[-1]))
    return made


def paint(text: str, style: str, colour: bool) -> str:
    """Text that can be shown, in a style or as it is."""
    return f"{style}{shown(text)}{PLAIN}" if colour else shown(text)


def to_json(assessment: Assessment, files: Sequence[Path]) -> dict[str, Any]:
    """The assessment as one JSON object; missing numbers are null.

    Args:
        assessment: what the study found.
        files: the files written.

    Returns:
        status, cleared [share of draws], questions, figures (number, key, label, unit, year; median, low and high of
        baseline, reform and difference; sign), articles, money (audit: checked, broken, worst, words), meta, versions,
        files.
    """
    return plain({
        "status": "ok",
        "cleared": assessment.meta.cleared,
        "questions": assessment.questions,
        "figures": [figure_object(row) for row in assessment.figures.to_dict("records")],
        "articles": assessment.articles,
        "money": asdict(assessment.meta.money_audit),
        "meta": asdict(assessment.meta),
        "versions": assessment.meta.versions,
        "files": [str(f) for f in files],
    })  # fmt: skip


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
    }
