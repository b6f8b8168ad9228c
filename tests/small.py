"""One small assessment that many tests share: its options, its text, and variants of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earthprice import caps
from earthprice.market import elimination
from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options
from earthprice.world.world import World

SMALL = Options(draws=6, years=(2021, 2027))
TEXT = "china-2021-draft"


def framed(world: World, text: str = TEXT, **changes: object) -> Frame:
    """A frame with some options changed."""
    return frame(text, replace(SMALL, **changes), world)  # type: ignore[arg-type]


def with_one_program(patch: pytest.MonkeyPatch) -> None:
    """As much room for periods and for law as any text needs in a world with scrap and a mine of one's own.

    Whatever runs there takes one program, and one for its user cost, where it would take three: more room changes no
    number. To compile one takes half a minute.
    """
    patch.setattr(caps, "PERIOD_STEP", 2 * caps.PERIOD_STEP)
    patch.setattr(elimination, "LEAST", elimination.LEAST + elimination.ROOM)
