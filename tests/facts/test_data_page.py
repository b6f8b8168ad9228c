"""docs/data.md says what the schemas and the choices say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.pages.data import bodies
from tools.pages.fill import filled, section

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def test_the_made_sections_are_what_ships() -> None:
    assert filled(PAGE, bodies()) == PAGE, "run: make docs"


def test_a_mark_that_is_not_there_or_stands_twice_is_refused() -> None:
    for text in ("", 2 * "<!-- made: scores -->\n<!-- made: end -->\n"):
        with pytest.raises(SystemExit, match="places for 'scores'; it needs one"):
            section(text, "scores")
