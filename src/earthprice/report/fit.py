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
    height = 9.0 + 2 * LINE + LINE * lines(values["title"], 80)
    height += sum(lines(flag, ACROSS) * LINE + 0.5 for flag in values["flags"])
    height += 8.0 + sum(
        LINE * max(lines(q["answer"], ANSWER), lines(q["because"], BECAUSE)) + 0.7 for q in values["questions"]
    )
    height += 13.0 + sum(LINE * lines(row["label"], LABEL) + 0.4 for row in values["ten"])
    height += sum(2.5 + 0.93 * LINE * lines(caption, int(ACROSS * 1.05)) for caption in captions)
    height += sum(picture_height(picture) for picture in pictures)
    height += LINE * (lines(" ".join(values["sure"]), ACROSS) + lines(" ".join(values["not_claimed"]), ACROSS)) + 1.5
    return max(SMALLEST, min(1.0, ROOM / height))


def lines(text: str, letters: int) -> int:
    """Lines that a text takes; a letter of Chinese or Japanese counts as two."""
    width = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return max(1, math.ceil(width / letters))


def picture_height(picture: str) -> float:
    """Height of a picture at the page's full width [mm]; nothing where there is no picture."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    return WIDTH * float(box.group(2)) / float(box.group(1)) if box else 0.0
