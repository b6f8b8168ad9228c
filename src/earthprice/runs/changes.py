"""What an option changes in the law and in the world, read and checked before any work."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from earthprice.errors import OptionError
from earthprice.law import Stack, checked, cuts
from earthprice.world.numbers import Numbers
from earthprice.world.override import Given, Override

MOST_DISCOUNT = 0.2
"""Largest social discount rate [share/yr]; a larger number was meant in per cent."""


@dataclass(frozen=True)
class Changes:
    """Overrides, checked.

    Attributes:
        law: by `measure.parameter`.
        world: by the key of a number of the world.
        notices: what of them is cut to the bounds in some draws, in sentences.
    """

    law: Mapping[str, Override] = field(default_factory=dict)
    world: Mapping[str, Override] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def changes(
    overrides: Mapping[str, Given], law: Stack, world: Numbers, reading: str | None = None, as_of: str | None = None
) -> Changes:
    """Read and check overrides: a name with a slash is a number of the world, any other one of the law.

    Args:
        overrides: as the user wrote them.
        law: the stack whose numbers are changed.
        world: numbers of the world.
        reading: how the law is read (`law.patch.checked`).
        as_of: day up to which its publications are known.

    Raises:
        OptionError: a name that is not there, a form that is not accepted, or a number out of bounds.
    """
    ours = {k: world.checked(k, v) for k, v in overrides.items() if "/" in k}
    theirs = {k: checked(law, k, v, reading, as_of) for k, v in overrides.items() if "/" not in k}
    return Changes(theirs, ours, (*cuts(law, theirs), *world.cuts(ours)))


def check_discount(rate: float) -> None:
    """Refuse a discount rate that is none.

    Raises:
        OptionError: no number, below nil, or above `MOST_DISCOUNT`.
    """
    number = isinstance(rate, (int, float)) and not isinstance(rate, bool) and math.isfinite(rate)
    if not number or not 0.0 <= rate <= MOST_DISCOUNT:
        raise OptionError(
            f"a discount rate of {rate}",
            where="--discount",
            accepted=f"0 to {MOST_DISCOUNT:g} as a share a year; 0.03 is 3 %",
        )
