"""How far page one must shrink to print on one A4 sheet."""

from __future__ import annotations

import math
from typing import Any

ROOM = 286.0
"""Height inside the margins of an A4 sheet [mm], plus the 3 mm by which the count of lines runs high."""

LINE = 3.46
"""Height of a line of page one's text [mm], as the print style sets it."""

ACROSS, ANSWER, BECAUSE, LABEL = 126, 54, 56, 44
"""Letters in a line: of the whole page, of the two columns of answers, of a figure's name."""

TYPE, LEAST_TYPE = 8.6, 8.0
"""Size of page one's type in print, and the smallest that is printed [pt]; `templates/style.css` holds both."""

SMALLEST = LEAST_TYPE / TYPE
"""Factor below which type would be smaller than that; page one then runs over."""


def shrink(values: dict[str, Any]) -> float:
    """Factor for the type of page one, 1 where all fits, from the number of its lines.

    Args:
        values: what page one's template takes.
    """
    for percent in range(100, math.ceil(100 * SMALLEST), -1):
        if height(percent / 100, values) <= ROOM:
            return percent / 100
    return SMALLEST


def runs_over(values: dict[str, Any]) -> bool:
    """Whether page one takes a second sheet at the smallest type; what follows it then starts on that sheet."""
    return height(shrink(values), values) > ROOM


def height(fit: float, values: dict[str, Any]) -> float:
    """Height of page one at a factor [mm]: smaller type makes lower lines and fewer of them."""

    def rows(text: str, letters: float) -> float:
        return lines_taken(text, int(letters / fit))

    made = 11.0 + 2 * LINE + LINE * rows(values["title"], 64)
    made += sum(rows(flag, ACROSS) * LINE + 0.6 for flag in values["flags"])
    made += 10.0 + sum(
        LINE * max(rows(q["answer"], ANSWER), rows(q["because"], BECAUSE)) + 0.9 for q in values["questions"]
    )
    made += 16.0 + sum(LINE * rows(row["label"], LABEL) + 0.5 for row in values["ten"])
    made += LINE * (rows(" ".join(values["sure"]), ACROSS) + rows(" ".join(values["not_claimed"]), ACROSS)) + 2.0
    return fit * made


def lines_taken(text: str, letters: int) -> int:
    """Lines that a text takes; a letter of Chinese or Japanese counts as two."""
    width = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return max(1, math.ceil(width / letters))
