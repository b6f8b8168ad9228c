"""What was made of a law's numbers is found again only as long as the numbers that it read are the same."""

from __future__ import annotations

import pickle
from dataclasses import fields

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import Rulebook, prepare, rulebook_from_text, stack
from earthprice.law.cache import LawCache
from earthprice.law.compile import Prepared
from earthprice.law.kept import Read, Reusable
from earthprice.law.sheet import same_bits
from earthprice.world.terms import Terms
from tests.small import ONE_ARTICLE

YEARS = np.array([2025.0, 2025.25, 2025.5, 2025.75, *np.arange(2026.0, 2032.0)])
MOVES = (
    {"japan_review.refused": "x0.5"},
    {"april_licence.wait": "x3"},
    {"fine.seized": "-10%"},
    {"japan_review.refused": "x0.5", "fine.seized": "-10%"},
    {"japan_review.refused": "x0.6", "fine.seized": "-10%"},
    {},
)


def test_it_is_made_again_where_a_number_that_was_read_has_another_change():
    kept: Reusable[int] = Reusable(2)
    made = []

    def make(read: set[Read]) -> int:
        read |= {(0, "rate"), (1, "rate")}
        made.append(1)
        return len(made)

    def get(changes: dict[Read, object], key: str = "law") -> int:
        return kept.get(key, changes.get, make)

    assert [get({}), get({}), get({(2, "rate"): 1.0})] == [1, 1, 1], "nobody read that of the third"
    assert [get({(0, "rate"): 1.0}), get({(0, "rate"): 1.0}), get({(0, "rate"): 2.0})] == [2, 2, 3]
    assert get({(1, "rate"): 2.0}) == 4
    assert [get({(0, "rate"): 2.0}), get({})] == [3, 5], "two are kept: the latest"
    assert [get({}, "other"), get({}), get({}, "third"), get({}), get({}, "other")] == [6, 5, 7, 5, 8]


def test_what_was_not_made_is_not_kept():
    kept: Reusable[int] = Reusable(2)

    def fails(read: set[Read]) -> int:
        raise ValueError("out of bounds")

    with pytest.raises(ValueError, match="out of bounds"):
        kept.get("law", lambda number: None, fails)
    assert kept.get("law", lambda number: None, lambda read: 3) == 3


def same(a: Terms, b: Terms) -> list[str]:
    """Fields that differ."""
    return [f.name for f in fields(a) if not _alike(getattr(a, f.name), getattr(b, f.name))]


def _alike(x: object, y: object) -> bool:
    if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
        return np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
    return repr(x) == repr(y)


@pytest.mark.parametrize("draw", [{}, {"inspection_caught": 0.3}])
def test_a_law_moved_lever_by_lever_has_the_terms_of_one_compiled_at_once(draw: dict[str, float]):
    law = prepare(stack("china-2026"), load_world().network)
    moved = Prepared(law.stack, law.ground, law.reached)
    for n, changes in enumerate((*MOVES, *MOVES[::-1])):
        fresh = Prepared(law.stack, law.ground, law.reached)
        use = {"overrides": changes, "quantiles": draw, "as_of": "2026-07-01" if n % 2 else None}
        assert same(moved.terms(YEARS, **use), fresh.terms(YEARS, **use)) == [], changes


def test_sheets_that_differ_in_a_number_share_all_other_arrays():
    """Each sheet had arrays of its own: the sheets of one law took half a gigabyte, sixteen laws more than is."""
    law = prepare(stack("china-2026"), load_world().network)
    law = Prepared(law.stack, law.ground, law.reached)
    one, other = (law.terms(YEARS, overrides=changes) for changes in ({}, {"fine.seized": "-10%"}))
    apart = {f.name for f in fields(one) if _own(one, other, f.name)}
    assert apart == {"advalorem", "awaited"}, "what is seized is a charge on value; awaited is on no sheet"
    assert not same_bits(one.advalorem, other.advalorem)


def _own(one: Terms, other: Terms, name: str) -> bool:
    """Whether an array by period and activity is not the same object in both."""
    x, y = getattr(one, name), getattr(other, name)
    return isinstance(x, np.ndarray) and x.shape[:2] == one.specific.shape and x is not y


def test_arrays_are_the_same_to_the_last_bit_or_not_at_all():
    x = np.array([[1.0, np.nan], [0.0, 2.0]])
    assert same_bits(x, x.copy())
    for other in ([[1.0, np.nan], [-0.0, 2.0]], [[1.0, 0.0], [0.0, 2.0]], [[1.0, np.nan], [0.0, np.nan]]):
        assert not same_bits(x, np.array(other))


