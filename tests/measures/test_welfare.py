"""The ledger's arithmetic, worked by hand: present values, what goes on after the end, charges and who books them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from earthprice.measures import welfare
from earthprice.measures.welfare import RunAccounts, annuity, charges, spent, tariffs, worth

KEY = ("CHN", "state")


@pytest.mark.parametrize(("rate", "years", "value"), [(0.0, 7.0, 7.0), (0.0, 99.0, 60.0), (1.0, 2.0, 0.75 / np.log(2))])
def test_one_a_year_is_worth_its_years_discounted(rate: float, years: float, value: float) -> None:
    """At 100 % a year, two years of one a year are worth (1 - 1/4) / ln 2; beyond 60 years nothing is counted."""
    assert annuity(rate, np.array([years, 0.0])) == pytest.approx([value, 0.0])


def test_a_present_value_discounts_from_the_middle_of_each_period() -> None:
    """At 100 %: 2021 and the two years from 2022 on, seen from 2021; what comes before counts nothing."""
    e = SimpleNamespace(years=np.array([2020.0, 2021.0, 2022.0]), dt=np.array([1.0, 1.0, 2.0]))
    value = worth(e, 2021, 1.0, (0.0, 1.0))
    assert value.weight == pytest.approx([0.0, 2.0**-0.5, 2.0 * 2.0**-2]) and value.rate == 1
    assert value.end == pytest.approx(2.0**-3)
    books = SimpleNamespace(money={KEY: np.array([9.0, 2.0, 4.0])}, left={KEY: np.array([7.0, 16.0])})
    assert value(books, [KEY]) == pytest.approx(2.0 * 2.0**-0.5 + 4.0 * 0.5 + 16.0 / 8.0)


def test_what_is_earned_after_the_years_reported_is_part_of_what_is_left() -> None:
    """Three a year for a year and five a year for two, then 16 left: at nil 3 + 10 + 16, at 100 % discounted."""
    books = RunAccounts({KEY: np.array([1.0, 3.0, 5.0])}, {KEY: np.array([16.0, 16.0])}, np.array([1.0, 1.0, 2.0]))
    found = books.until(1, (0.0, 1.0))
    assert found.money[KEY] == pytest.approx([1.0]) and found.dt == pytest.approx([1.0])
    assert found.left[KEY] == pytest.approx([29.0, 3.0 * 2.0**-0.5 + 10.0 * 2.0**-2 + 16.0 * 2.0**-3])


def test_the_last_five_years_go_on_and_the_base_year_never_does() -> None:
    def seen(dt: list[float]) -> np.ndarray:
        return welfare._seen(SimpleNamespace(schedule=SimpleNamespace(clock=SimpleNamespace(dt=dt))))

    assert seen([1.0, 2.0, 2.0, 2.0]) == pytest.approx([0.0, 0.2, 0.4, 0.4])
    assert seen([1.0, 1.0, 2.0]) == pytest.approx([0.0, 1 / 3, 2 / 3]), "the base year is all that is before them"


def test_charges_are_what_is_due_on_the_level_less_support() -> None:
    """A tenth of 50, 2 a unit, 1 paid by a contract: 6 on 3 units, less 4 for plants; a tariff of 0.2 x 40."""
    terms = SimpleNamespace(
        advalorem=np.array([[0.1]]),
        specific=np.array([[2.0]]),
        entry_support=np.array([[4.0]]),
        tariff=np.array([[0.2]]),
    )
    record = SimpleNamespace(level=np.array([[3.0]]))
    run = SimpleNamespace(
        terms=terms, base=np.array([[50.0]]), paid=np.array([[1.0]]), sales=np.array([[40.0]]), record=record
    )
    assert charges(run) == pytest.approx(np.array([[14.0]]))
    assert tariffs(run) == pytest.approx(np.array([[24.0]]))


def test_research_for_others_is_paid_by_who_levies_it() -> None:
    """Zone 1 pays 3 of the 5 that zone 0 gets for research; both pay for their own inspection."""
    levy = SimpleNamespace(zone=1, knowledge_support=np.array([[3.0, 0.0]]))
    terms = SimpleNamespace(state_cost=np.array([[1.0, 2.0]]), knowledge_support=np.array([[5.0, 0.0]]), foreign=[levy])
    assert spent(SimpleNamespace(terms=terms)) == pytest.approx(np.array([[3.0, 5.0]]))
