"""An outlook sees what its day saw, starts at the record, and moves by quarters."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, numbers
from earthprice.law.texts import placed
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.outlook import Outlook, _between, _quarters, common_series, outlook
from tools.pages import forecast

DAY = Options(as_of=forecast.AS_OF, draws=2, workers=1)


@pytest.fixture(scope="module")
def found() -> Outlook:
    return outlook(forecast.LAW, DAY, 2025)


def test_no_law_of_a_later_day_enters(found: Outlook) -> None:
    """Those of October 2025 least of all: every text was announced, and every value published, by the day."""
    assert max(load_rulebook(name).announced for name in found.law) <= found.as_of == forecast.AS_OF
    table = numbers(placed(load_rulebook(forecast.LAW)), as_of=found.as_of)
    assert len(table) > 20 and (table["published"] <= found.as_of).all()
    assert date.fromisoformat(found.engine.world.known) <= date.fromisoformat(found.as_of)


def test_what_some_draw_cannot_tell_is_not_told() -> None:
    """Months of stock of dysprosium in the United States, which use none in some draws, ended the forecast."""
    one = np.ones(2)
    assert (
        common_series([{"feed": one, "cover/dy@USA": one}, {"feed": one}])
        == ["feed"]
        == common_series([{"feed": one}, {"feed": one, "x": one}])
    )


def test_it_starts_at_what_was_recorded(found: Outlook) -> None:
    assert found.engine.years.tolist() == [2024, 2025, 2025.25, 2025.5, 2025.75] and found.cleared == 2
    for flow in ("exports", "feed from Myanmar"):
        assert found.levels[flow][:, 0] == pytest.approx(found.record[flow][2024])
    assert found.levels["price/ndpr_oxide@CHN"][:, 0] == pytest.approx(found.record["price_home/ndpr_oxide"][2024])


def test_the_gap_of_a_licence_is_seen_in_its_quarter(found: Outlook) -> None:
    through = found.licensed["dy"]
    assert through[1] == 1.0 and through[2] < 0.5 < through[3]
    assert "ndpr" not in found.licensed and "la" not in found.licensed
    abroad, home = (np.median(found.levels[f"price/dy_oxide@{z}"], axis=0) for z in ("EUR", "CHN"))
    assert abroad[2] / home[2] > 1.3 * abroad[1] / home[1]
    assert found.at("2025-04-30") == 2 and found.at("2025-01-01") == 1 and found.at("2025-12-31") == 4


def test_the_world_is_the_sum_of_its_zones(found: Outlook) -> None:
    parts = [x for k, x in found.levels.items() if k.startswith("mining/") and k != "mining/world"]
    assert found.levels["mining/world"] == pytest.approx(np.sum(parts, axis=0))


def test_flows_to_one_zone_have_each_a_shock_of_their_own(found: Outlook) -> None:
    first, other = (found.levels[k][:20, 4] / found.levels[k][:20, 0] for k in ("magnets/EUR", "oxides/EUR"))
    assert np.std(np.log(first) - np.log(other)) > 0.01


def test_a_quarter_lies_on_the_line_between_years(found: Outlook) -> None:
    yearly = np.exp(np.array([[0.0, 0.4, 0.8]]))
    assert np.log(_between(yearly, found.engine))[0] == pytest.approx([0.0, 0.25, 0.35, 0.45, 0.55])


def test_drivers_are_those_that_the_day_knew() -> None:
    f = frame("china-2021-draft", Options(as_of="2022-06-01", years=(2020, 2023), period="year"), load_world())
    e = _quarters(f, 2023)
    assert e.drivers and e.world.drivers.index.get_level_values("year").max() == 2020
    assert e.dt.tolist() == [1.0] * 3 + [0.25] * 8


def test_a_year_that_is_no_later_than_the_benchmark_is_refused() -> None:
    with pytest.raises(OptionError, match="2024 is not after the base year"):
        outlook(forecast.LAW, DAY, 2024)