def test_readings_that_write_the_same_share_a_sheet(monkeypatch: pytest.MonkeyPatch):
    """Every reading compiled the law anew, and the law without the text too, though they part in a total alone."""
    law = prepare(stack("china-2021-draft"), load_world().network)
    law, made, sheet = Prepared(law.stack, law.ground, law.reached), [], Prepared._sheet
    monkeypatch.setattr(Prepared, "_sheet", lambda *asked: made.append(1) or sheet(*asked))
    years = np.arange(2019.0, 2027.0)
    found = {reading: law.terms(years, reading=reading) for reading in ("as_before", "tight", "reviewed")}
    assert len(made) == 2, "with the text and without it"
    assert found["tight"].specific is found["as_before"].specific
    assert not np.array_equal(found["tight"].permit_amount, found["as_before"].permit_amount)
    assert found["reviewed"].reviews and not found["as_before"].reviews
    for reading, terms in found.items():
        fresh = Prepared(law.stack, law.ground, law.reached)
        assert same(terms, fresh.terms(years, reading=reading)) == [], reading


def test_what_no_law_writes_is_one_array_for_all():
    law = prepare(stack("china-2026"), load_world().network)
    one, other = (law.terms(YEARS + later).stock_days for later in (0.0, 5.0))
    assert one is other
    with pytest.raises(ValueError, match="read-only"):
        one[0] = 1.0


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The top books of the laws of which a sheet was written."""
    found, sheet = list[str](), Prepared._sheet
    monkeypatch.setattr(Prepared, "_sheet", lambda law, *asked: found.append(law.stack.top) or sheet(law, *asked))
    return found


def laws(*names: str) -> list[Prepared]:
    """Laws of one cache that nobody else has."""
    known, cache = [prepare(stack(name), load_world().network) for name in names], LawCache()
    return [Prepared(law.stack, law.ground, law.reached, cache) for law in known]


def test_a_law_without_a_text_is_the_law_in_force_and_compiled_once(made: list[str]):
    """The law below a text was compiled again for what is awaited of the text, and for the text put off."""
    base, text = laws("china-in-force-2020", "china-2021-draft")
    years, use = np.arange(2019.0, 2027.0), {"quantiles": {"inspection_caught": 0.3}}
    found = base.terms(years, **use), text.terms(years, **use)
    assert made == ["china-in-force-2020", "china-2021-draft"]
    for law, terms in zip((base, text), found, strict=True):
        assert same(terms, Prepared(law.stack, law.ground, law.reached).terms(years, **use)) == []


def test_a_change_holds_in_each_law_from_its_own_text_on():
    """Laws of one cache have the same number and the same change, but not the day from which it holds."""
    base, text = laws("china-in-force-2020", "china-2021-draft")
    years, use = np.arange(2019.0, 2027.0), {"overrides": {"present_inspection.caught": "x0.5"}}
    for law in (base, text, base):
        fresh = Prepared(law.stack, law.ground, law.reached)
        assert same(law.terms(years, **use), fresh.terms(years, **use)) == []


def taxed(name: str, zone: str, stage: str, days: str, rates: tuple[float, ...]) -> Rulebook:
    """A duty on what is sold or used somewhere, from some days on."""
    values = ", ".join(
        f'{{from: "{day}", value: {rate}, basis: assumption, why: T.}}'
        for day, rate in zip(days.split(), rates, strict=True)
    )
    duty = f"instrument: charge, kind: duty, base: sale_value, acts_on: {{stage: {stage}, zone: {zone}}}"
    head = ONE_ARTICLE.format(name=name, zone=zone, day=days.split()[0], told="2020-01-01")
    text = f"{head}    tax_{zone.lower()}: {{{duty}, rate: {{unit: share of value, values: [{values}]}}}}\n"
    return rulebook_from_text(text, f"{name}.yaml")


@pytest.mark.parametrize("stage", ["stock", "use", "trade", "disposal"])
def test_what_is_awaited_of_a_text_does_not_hang_on_what_was_compiled_before(stage: str):
    """A mean that was rounded otherwise in the law below made all awaited that the text leaves alone."""
    days, rates = "2021-01-01 2023-03-10 2023-06-11 2023-11-23", (0.191, 0.19, 0.011, 0.017)
    below = taxed("base-law", "CHN", stage, days, rates)
    texts = stack(below), stack(below, taxed("new-text", "USA", "use", "2026-01-01", (0.05,)))
    base, text = (prepare(s, load_world().network) for s in texts)
    alone = Prepared(text.stack, text.ground, text.reached).terms(np.arange(2020.0, 2030.0))
    cache = LawCache()
    base, text = (Prepared(law.stack, law.ground, law.reached, cache) for law in (base, text))
    base.terms(np.arange(2020.0, 2030.0))
    assert same(text.terms(np.arange(2020.0, 2030.0)), alone) == []


def test_laws_that_travel_together_are_on_one_cache_again():
    one, other = pickle.loads(pickle.dumps(laws("china-in-force-2020", "china-2021-draft")))
    assert one.cache is other.cache
