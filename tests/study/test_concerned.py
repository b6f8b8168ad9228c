"""What a text does to a zone whose page it is: its gain as counted elsewhere, its prices, how far it hangs on home."""

from __future__ import annotations

import pandas as pd
import pytest

from earthprice.measures.exposure import EXPOSURE_COLUMNS
from earthprice.study.concerned import concerned
from earthprice.study.ensemble import Pair
from earthprice.study.frame import Frame
from earthprice.study.money import Money
from earthprice.study.questions import spread


@pytest.mark.parametrize("zone", ["JPN", "CHN"])
def test_a_zone_is_told_its_gain_its_prices_and_what_it_hangs_on(small: Frame, done: list[Pair], zone: str) -> None:
    money = Money(small.plan, small.first, 0.03)
    part = dict.fromkeys(EXPOSURE_COLUMNS, 0.0) | {"scenario": "baseline", "year": small.year, "zone": zone}
    hangs = pd.DataFrame([part | {"element": e, "separated": 0.8} for e in small.plan.lens.headline[:2]])
    said = concerned(money, done, zone, small.year, hangs, None)
    assert said["answer"].startswith(f"Net gain {spread(money.gains(done, (zone,)), 'bn USD')}")
    assert f"Prices there, {small.year}: " in said["answer"] and said["answer"].count(" oxide") == 2
    assert ("80 % of the" in said["because"]) == (zone == "JPN"), "home hangs on nobody"
