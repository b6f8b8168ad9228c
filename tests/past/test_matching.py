"""How recorded series are made: ratios of years that both have, ranges by their geometric middle, sums and firsts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.past.hindcast import PASTS, Past, prepared_past
from earthprice.past.matching import Match, elsewhere, matches, recorded, recorded_ranges


def _observed(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame([(s, "CHN", y, v) for s, y, v in rows], columns=["series", "zone", "year", "value"])


def _match(**given: object) -> Match:
    plain = {"observed": (("a", "CHN"),), "unit": "kt/yr", "words": "", "model": lambda *_: np.ones(1)}
    return Match(**(plain | given))  # type: ignore[arg-type]


def test_the_first_source_that_has_a_year_is_taken_and_quotes_are_averaged() -> None:
    table = _observed(("a", 2010, 4.0), ("b", 2010, 9.0), ("b", 2011, 2.0), ("b", 2011, 4.0))
    both = _match(observed=(("a", "CHN"), ("b", "CHN")))
    assert recorded(table, both) == {2010: 4.0, 2011: 3.0}


def test_a_ratio_needs_both_years() -> None:
    table = _observed(("a", 2010, 6.0), ("a", 2011, 8.0), ("b", 2011, 4.0), ("b", 2012, 4.0))
    assert recorded(table, _match(over=(("b", "CHN"),))) == {2011: 2.0}


def test_a_range_is_recorded_by_its_geometric_middle() -> None:
    table = _observed(("l", 2010, 2.0), ("h", 2010, 8.0), ("l", 2011, 1.0))
    match = _match(observed=(), range=(("l", "CHN"), ("h", "CHN")))
    assert recorded(table, match) == pytest.approx({2010: 4.0})
    assert recorded_ranges(table, match) == {2010: (2.0, 8.0)}
    assert recorded_ranges(table, _match()) == {}


def test_the_feed_of_a_country_is_scored_only_where_it_was_seen_at_the_benchmark() -> None:
    first, later = (prepared_past(p).record for p in PASTS)
    assert "feed from Myanmar" in later and "feed from Myanmar" not in first


def test_every_row_of_recorded_shipments_is_a_match_that_says_what_it_is() -> None:
    lens = prepared_past(PASTS[0]).lens
    found, table = matches(lens), lens.engine.world.structure["shipments"].set_index("id")
    assert set(table.index) <= set(found)
    for name, row in table.iterrows():
        match = found[str(name)]
        assert match.words == row["words"] and match.scaled == (row["scaled"] == "yes")
        assert match.observed == ((row["series"], row["recorded"] or lens.home),)


def test_nothing_and_less_than_nothing_has_no_logarithm() -> None:
    assert recorded(_observed(("a", 2010, 0.0), ("a", 2011, -1.0)), _match()) == {}


def test_output_elsewhere_is_the_world_less_china() -> None:
    table = pd.DataFrame(
        {"series": ["mining_usgs/world", "mining_usgs"], "zone": ["ROW", "CHN"], "year": 2010, "value": [130.0, 100.0]}
    )
    assert elsewhere(table)["value"].tolist() == [30.0]


@pytest.mark.parametrize("past", PASTS, ids=lambda p: p.name)
def test_every_match_is_written_down_and_reads_the_model(past: Past) -> None:
    b = prepared_past(past)
    run, found = b.run({}), matches(b.lens)
    assert run is not None and set(run) == set(b.record)
    for name in b.record:
        assert len(found[name].words) > 20, name
        assert run[name].shape == (past.last - past.base_year + 1,) and (run[name] > 0).all(), name


def test_the_gap_is_the_ratio_of_the_two_prices_in_model_and_record() -> None:
    b = prepared_past(PASTS[0])
    run = b.run({})
    assert run is not None
    for e in ("la_oxide", "ndpr_oxide"):
        for year, ratio in b.record[f"gap/{e}"].items():
            assert ratio == pytest.approx(b.record[f"price_fob/{e}"][year] / b.record[f"price_home/{e}"][year])
    assert run["gap/ndpr_oxide"].max() > 1.3 * run["gap/ndpr_oxide"][0]
