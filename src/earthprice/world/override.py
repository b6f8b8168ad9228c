"""Overrides: one grammar for a change of a number, of the law or of the world, checked before any work.

`+5%` and `-5%` add a share, `x0.5` multiplies, a plain number takes the place in the unit of the table or the file.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from earthprice.errors import OptionError

ACCEPTED = "'+5%', '-5%', 'x0.5' or a plain number in the unit of the table or the rulebook"
MOST_TIMES = 1000.0
"""A larger factor is a slip of the pen."""
NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?"
PERCENT, TIMES, PLAIN = (re.compile(p) for p in (rf"([+-]{NUMBER})\s*%", rf"x\s*({NUMBER})", rf"[+-]?{NUMBER}"))
UNSIGNED = re.compile(rf"({NUMBER})\s*%")


@dataclass(frozen=True)
class Span:
    """Bounds of a number in its own unit.

    Attributes:
        least, most: smallest and largest number that means something.
        unit: the unit, for messages.
    """

    least: float = -math.inf
    most: float = math.inf
    unit: str = ""

    def holds(self, number: float) -> bool:
        """Whether a number is finite and within the bounds."""
        return math.isfinite(number) and self.least <= number <= self.most

    @property
    def words(self) -> str:
        """`0 to 1 share`, `at least 0 kt/yr`, `any finite number USD2020/t`."""
        if math.isinf(self.least) and math.isinf(self.most):
            said = "any finite number"
        elif math.isinf(self.most):
            said = f"at least {self.least:g}"
        else:
            said = f"at most {self.most:g}" if math.isinf(self.least) else f"{self.least:g} to {self.most:g}"
        return f"{said} {self.unit}".strip()


@dataclass(frozen=True)
class Override:
    """A change of one number, read once.

    Attributes:
        factor: what the number is multiplied by; None where `value` takes its place.
        value: the new number, in the unit of the table or the file; None where `factor` says it.
        said: as it was given.
        first: another change of the number, made before this one.
        since: year from which it holds, as a decimal; never before the top book's entry into force.
    """

    factor: float | None
    value: float | None
    said: str
    first: Override | None = None
    since: float = -math.inf

    @property
    def sets(self) -> bool:
        """Whether a number takes the place of what there was."""
        return self.value is not None or (self.first is not None and self.first.sets)

    def on(self, numbers: np.ndarray, span: Span, pace: np.ndarray | float = 1.0) -> np.ndarray:
        """Numbers after the change, cut to the bounds. What is cut is told by `cut` before any run.

        Args:
            numbers: before it, NaN where nothing holds.
            span: the bounds.
            pace: what each has grown by since it was said, as the number in its place does too [-]; NaN where it ended.
        """
        numbers = numbers if self.first is None else self.first.on(numbers, span, pace)
        if self.value is not None:
            return np.clip(self.value * (pace + np.zeros_like(numbers)), span.least, span.most)
        assert self.factor is not None
        return np.clip(numbers * self.factor, span.least, span.most)


Given = Override | str | float
"""What an option or the API may give for an override."""


def parse(given: object, name: str) -> Override:
    """Read one override.

    Args:
        given: as the user wrote it, or a number, or an override that has been read already.
        name: the number that is changed, for messages.

    Raises:
        OptionError: none of the accepted forms.
    """
    if isinstance(given, Override):
        return given
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, (str, int, float, np.integer, np.floating)):
        raise _refused(f"{given!r} ({type(given).__name__}) is not a change", name)
    text = given.strip().lower() if isinstance(given, str) else f"{float(given)!r}"
    if UNSIGNED.fullmatch(text):
        raise _refused(f"'{given}' could mean {text} more or {text} of it; say +{text} or x{_share(text)}", name)
    factor, value = _read(text)
    if factor is None and value is None:
        raise _refused(f"'{given}' is not a change", name)
    if factor is not None and not 0.0 <= factor <= MOST_TIMES:
        what = "turns the sign" if factor < 0 else f"multiplies by {factor:g}"
        raise OptionError(f"'{given}' {what}", where=name, accepted=f"0 to {MOST_TIMES:g} times the number")
    if value is not None and not math.isfinite(value):
        raise _refused(f"'{given}' is not a finite number", name)
    return Override(factor, value, str(given).strip())


def _read(text: str) -> tuple[float | None, float | None]:
    """Factor and value of a text in one of the three forms; none of both if it has none."""
    if found := PERCENT.fullmatch(text):
        return 1.0 + float(found[1]) / 100.0, None
    if found := TIMES.fullmatch(text):
        return float(found[1]), None
    return (None, float(text)) if PLAIN.fullmatch(text) else (None, None)


def _share(text: str) -> str:
    return f"{float(text.removesuffix('%')) / 100.0:g}"


def _refused(what: str, name: str) -> OptionError:
    return OptionError(what, where=name, accepted=ACCEPTED)


def check(override: Override, central: np.ndarray, span: Span, name: str) -> None:
    """Refuse a change that carries a number beyond its bounds.

    Args:
        override: the change.
        central: central values of the number, those that are not there left out.
        span: bounds of the number.
        name: the number, for messages.

    Raises:
        OptionError: the new number, or a central number after the change, lies outside the bounds.
    """
    if override.value is not None:
        if not span.holds(override.value):
            raise OptionError(f"{override.value:g} is out of bounds", where=name, accepted=span.words)
        return
    assert override.factor is not None
    for before in central:
        after = float(before) * override.factor
        if not span.holds(after):
            what = f"'{override.said}' makes {after:g} of {before:g}, which is out of bounds"
            raise OptionError(what, where=name, accepted=span.words)


def cut(override: Override, ends: np.ndarray, span: Span, name: str) -> str:
    """A sentence where the ends of a number's range are cut to the bounds; empty if nothing is cut.

    Args:
        override: a change that `check` has let pass.
        ends: lowest and highest values of the number, those that are not there left out.
        span: bounds of the number.
        name: the number.
    """
    if override.factor is None:
        return ""
    moved = [float(x) * override.factor for x in ends]
    lost = [x for x in moved if not span.holds(x)]
    if not lost:
        return ""
    at = span.most if max(lost) > span.most else span.least
    return (
        f"{name}: {override.said} would carry its range to {max(lost, key=abs):.3g}; draws beyond {at:g} "
        f"{span.unit} are cut there".replace("  ", " ")
    )
