"""How far page one must shrink to print on one A4 sheet."""

from __future__ import annotations

import math
import re
from typing import Any

ROOM = 286.0
"""Height inside the margins of an A4 sheet [mm], plus the 3 mm by which the count of lines runs high."""

WIDTH = 194.0
"""Width inside the margins [mm]."""

LINE = 2.75
"""Height of a line of page one's text [mm], as the print style sets it."""

ACROSS, ANSWER, BECAUSE, LABEL = 160, 88, 50, 56
"""Letters in a line: of the whole page, of the two columns of answers, of a figure's name."""

SMALLEST = 0.8
"""Below this the text could not be read; page one then runs over."""


def shrink(values: dict[str, Any], captions: list[str], pictures: list[str]) -> float:
    """Factor for type and pictures of page one, 1 where all fits, from the number of its lines.

    Args:
        values: what page one's template takes.
        captions: captions of the two figures on it.
        pictures: their SVG.
    """
    for percent in range(100, round(100 * SMALLEST), -1):
        if height(percent / 100, values, captions, pictures) <= ROOM:
            return percent / 100
    return SMALLEST


def height(fit: float, values: dict[str, Any], captions: list[str], pictures: list[str]) -> float:
    """Height of page one at a factor [mm]: smaller type makes lower lines and fewer of them."""

    def rows(text: str, letters: float) -> float:
        return lines(text, int(letters / fit))

    made = 9.0 + 2 * LINE + LINE * rows(values["title"], 80)
    made += sum(rows(flag, ACROSS) * LINE + 0.5 for flag in values["flags"])
    made += 8.0 + sum(
        LINE * max(rows(q["answer"], ANSWER), rows(q["because"], BECAUSE)) + 0.7 for q in values["questions"]
    )
    made += 13.0 + sum(LINE * rows(row["label"], LABEL) + 0.4 for row in values["ten"])
    made += sum(2.5 + 0.93 * LINE * rows(caption, ACROSS * 1.05) for caption in captions)
    made += sum(picture_height(picture) for picture in pictures)
    made += LINE * (rows(" ".join(values["sure"]), ACROSS) + rows(" ".join(values["not_claimed"]), ACROSS)) + 1.5
    return fit * made


def lines(text: str, letters: int) -> int:
    """Lines that a text takes; a letter of Chinese or Japanese counts as two."""
    width = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return max(1, math.ceil(width / letters))


def picture_height(picture: str) -> float:
    """Height of a picture at the page's full width [mm]; nothing where there is no picture."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    return WIDTH * float(box.group(2)) / float(box.group(1)) if box else 0.0
