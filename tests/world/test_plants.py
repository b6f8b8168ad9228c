"""Imported concentrate is separated in what the same home concentrate leaves idle."""

from __future__ import annotations

import pytest

from earthprice.errors import FactsError
from earthprice.world.plants import lent

HOME, AWAY = "CHN/clay/home/licensed", "CHN/clay/imported/licensed"
GENERAL = "model/separation/use"


def test_idle_lines_take_imported_ore() -> None:
    values = {f"separation/{HOME}/level": 30.0, f"separation/{HOME}/use": 0.6, GENERAL: 0.6}
    use, spread = lent(values, AWAY, 0.5)
    assert use == pytest.approx(0.5 / 20.0) and spread == "feed_spread"


def test_a_plant_of_its_own_keeps_its_use() -> None:
    values = {f"separation/{HOME}/level": 3.0, f"separation/{HOME}/use": 0.9, f"separation/{AWAY}/use": 0.7}
    assert lent(values, AWAY, 5.0) == (0.7, "spread")
    assert lent(values, HOME, 3.0) == (0.9, "spread")
    assert lent({GENERAL: 0.5}, AWAY, 5.0) == (0.5, "spread")


def test_a_plant_without_any_use_is_refused() -> None:
    with pytest.raises(FactsError, match=f"'{GENERAL}' is missing"):
        lent({}, AWAY, 5.0)
