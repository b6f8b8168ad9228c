"""What the numbers of a stack are: read off once, by threads at once too."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.law import stack
from earthprice.law.amounts import Course
from earthprice.law.said import DRAWS, NUMBERS, Drawn, Said
from earthprice.law.use import chosen


def test_of_two_threads_that_find_a_course_at_once_the_first_ones_is_kept(monkeypatch: pytest.MonkeyPatch):
    """The second took its place: the first one's was gone, and numbers kept by its `id` could be told as another's."""
    numbers, use = Said(book := stack("china-2021-draft")), chosen(book, {})
    k, found = next(k for k, of in enumerate(numbers.quantities) if "caught" in of), list[tuple[Course, ...]]()

    def meanwhile(_: Course) -> tuple[str, ...]:
        if not found:
            found.append(())
            found[0] = numbers._paths(k, "caught", use)  # another thread is done before this one has kept its own
        return ()

    monkeypatch.setattr(Course, "follows", property(meanwhile))
    last = numbers._paths(k, "caught", use)
    assert last[0] is found[0][0] and numbers._paths(k, "caught", use)[0] is last[0]


def test_numbers_of_texts_that_come_and_go_are_not_kept_for_good():
    """A draw that was used again and again never lost those of texts that were edited since."""
    drawn, draw = Drawn(), (("caught", 0.5),)
    for text in range(3 * NUMBERS):
        drawn.of(draw)[text] = np.zeros(1)
        assert text in drawn.of(draw) or len(drawn.of(draw)) == 0
    assert len(drawn.of(draw)) <= NUMBERS + 1
    for quantile in range(3 * DRAWS):
        drawn.of((("caught", float(quantile)),))
    assert len(drawn.found) <= DRAWS
