"""Articles and powers switched: what is off is a power never used, and what cannot be switched is said."""

from __future__ import annotations

import pytest

from earthprice.errors import OptionError
from earthprice.law import load_rulebook
from earthprice.law.switched import switched, usable

DRAFT = load_rulebook("china-2021-draft")


def test_an_article_that_is_off_has_powers_that_are_never_used_and_the_rest_stands():
    book = switched(DRAFT, ["17"], {})
    for was, now in zip(DRAFT.articles, book.articles, strict=True):
        if was.number != "17":
            assert now.measures == was.measures
        else:
            assert was.measures and {(m.kind, m.used) for m in now.measures.values()} == {("power", "never")}
    assert switched(DRAFT, (), {}) is DRAFT


def test_a_power_is_used_always_or_never_unless_its_article_is_off():
    powers = [(a.number, k) for a in DRAFT.articles for k, m in a.measures.items() if usable(m)]
    number, name = powers[0]
    assert switched(DRAFT, (), {name: True}).measures[name].used == "always"
    assert switched(DRAFT, (), {name: False}).measures[name].used == "never"
    assert switched(DRAFT, [number], {name: True}).measures[name].used == "never"


def test_what_cannot_be_switched_says_what_can():
    with pytest.raises(OptionError, match="article '3000' cannot be switched off"):
        switched(DRAFT, ["3000"], {})
    with pytest.raises(OptionError, match="'more_checks' is no power of china-2021-draft"):
        switched(DRAFT, (), {"more_checks": True})


def test_an_article_acts_that_repeals_or_is_reviewed_under_and_a_power_that_is_not_used_does_not():
    book = load_rulebook("china-2024-regulations")
    can_be_off, acts = ({a.number for a in of} for of in (book.switchable, book.acting()))
    assert {"10"} <= acts and not next(a for a in book.articles if a.number == "10").measures
    assert can_be_off - acts == {"6", "16"}, "powers that this text does not use"
    unused = next(iter(next(a for a in book.articles if a.number == "6").measures))
    assert {a.number for a in book.acting([f"{unused}.amount"])} == acts | {"6"}, "one whose number is set is used"
    rule = load_rulebook("china-in-force-2020").reviews[0].model_copy(update={"under": "1"})
    reviewed = DRAFT.model_copy(update={"reviews": [rule]})
    assert "1" in {a.number for a in reviewed.acting()} - {a.number for a in DRAFT.acting()}
