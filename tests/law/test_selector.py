"""A selector: every key given must match, a list any of its names; what it cannot ask says who can."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from earthprice.law.selector import Selector


def test_keys_given_are_lists_of_names_and_others_are_not_asked():
    s = Selector.model_validate({"stage": ["mining", "milling"], "zone": "C*", "status": "licensed"})
    assert s.names() == {"stage": ("mining", "milling"), "zone": ("C*",), "status": ("licensed",)}
    assert Selector().names() == {}


@pytest.mark.parametrize("wrong", [{"stage": "mine"}, {"zones": "CHN"}, {"zone": []}, {"origin_share": 1}])
def test_what_is_no_key_or_name_of_a_stage_is_refused(wrong):
    with pytest.raises(ValidationError):
        Selector.model_validate(wrong)
