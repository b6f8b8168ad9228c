"""How a stack is used: articles left out or kept alone, overrides as they are written, keys that there are not."""

from __future__ import annotations

import pytest

from earthprice.errors import OptionError
from earthprice.law import stack
from earthprice.law.use import chosen

DRAFT = stack("china-2021-draft")
NUMBERS = [a.number for a in DRAFT.top_book.articles]


def test_without_and_only_are_two_ways_to_say_which_articles_are_off():
    off = chosen(DRAFT, {"without": ["17"]}).off
    assert off == {("china-2021-draft", "17")} == chosen(DRAFT, {"without": ["china-2021-draft:17"]}).off
    assert off == chosen(DRAFT, {"only": [n for n in NUMBERS if n != "17"]}).off
    assert len(chosen(DRAFT, {"only": []}).off) == len(NUMBERS) and not chosen(DRAFT, {}).off


def test_a_draw_is_a_key_and_a_reading_is_the_stacks_own_where_none_is_asked_for():
    use = chosen(DRAFT, {"quantiles": {"more_checks.caught@2022": 0.5}})
    assert use.draw == (("more_checks.caught@2022", 0.5),) and use.reading == DRAFT.reading(None)


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ({"withot": ["17"]}, "no option 'withot'"),
        ({"without": ["3000"]}, "3000"),
        ({"as_of": "2021-13-01"}, "2021-13-01"),
        ({"overrides": {"more_checks.caughtt": 1.0}}, "more_checks.caughtt"),
    ],
)
def test_what_there_is_not_is_refused(use, said):
    with pytest.raises(OptionError, match=said):
        chosen(DRAFT, use)
