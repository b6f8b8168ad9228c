"""One small assessment that many tests share: its options, its text, and variants of it."""

from __future__ import annotations

from dataclasses import replace

from earthprice.study.frame import Frame, frame
from earthprice.study.options import Options
from earthprice.world.world import World

SMALL = Options(draws=6, years=(2021, 2027))
TEXT = "china-2021-draft"


def framed(world: World, text: str = TEXT, **changes: object) -> Frame:
    """A frame with some options changed."""
    return frame(text, replace(SMALL, **changes), world)  # type: ignore[arg-type]
