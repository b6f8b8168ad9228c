"""Rounding to what an interval supports, and numbers as words on a page."""

from __future__ import annotations

import math

MINUS = "\u2212"
"""The minus sign of every number that is read by people (files keep the ASCII hyphen)."""

NOTHING = "n/a"
"""What stands where a number is missing."""


def decimals(value: float, low: float, high: float) -> int:
    """Decimals that the interval supports; negative to round to tens, hundreds and so on.

    The half width `h = (high - low) / 2` plays the part of the error in the rule of the Particle Data Group: with the
    three highest digits of `h` at most 354 two digits of `h` are kept, up to 949 one, above that `h` counts as 1000
    and two are kept. Without an interval two significant figures of the value are kept; where all draws agree, three;
    never more than four figures of the largest of the three numbers.

    Args:
        value: median, any unit.
        low: 5 % end of the interval, may be NaN.
        high: 95 % end of the interval, may be NaN.

    Source: Particle Data Group, Review of Particle Physics, introduction, section 5.3 "Rounding".
    """
    numbers = [abs(x) for x in (value, low, high) if math.isfinite(x)]
    largest = max(numbers, default=0.0)
    if largest < 1e-300:
        return 0
    top = math.floor(math.log10(largest))
    if not (math.isfinite(low) and math.isfinite(high)):
        return 1 - top
    half = abs(high / 2 - low / 2)
    if half <= largest * 1e-9:
        return 2 - top
    place = math.floor(math.log10(half))
    kept = place - 1 if half / 10.0**place <= 3.54 else place
    return min(-kept, 3 - top)


def number(value: float, places: int) -> str:
    """A number with thousands separated and a real minus sign; `n/a` where it is missing.

    Args:
        value: any unit.
        places: decimals to keep, negative to round to tens, hundreds and so on.
    """
    if not math.isfinite(value):
        return NOTHING
    shown = round(float(value), places)
    if value == 0:
        return "0"
    if shown == 0:
        shown = 0.0
    return f"{shown:,.{max(places, 0)}f}".replace("-", MINUS)


def rounded(value: float, low: float = math.nan, high: float = math.nan) -> tuple[str, str, str]:
    """Median and both ends of the interval, all to the place that the interval supports.

    An interval that excludes zero is written with one more place where that keeps it from seeming to end there.

    Args:
        value: median, any unit.
        low: 5 % end, may be NaN.
        high: 95 % end, may be NaN.
    """
    places = decimals(value, low, high)
    nearest = min(abs(low), abs(high))
    if low * high > 0 and round(nearest, places) == 0:
        places += round(nearest, places + 1) > 0
    return number(value, places), number(low, places), number(high, places)


def more_than_nil(value: float, low: float, high: float) -> bool:
    """Whether a median is more than nil at the place that its interval supports."""
    return any(digit in rounded(value, low, high)[0] for digit in "123456789")


def alone(value: float, figures: int = 2) -> str:
    """A number without an interval, to `figures` significant figures."""
    if not math.isfinite(value):
        return NOTHING
    top = math.floor(math.log10(abs(value))) if abs(value) > 1e-300 else 0
    return number(value, figures - 1 - top)


def signed(text: str) -> str:
    """The same number with a plus sign where it is above zero."""
    rises = text[:1].isdigit() and any(c in "123456789" for c in text)
    return f"+{text}" if rises else text


def between(low: str, high: str, to: str = "to") -> str:
    """An interval in words, `n/a` when either end is missing."""
    return NOTHING if NOTHING in (low, high) else f"{low} {to} {high}"


def with_range(value: float, low: float, high: float, *, sign: bool = False, gap: str = " ") -> str:
    """A number with its interval in brackets; alone where the ends are one number, or one is missing.

    Args:
        value: median, any unit.
        low: 5 % end, may be NaN.
        high: 95 % end, may be NaN.
        sign: whether a number above zero has a plus sign.
        gap: what stands before the brackets.
    """
    said, *ends = rounded(value, low, high)
    said = signed(said) if sign else said
    return said if NOTHING in ends or low == high else f"{said}{gap}({between(*ends)})"


def level_places(base: float, reform: float, places: int) -> int:
    """Decimals of a level: those of the difference, but no more than three significant figures of the level.

    Args:
        base: one level, any unit.
        reform: the other.
        places: decimals of their difference.
    """
    largest = max((abs(v) for v in (base, reform) if math.isfinite(v)), default=0.0)
    if largest < 1e-300:
        return places
    return min(places, 2 - math.floor(math.log10(largest)))
