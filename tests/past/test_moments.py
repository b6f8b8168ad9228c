"""Autocorrelation and skewness: known answers, and the stretch of a record that they are counted over."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.past.moments import LEAST, autocorrelation, moments, skewness, stretch


def test_known_answers() -> None:
    assert skewness(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(2.0 / np.sqrt(3.0))
    assert skewness(np.array([1.0, 2.0, 3.0])) == 0.0
    assert autocorrelation(np.array([1.0, 2.0, 3.0])) == 0.0, "(-1)(0) + (0)(1) over 2"
    assert autocorrelation(np.array([1.0, -1.0, 1.0, -1.0])) == -0.75
    assert np.isnan(autocorrelation(np.ones(5))) and np.isnan(skewness(np.ones(5)))


def test_a_long_process_has_its_own_persistence_and_scale_says_nothing() -> None:
    rng, x = np.random.default_rng(1), np.zeros(20_000)
    for t in range(1, len(x)):
        x[t] = 0.7 * x[t - 1] + rng.normal()
    assert autocorrelation(x) == pytest.approx(0.7, abs=0.02) and skewness(x) == pytest.approx(0.0, abs=0.1)
    spiky = np.exp(x)
    assert skewness(3.0 * spiky) == pytest.approx(skewness(spiky)) and skewness(spiky) > 2.0


def test_the_longest_stretch_from_the_benchmark_counts() -> None:
    record = dict.fromkeys([2001, 2002, 2003, 2005, 2006, 2007, 2009, 2010], 1.0)
    assert stretch(record, 2001, 2010) == [2005, 2006, 2007], "the later of two"
    assert stretch(record, 2006, 2006) == [2006] and stretch({}, 2001, 2010) == []


def test_the_model_is_read_in_the_years_of_the_record() -> None:
    path = np.array([9.0, 1.0, 2.0, 1.0, 5.0, 1.0, 9.0])
    record = {2001 + i: float(v) for i, v in enumerate(path[1:6])}
    found = moments(record, np.tile(path, (3, 1)), 2000)
    assert found.autocorrelation_model == pytest.approx(found.autocorrelation_record)
    assert found.skewness_model == pytest.approx(found.skewness_record) and found.skewness_record > 1.0
    short = {y: record[y] for y in list(record)[: LEAST - 1]}
    assert np.isnan(moments(short, np.tile(path, (3, 1)), 2000)).all()
