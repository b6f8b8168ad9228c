"""Orders: small rulebooks made on the spot, for experiments on exports that no shipped text holds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import floor

from earthprice.law import Rulebook, rulebook_from_text

HEAD = """format: earthprice-rulebook/1
rulebook: {name}
version: 1
title: {title}
jurisdiction: {jurisdiction}
status: illustration
announced: "{announced}"
in_force: {{date: "{begin}", basis: assumption, why: An experiment.}}
{builds_on}text_status: An experiment of this project; no such text exists. Every number is ours.
sources:
  own: {{cite: Experiment by earthprice, confidence: C}}
articles:
- number: "1"
  heading: {title}
  says: {title}.
  source: own
  modelled: fully
  against_base: new
  measures:
"""
ByYear = Mapping[float, float]
"""Values from days on: the year as of `day` -> value."""


def order(
    name: str,
    title: str,
    begin: str,
    measures: Sequence[str],
    *,
    announced: str = "",
    builds_on: str = "",
    jurisdiction: str = "CHN",
) -> Rulebook:
    """A rulebook with one article.

    Args:
        name: its name; a text without colons, as `title`.
        title: what it does.
        begin: day of entry into force, `2022-01-01`.
        measures: from `measure`.
        announced: day of announcement; `begin` if empty.
        builds_on: the law in force below it; none if empty.
        jurisdiction: zone whose order it is.

    Raises:
        RulebookError: a measure is not as the format says.
    """
    below = f"builds_on: {builds_on}\n" if builds_on else ""
    days = {"begin": begin, "announced": announced or begin}
    head = HEAD.format(name=name, title=title, builds_on=below, jurisdiction=jurisdiction, **days)
    return rulebook_from_text(head + "".join(f"    {m}\n" for m in measures), f"{name}.yaml")


def measure_line(name: str, instrument: str, acts_on: Mapping[str, str | Sequence[str]], **parts: str) -> str:
    """A measure as one line of YAML: a duty on the set, with its parameters as written by `values`."""
    chosen = ", ".join(f"{k}: {v if isinstance(v, str) else _listed(v)}" for k, v in acts_on.items())
    rest = "".join(f", {k}: {v}" for k, v in parts.items())
    return f"{name}: {{instrument: {instrument}, kind: duty, acts_on: {{{chosen}}}{rest}}}"


def values(unit: str, course: ByYear) -> str:
    """A parameter with its values from days on."""
    rows = ", ".join(
        f'{{from: "{day(when)}", value: {amount:.12g}, basis: assumption, why: An experiment.}}'
        for when, amount in course.items()
    )
    return f"{{unit: {unit}, values: [{rows}]}}"


def day(year: float) -> str:
    """The day at which a year has run that far, by months: 2022.5 is 1 July 2022, 2022.125 mid-February."""
    months = floor(12.0 * year + 1e-6)
    number, month = months // 12, months % 12 + 1
    rest = max(12.0 * year - months, 0.0) * monthrange(number, month)[1]
    return (date(number, month, 1) + timedelta(days=round(rest))).isoformat()


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{n}"' if "*" in n else n for n in names) + "]"
