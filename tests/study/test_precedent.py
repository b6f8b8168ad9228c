"""A fall of unlicensed mining beyond the record is said to be one; within it nothing is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.study.ensemble import Pair, Summary
from earthprice.study.frame import Frame
from earthprice.study.indicators import UNLICENSED
from earthprice.study.precedent import Fall, largest_fall, unprecedented

DAY = "2021-03-01"


def test_the_largest_fall_leaves_the_least_part_of_a_share() -> None:
    assert largest_fall({2012: 0.23, 2014: 0.4, 2015: 0.5, 2018: 0.27}) == Fall(0.5, 0.27, (2015, 2018))
    assert largest_fall({2012: 0.23, 2014: 0.4}) is None and largest_fall({}) is None


def said(small: Frame, done: list[Pair], before: float, after: float, day: str = DAY) -> list[str]:
    """What is said where the share is `before` without and `after` under the text [%]."""

    def told(c: Summary, share: float) -> Summary:
        return replace(c, series={**c.series, UNLICENSED: np.full_like(c.series[UNLICENSED], share)})

    cases = [replace(p, baseline=told(p.baseline, before), reform=told(p.reform, after)) for p in done]
    return unprecedented(small.plan, cases, small.year, day)


def test_a_fall_beyond_the_record_names_its_best_precedent(small: Frame, done: list[Pair]) -> None:
    (words,) = said(small, done, 15.0, 1.0)
    for said_so in (
        "leaves 1 % of mining unlicensed in place of 15 %",
        "from 50 % in 2015 to 27 % in 2018",
        "least share 23 %",
    ):
        assert said_so in words


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [(15.0, 10.0, DAY), (60.0, 24.0, DAY), (10.0, 15.0, DAY), (15.0, 1.0, "2018-12-31")],
    ids=["by less", "not so low", "a rise", "before the fall was known"],
)
def test_nothing_is_said_within_the_record(
    small: Frame, done: list[Pair], before: float, after: float, day: str
) -> None:
    assert said(small, done, before, after, day) == []
