"""A fitted review rule: what made the notices is found again, and nothing published later is seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.demos.lab import Lab
from earthprice.demos.notices import Notices, Rule, fit, notices
from earthprice.errors import OptionError

TRUE = Rule(0.9, 0.3, 0.25, 0.6)


def made(years: int = 12) -> Notices:
    """Notices that the true rule made."""
    rng = np.random.default_rng(7)
    price, share = rng.uniform(0.7, 1.5, years), rng.uniform(0.1, 0.6, years)
    return Notices(np.arange(years), TRUE.moves(price, share), price, share, (1.0, 0.2))


def test_the_rule_that_made_the_notices_is_found_again() -> None:
    found, n = fit(made()), made()
    assert found.explained(n) == pytest.approx(1.0, abs=1e-3)
    assert found.relax == pytest.approx(TRUE.relax, rel=0.02) and found.tighten == pytest.approx(TRUE.tighten, rel=0.02)
    assert found.price_band == pytest.approx(TRUE.price_band) and found.share_band == pytest.approx(TRUE.share_band)


def test_totals_that_never_move_give_a_rule_that_does_nothing() -> None:
    still = replace(made(), moves=np.zeros(12))
    assert (fit(still).relax, fit(still).tighten) == (0.0, 0.0)


def test_slopes_have_the_sign_of_their_row() -> None:
    contrary = replace(made(), moves=-made().moves)
    found = fit(contrary)
    assert found.relax >= 0 and found.tighten >= 0


def test_only_what_was_published_by_the_last_year_is_seen(lab: Lab) -> None:
    def seen(last: int) -> Notices:
        return notices(lab.world.observed, "CHN", lab.world.base_year, "ndpr_oxide", last)

    assert list(seen(2020).years) == list(range(2014, 2021)) and list(seen(2019).years) == list(range(2014, 2020))
    assert seen(2020).moves[-1] == pytest.approx(140 / 132 - 1) and seen(2020).moves[0] == pytest.approx(105 / 93.8 - 1)
    assert seen(2020).price[-1] == pytest.approx(1.0)
    assert seen(2020).share[0] == pytest.approx(0.5 * (0.23 + 0.40))
    assert seen(2019).share[0] == pytest.approx(0.40), "the share of 2012 was printed in 2020"


def test_too_short_a_record_is_refused(lab: Lab) -> None:
    with pytest.raises(OptionError, match="at least five"):
        notices(lab.world.observed, "CHN", lab.world.base_year, "ndpr_oxide", 2016)
