"""Who stores ahead of a text: nobody of one that changes nothing, and holders only of goods that it moves."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from earthprice.law import compile_terms, prepare, stack
from tests.law.conftest import q


def charge(acts_on: str, rate: float = 5) -> str:
    return f"due: {{instrument: charge, kind: duty, acts_on: {acts_on}, base: t, rate: {q('USD2020/t', rate)}}}"


@pytest.fixture
def heeded(network, years, small):
    """By activity, the share of what it handles that the text moves, in the year before it is in force."""

    def run(text: str, **use) -> dict[str, float]:
        terms = compile_terms(stack(small(text)), network, years, **use)
        assert not terms.awaited[[0, 2, 3, 4, 5]].any(), "announced on 1 January 2021, in force a year later"
        return dict(zip(network.activities.index, terms.awaited[1].tolist(), strict=True))

    return run


def test_a_text_that_changes_nothing_is_awaited_by_nobody(heeded):
    assert not any(heeded(charge("{stage: mining}", rate=0)).values())
    assert not any(heeded(charge("{stage: mining}"), without=["1"]).values())


def test_holders_heed_a_text_as_far_as_it_reaches_their_good(heeded):
    """The wild dig 2 of 6; 5 of 7 that plants take is dug here: 10 of 42 of the oxide, here and abroad, is theirs."""
    found = heeded(charge("{stage: mining, status: unlicensed}"))
    assert found["dig/east"] == pytest.approx(2 / 6)
    assert [found[x] for x in ("ship/dy", "dy_oxide@JPN/reserve_buy")] == pytest.approx([2 / 6 * 5 / 7] * 2)
    assert found["separate/imported"] == pytest.approx(2 / 6 * 5 / 7), "what it makes is sold beside the others'"


def test_who_takes_a_good_moves_it_too_and_what_lies_before_it_stays(heeded):
    found = heeded(charge("{stage: magnet}"))
    assert [found[x] for x in ("ship/dy", "dy_oxide@JPN/reserve_buy")] == pytest.approx([1, 1]), (
        "all that arrives is taken by them"
    )
    assert found["dig/east"] == found["separate/wild"] == 0.0


def test_a_cap_is_heeded_by_those_whose_good_it_binds(heeded):
    cap = "most: {instrument: cap, kind: duty, acts_on: {doing: ship, status: licensed}, shared_out: {tradable: true}, "
    found = heeded(f"{cap}amount: {q('t REO/year', 100)}}}")
    assert found["separate/home"] == pytest.approx(0.2 / 0.3) and found["dig/east"] == 0.0


def test_a_stock_to_be_filled_is_heeded_by_all_holders_of_the_good(heeded):
    stock = f"days: {q('day', 90)}, build: {q('year', 2)}"
    found = heeded(f"mine: {{instrument: stock, kind: duty, acts_on: {{good: dy_oxide, zone: JPN}}, {stock}}}")
    assert [found[x] for x in ("dy_oxide@JPN/floor_buy", "make/magnet")] == pytest.approx([1, 1])
    assert found["separate/home"] == 0.0 and np.isfinite(list(found.values())).all()


def test_what_is_kept_between_moves_changes_no_bit(network, years, small):
    text = stack(small(charge("{stage: mining}")))
    kept = prepare(text, network)
    for moved in ("x0", "x2", "x0", "x3"):
        use = {"overrides": {"due.rate": moved}, "without": ["1"] if moved == "x3" else []}
        now, fresh = kept.terms(years, **use), compile_terms(text, network, years, **use)
        for name, value in vars(fresh).items():
            np.testing.assert_array_equal(vars(now)[name], value, err_msg=name)
    sent = pickle.loads(pickle.dumps(kept))
    np.testing.assert_array_equal(sent.terms(years).awaited, kept.terms(years).awaited)


NIL = "{stage: magnet}", 0.0


def above(small, what: tuple[str, float] = NIL, start: str = "2023-01-01"):
    """A book upon `small`, which is announced with it on 1 January 2021 and sets a charge."""
    return small(charge(*what).replace("due", "more"), name="above", start=start)


def test_a_text_of_no_effect_and_the_text_below_it_are_awaited_as_the_text_below_alone(network, years, small):
    """What is announced and lies in both is waited for in both, so that a text that changes nothing gains nothing."""
    below = small(charge("{stage: mining, status: unlicensed}"))
    alone = compile_terms(stack(below), network, years).awaited
    both = compile_terms(stack(below, above(small)), network, years).awaited
    assert alone[1].any() and both.tolist() == alone.tolist()
    moving = compile_terms(stack(below, above(small, ("{stage: magnet}", 5.0))), network, years).awaited
    assert (moving[1] >= alone[1]).all() and moving[2].any(), "and the text above is waited for a year longer"


def test_a_number_that_is_set_below_does_not_make_the_text_above_awaited(network, years, small):
    """Without the text above, the number is what it was set to too."""
    below, use = small(charge("{stage: mining}", rate=0)), {"overrides": {"due.rate": 5.0}}
    found = compile_terms(stack(below, above(small)), network, years, **use).awaited
    assert found.tolist() == compile_terms(stack(below), network, years, **use).awaited.tolist()
    assert found[1].any() and not found[2].any()


def test_an_answer_is_not_awaited_nor_what_came_into_force_in_the_base_year(network, years, small):
    text, answer = small(charge("{stage: mining}", rate=0)), above(small, ("{stage: magnet}", 5.0))
    assert not compile_terms(stack(text, answer, top="small"), network, years).awaited.any()
    begun = stack(small(charge("{stage: mining}"), start="2021-07-01"))
    assert compile_terms(begun, network, years).awaited[1].any(), "it is awaited in a year that is run"
    assert not compile_terms(begun, network, years[1:]).awaited.any(), "in the base year it lies in the record"
