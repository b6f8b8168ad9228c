"""The ledger's arithmetic, worked by hand: present values, what goes on after the end, charges and who books them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_array

from earthprice.measures import welfare
from earthprice.measures.welfare import RunAccounts, annuity, charges, receipts, spent, tariffs, worth

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
    assert value.each([books, books], [KEY])[KEY].tolist() == [value(books, [KEY])] * 2
    assert value.together([books, books], [KEY]).tolist() == [value(books, [KEY])] * 2
    assert value(books, []) == 0.0 and value.together([books], []).tolist() == [0.0]


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


@pytest.mark.parametrize("on", [1.0, 0.0])
def test_what_goes_on_after_the_end_lasts_as_long_as_ore_and_habits(on: float) -> None:
    """A mine of 8 left at 2 a year lasts 4 years; a plant's income fades by a tenth a year, which is worth 10.

    Own 3 and 6 a year, the mean of two years without the 1 that was built for in each: 16 and 70. The state takes one
    of each and spends half: 4 + 10 - 2.
    """
    flat = np.ones((3, 2))
    record = dict(
        level=flat,
        invested=flat,
        ore=np.full((3, 1), 10.0),
        dug=np.c_[[3.0, 4.0, 2.0]],
        stock=flat[:, :1],
        reserve=flat[:, :1],
    )
    run = SimpleNamespace(
        setting=SimpleNamespace(storage=SimpleNamespace(holder=[False, False])),
        mines=np.array([0]),
        dig=np.array([[1.0]]),
        record=SimpleNamespace(**record),
        schedule=SimpleNamespace(clock=SimpleNamespace(dt=np.ones(3))),
        point=SimpleNamespace(values={"model/demand/thrift_speed": 0.1}),
        harm=np.tile([0.1, 0.0], (3, 1)),
        inputs=0.0 * flat,
        terms=SimpleNamespace(entry_support=0.0 * flat),
    )
    names = SimpleNamespace(zones=("CHN",), fixed=SimpleNamespace(site=np.array([[1.0, 1.0]])))
    engine = SimpleNamespace(names=names, place_zones=("CHN",))
    owners, zone = {"CHN": [("CHN", "mine"), ("CHN", "plant")]}, csr_array(flat[:1])
    lens = SimpleNamespace(
        engine=engine,
        owners=owners,
        owned=np.eye(2),
        in_zone=zone,
        into_zone=0 * zone,
        zone_at=np.array([0, 0]),
        stocks=((np.array([0]), np.zeros((1, 2))),) * 2,
    )
    own = np.array([[9.0, 9.0], [2.0, 4.0], [4.0, 8.0]])
    flows = welfare.Bookings(own, welfare.Receipts(flat, 0.0 * flat, {}), np.full((3, 1), 0.5))
    left = welfare._left(lens, run, flows, (0.0,), bool(on))
    whole = {"mine": 16.0, "plant": 70.0, "state": 12.0, welfare.NEIGHBOURS: -0.4}
    assert {k[1]: float(x[0]) for k, x in left.items()} == pytest.approx({k: on * x for k, x in whole.items()})


def test_what_a_book_levies_abroad_goes_from_the_payers_state_to_its_own() -> None:
    """Zone B levies 10 % of a base of 50 and 2 a unit on 3 units of A's, and pays 4 for entry: 17 move from A to B."""
    levy = SimpleNamespace(zone=1, advalorem=np.array([[0.1]]), specific=np.array([[2.0]]), entry_support=4.0)
    none = np.zeros((1, 1))
    terms = SimpleNamespace(
        tariff=none, advalorem=none, specific=none, entry_support=none, foreign=[levy], contracts=[]
    )
    record = SimpleNamespace(level=np.array([[3.0]]))
    run = SimpleNamespace(terms=terms, base=np.array([[50.0]]), paid=none, sales=none, record=record)
    lens = SimpleNamespace(in_zone=np.array([[1.0], [0.0]]), into_zone=np.array([[0.0], [1.0]]))
    assert receipts(run).by_state(lens)[:, 0] == pytest.approx([-17.0, 17.0])
