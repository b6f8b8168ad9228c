"""How many draws go through one compiled program."""

from __future__ import annotations

from earthprice.runs.crew import batch_size


def test_draws_are_batched_when_asked_and_one_by_one_on_a_processor() -> None:
    assert (batch_size(0), batch_size(7)) == (0, 7)
