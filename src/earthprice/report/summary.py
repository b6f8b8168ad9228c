"""The assessment for a terminal, and as one JSON object."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from earthprice.report.first import how_sure
from earthprice.report.plain import plain
from earthprice.report.rounding import decimals, number
from earthprice.study.assessment import Assessment

WIDTH = 110
BOLD, OFF = "\033[1m", "\033[0m"


def summary_text(assessment: Assessment, *, colour: bool) -> str:
    """Title, the three answers, the ten figures and how sure, as plain text.

    Args:
        assessment: the assessment.
        colour: whether headings may be bold.
    """
    a, m = assessment, assessment.meta

    def head(words: str) -> str:
        return f"{BOLD}{words}{OFF}" if colour else words

    lines = [head(f"{m['title']}: impact assessment"),
             f"As of {m['as_of']}, years {m['first_year']}-{m['last_year']}, against {m['baseline']}; "
             f"reading: {m['reading']}; {m['draws']} draws.", ""]  # fmt: skip
    lines += [f"Note: {flag}" for flag in m.get("flags", [])]
    for q in a.questions:
        lines += [head(q["asked"]), *_wrapped(q["answer"]), ""]
    lines += [head(f"Ten figures for {m['figure_year']} (median; 9 in 10 draws of the difference between)")]
    lines += [_line(row) for _, row in a.figures.iterrows()]
    lines += ["", head("How sure"), *[w for s in how_sure(a) for w in _wrapped(s)]]
    return "\n".join(lines)


def to_json(assessment: Assessment, files: Sequence[Path]) -> dict[str, Any]:
    """The assessment as one object: status, cleared, questions, figures, articles, versions, files.

    Args:
        assessment: the assessment.
        files: what the report wrote.
    """
    cleared = float(assessment.meta["cleared"])
    whole = {
        "status": "ok" if cleared > 0 else "not cleared", "cleared": cleared,
        "statuses": assessment.meta.get("statuses", {}), "questions": assessment.questions,
        "figures": [_figure(row) for _, row in assessment.figures.iterrows()],
        "articles": assessment.articles, "versions": assessment.meta.get("versions", {}),
        "facts_hash": assessment.meta.get("facts_hash", ""), "files": [str(f) for f in files],
    }  # fmt: skip
    return plain(whole)


def _figure(row: pd.Series) -> dict[str, Any]:
    def part(name: str) -> dict[str, float]:
        return {"median": row[f"{name}_p50"], "low": row[f"{name}_p05"], "high": row[f"{name}_p95"]}

    return {
        "number": int(row["number"]), "key": row["key"], "label": row["label"], "unit": row["unit"],
        "year": int(row["year"]), "baseline": part("base"), "reform": part("reform"), "difference": part("diff"),
        "sign": row["sign"], "share_positive": row["share_positive"],
    }  # fmt: skip


def _line(row: pd.Series) -> str:
    middle, low, high = (float(row[f"diff_{p}"]) for p in ("p50", "p05", "p95"))
    places = decimals(middle, low, high)
    levels = f"{number(float(row['base_p50']), places)} -> {number(float(row['reform_p50']), places)}"
    change = f"{number(middle, places)} ({number(low, places)} to {number(high, places)})"
    return f"{row['number']:>2} {row['label'][:52]:<52} {levels:>20} {row['unit'][:16]:<16} {change:>28}  {row['sign']}"


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="  ")
