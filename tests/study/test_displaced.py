"""Displaced: what is said of the brackets; the runs themselves stand in tests/cli/test_own.py."""

from __future__ import annotations

import pandas as pd
import pytest

from earthprice.study.displaced import OUTPUT_COLUMNS, PRICE_COLUMNS, Displaced, _words

OUTPUT = [
    ("own", "mining", "ROW", 0.0, 5.0, 5.0, 4.0, 6.0, "kt REO/yr"),
    ("other", "mining", "AUS", 9.0, 7.0, -2.0, -1.9, -1.0, "kt REO/yr"),
]
PRICES = [("dy_oxide", "CHN", 200.0, 190.0, -5.0, -6.0, -4.0, "USD2020/kg")]


@pytest.mark.parametrize(
    ("draws", "said"),
    [
        (0, "Central draw alone: no ranges."),
        (8, "in brackets 8 draws, too few to tell a range (20 or more do): the central draw may lie outside."),
        (20, "in brackets 9 in 10 draws."),
    ],
)
def test_draws_that_are_too_few_for_a_range_are_said_to_be(draws: int, said: str) -> None:
    """A change of -2 stood before a bracket from -1.9 to -1, without a word."""
    output, prices = (
        pd.DataFrame(rows, columns=list(columns))
        for rows, columns in ((OUTPUT, OUTPUT_COLUMNS), (PRICES, PRICE_COLUMNS))
    )
    assert _words(Displaced("", 2030, output, prices, draws, plan=5.0), ["own"]).endswith(said)
