"""Which number holds: by date, by reading, by what was published, by growth, by quantile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earthprice.law.amounts import Span, at_quantile, course, first_out_of_bounds, known
from earthprice.law.quantity import Quantity, Value

YEARS = np.arange(2020.0, 2027.0)


def value(**more):
    return {"basis": "assumption", "why": "A test."} | more


def quantity(*values, unit="t REO/year"):
    return Quantity.model_validate({"unit": unit, "values": list(values)})


def read(q, reading="", as_of=None, years=YEARS, quantiles=None, other=lambda *_: 1.0):
    return course("m", "p", q, reading, as_of).at(years, quantiles or {}, other)


def test_the_last_date_not_after_the_period_holds():
    q = quantity(value(**{"from": 2021, "value": 1}), value(**{"from": "2023-07-01", "value": 2}))
    assert np.isnan(read(q)[0])
    assert read(q)[1:].tolist() == [1, 1, 1, 2, 2, 2]
    assert read(q, years=np.array([2023.0, 2023.5])).tolist() == [1, 2]


def test_lifted_ends_a_parameter():
    q = quantity(value(**{"from": 2020, "value": 1}), value(**{"from": 2022, "lifted": True}))
    assert read(q)[:2].tolist() == [1, 1] and np.isnan(read(q)[2:]).all()


def test_of_two_values_of_one_date_the_later_published_wins_if_known():
    notice = {"from": 2021, "value": 9, "basis": "notice", "source": "a", "published": "2021-09-30"}
    q = quantity(value(**{"from": 2021, "value": 5, "published": "2021-02-20"}), notice)
    assert read(q, as_of="2021-03-01")[1] == 5
    assert read(q, as_of="2021-09-30")[1] == 9
    assert read(q)[1] == 9
    assert [v.value for v in known(q, "", "2021-02-19")] == []


def test_growth_goes_on_from_the_last_level_and_through_later_ones():
    q = quantity(
        value(**{"from": 2020, "value": 100}),
        value(**{"from": 2022, "yearly_change": 0.1, "reading": "r"}),
        value(**{"from": 2024, "value": 200}),
    )
    assert read(q, "r") == pytest.approx([100, 100, 110, 121, 200, 220, 242])
    assert read(q, "other") == pytest.approx([100, 100, 100, 100, 200, 200, 200])


def test_growth_follows_another_measure():
    q = quantity(value(**{"from": 2020, "value": 10}), value(**{"from": 2022, "yearly_change_of": "x"}))
    assert read(q, other=lambda _, y: 1.5 if y == 2023 else 1.0) == pytest.approx([10, 10, 10, 15, 15, 15, 15])


def test_growth_follows_first_one_measure_and_then_another():
    q = quantity(value(**{"from": 2020, "value": 10}), *(
        value(**{"from": year, "yearly_change_of": name}) for year, name in ((2021, "x"), (2024, "y"))
    ))  # fmt: skip
    found = read(q, other=lambda name, _: {"x": 1.1, "y": 1.3}[name])
    assert found == pytest.approx(
        [10 * r for r in (1, 1.1, 1.1**2, 1.1**3, 1.1**3 * 1.3, 1.1**3 * 1.3**2, 1.1**3 * 1.3**3)]
    )


def test_half_years_carry_the_level_of_their_calendar_year():
    q = quantity(value(**{"from": 2020, "value": 100}), value(**{"from": 2021, "yearly_change": 0.1}))
    assert read(q, years=np.array([2020.5, 2021.0, 2021.5, 2022.0])) == pytest.approx([100, 110, 110, 121])


def test_a_review_takes_over_from_the_last_level():
    q = quantity(value(**{"from": 2020, "value": 7}), value(**{"from": 2022, "set_by": "R1", "reading": "r"}))
    assert course("m", "p", q, "r", None).set_by() == ("R1", 2022)
    assert course("m", "p", q, "", None).set_by() is None
    rules = (value(**{"from": year, "set_by": name}) for year, name in ((2022, "R1"), (2024, "R2")))
    both = quantity(value(**{"from": 2020, "value": 7}), *rules)
    assert course("m", "p", both, "", None).set_by() == ("R2", 2024), "the later takes over"
    assert read(q, "r").tolist() == [7] * 7


@given(st.floats(0.001, 0.999))
def test_quantiles_by_hand(p):
    uniform = Value.model_validate(value(**{"from": 2020, "range": [1, 5]}))
    assert at_quantile(uniform, p) == pytest.approx(1 + 4 * p)
    fivefold = Value.model_validate(value(**{"from": 2020, "range": [3, 15]}))
    assert at_quantile(fivefold, p) == pytest.approx(3 + 12 * p), "that both ends are large makes no range wide"
    wide = Value.model_validate(value(**{"from": 2020, "range": [1, 100]}))
    assert at_quantile(wide, p) == pytest.approx(100**p)
    tenfold = Value.model_validate(value(**{"from": 2020, "range": [1, 10.5]}))
    assert at_quantile(tenfold, p) == pytest.approx(10.5**p), "a little more than tenfold"
    peak = Value.model_validate(value(**{"from": 2020, "value": 2, "range": [1, 5]}))
    x = at_quantile(peak, p)
    below = (x - 1) ** 2 / (4 * 1) if x <= 2 else 1 - (5 - x) ** 2 / (4 * 3)
    assert below == pytest.approx(p)


def test_central_values():
    assert at_quantile(Value.model_validate(value(**{"from": 2020, "range": [1, 5]})), None) == 3
    assert at_quantile(Value.model_validate(value(**{"from": 2020, "range": [1, 100]})), None) == pytest.approx(10)
    assert at_quantile(Value.model_validate(value(**{"from": 2020, "value": 2, "range": [1, 5]})), None) == 2


def test_a_quantile_moves_only_its_own_number():
    q = quantity(value(**{"from": 2020, "range": [1, 5]}), value(**{"from": 2023, "value": 4, "range": [3, 9]}))
    moved = read(q, quantiles={"m.p@2020": 0.25})
    assert moved.tolist() == [2, 2, 2, 4, 4, 4, 4]


@pytest.mark.parametrize(("numbers", "first"), [([0.5, 2.0, 0.5], (2.0, 2021.0)), ([-1.0, 2.0, 3.0], (-1.0, 2020.0))])
def test_the_first_number_out_of_bounds_is_named_with_its_year(numbers: list[float], first: tuple[float, float]):
    years, span = np.arange(2020.0, 2023.0), Span(0.0, 1.0)
    assert first_out_of_bounds(np.array(numbers), years, span) == first
    assert first_out_of_bounds(np.array([np.nan, 1.0 + 1e-12, 0.0]), years, span) is None
