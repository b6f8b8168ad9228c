"""Orders: small rulebooks made on the spot, for experiments on exports that no shipped text holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from earthprice.law import Rulebook, rulebook_from_text

HEAD = """format: earthprice-rulebook/1
rulebook: {name}
version: 1
title: {title}
jurisdiction: {jurisdiction}
status: illustration
announced: "{begin}"
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
Course = Mapping[float, float]
"""Values from dates on: decimal year -> value."""


def order(name: str, title: str, begin: str, measures: Sequence[str], *, builds_on: str = "",
          jurisdiction: str = "CHN") -> Rulebook:  # fmt: skip
    """A rulebook with one article.

    Args:
        name: its name; a text without colons, as `title`.
        title: what it does.
        begin: day of announcement and of entry into force, `2022-01-01`.
        measures: from `measure`.
        builds_on: the law in force below it; none if empty.
        jurisdiction: zone whose order it is.

    Raises:
        RulebookError: a measure is not as the format says.
    """
    below = f"builds_on: {builds_on}\n" if builds_on else ""
    head = HEAD.format(name=name, title=title, begin=begin, builds_on=below, jurisdiction=jurisdiction)
    return rulebook_from_text(head + "".join(f"    {m}\n" for m in measures), f"{name}.yaml")


def measure(name: str, instrument: str, acts_on: Mapping[str, str | Sequence[str]], **parts: str) -> str:
    """A measure as one line of YAML: a duty on the set, with its parameters as written by `values`."""
    chosen = ", ".join(f"{k}: {v if isinstance(v, str) else _listed(v)}" for k, v in acts_on.items())
    rest = "".join(f", {k}: {v}" for k, v in parts.items())
    return f"{name}: {{instrument: {instrument}, kind: duty, acts_on: {{{chosen}}}{rest}}}"


def values(unit: str, course: Course) -> str:
    """A parameter with its values from the first day of the half year in which each decimal year lies."""
    rows = ", ".join(
        f'{{from: "{day(when)}", value: {amount:.12g}, basis: assumption, why: An experiment.}}'
        for when, amount in course.items()
    )
    return f"{{unit: {unit}, values: [{rows}]}}"


def day(year: float) -> str:
    """First day of the half year in which a decimal year lies."""
    return f"{int(year + 1e-6)}-{'07' if year + 1e-6 - int(year + 1e-6) >= 0.5 else '01'}-01"


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{n}"' if "*" in n else n for n in names) + "]"
