"""A measure at work on the sheet: its numbers where it holds, tonnes in their unit, and one of a kind at a time."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.law import prepare, stack
from earthprice.law.acting import Acting
from earthprice.law.days import cut_at_days
from earthprice.law.sheet import averaged, blank, one_at_a_time
from tests.law.test_instruments import CAP


@pytest.fixture
def found(network, years, small):
    """A cap of licensed mines that acts from the third year on, and the sheet that it is written to."""
    p = prepare(stack(small(CAP)), network)
    (item,) = p.stack.items
    at = network.activities.index.get_indexer(["dig/east", "dig/west"])
    days = cut_at_days(years, [])
    given = np.array([np.nan, np.nan, 8.0, 8.0, 8.0, np.nan])
    acting = Acting(item, at, years >= 2022, days, lambda _: 2022.0, lambda _: given)
    return acting, blank(days, p.ground.part(np.arange(len(p.ground.ids))))


def test_a_number_stands_where_it_is_given_and_the_measure_holds(found):
    acting, sheet = found
    assert acting.value("amount", 1.0)[:, 0].tolist() == [1, 1, 8, 8, 8, 1] and acting.has("amount")
    assert acting.level("amount", sheet.ground).tolist() == [1.0, 1.0], "a tonne of REO in a unit that is dug"


def test_a_blank_sheet_is_no_law_and_money_at_home_is_no_levy(found):
    acting, sheet = found
    assert not sheet.terms.specific.any() and (sheet.terms.capacity == 1.0).all() and averaged(sheet).foreign == ()
    abroad, out = sheet.elsewhere(acting, np.array(["CHN", "JPN"]))
    assert out.tolist() == [False, True] and abroad is sheet.abroad[0] and len(averaged(sheet).foreign) == 1
    assert sheet.elsewhere(acting, np.array(["CHN"]))[0] is None


def test_a_second_of_its_kind_is_refused_with_activity_and_year(found):
    acting, sheet = found
    both = np.zeros((6, 2), bool)
    one_at_a_time(acting, sheet, both, "caps")
    both[3, 1] = True
    with pytest.raises(RulebookError, match=r"'total' caps dig/west in 2023, which another cap already caps"):
        one_at_a_time(acting, sheet, both, "caps")
