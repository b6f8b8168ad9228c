"""The past: the benchmark of 2008 is returned, and the licence is one price for every kilogram."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.demos.lab import Lab
from earthprice.demos.wedge import LAW, NAMES, PERMIT, _fob
from earthprice.facts.world import load_world


@pytest.fixture(scope="module")
def past() -> Lab:
    return Lab(load_world(base_year=2008), last=2016, dt=0.5, base=LAW)


def test_the_first_half_year_of_2008_is_the_benchmark(past: Lab) -> None:
    done = past.baseline
    n = len(past.world.network.nodes)
    assert done.record.price[0, :n] == pytest.approx(done.point.bench.price, rel=1e-6)
    assert done.record.level[0] == pytest.approx(done.point.bench.level, rel=1e-6, abs=1e-9)


def test_one_permit_adds_the_same_to_every_oxide(past: Lab) -> None:
    """Abroad a kilogram sells for (home + freight + rent) / (1 - VAT - duty), but for the spread of the links."""
    done, t = past.baseline, past.at(2010.5)
    rent = done.record.price[t, len(past.world.network.nodes) + done.terms.permits.index(PERMIT)]
    for e in NAMES:
        ship = past.lens.act.index.get_loc(f"ship/{e}_oxide/CHN/JPN")
        keep = 1.0 - done.terms.advalorem[t, ship]
        fob, home = _fob(past, done, e)[t], past.price(done, f"{e}_oxide@CHN")[t]
        assert keep * fob - home == pytest.approx(rent, abs=0.12 * fob)


def test_the_batch_of_july_2010_is_the_tightest(past: Lab) -> None:
    issued = past.baseline.record.permit_amount[:, past.baseline.terms.permits.index(PERMIT)]
    in_force = np.where(issued < 1e9, issued, np.inf)
    assert in_force.argmin() == past.at(2010.5)
    assert issued[past.at(2010.5)] / issued[0] == pytest.approx(15952 / 56821, rel=1e-6)
    assert np.isinf(in_force[past.at(2015.0) :]).all()
