"""Who stores ahead of a text: nobody of one that changes nothing, and holders only of goods that it moves."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from earthprice.law import compile_terms, prepare, stack


def q(unit: str, value: float) -> str:
    return f"{{unit: {unit}, values: [{{from: 2022, value: {value}, basis: assumption, why: A test.}}]}}"


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
