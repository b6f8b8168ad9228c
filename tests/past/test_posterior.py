"""What a fit does to draws: its draws take the place of the priors together, and its mean is the centre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from earthprice.past.posterior import central_quantiles, fit_words, posterior
from earthprice.runs.sample import EDGE, sample
from earthprice.world.world import Fit


def made(n: int = 8) -> Fit:
    z = np.random.default_rng(1).normal(size=(n, 2)) @ np.array([[0.5, 0.4], [0.0, 0.3]]) + [1.0, -0.5]
    return Fit(2020, pd.DataFrame(z, columns=["entry", "storage"]), {"data": 66, "facts": "abc"})


def test_fitted_draws_take_the_place_of_the_priors_together() -> None:
    fit, drawn = made(), sample(("ore_left", "entry", "storage"), ["law.key"], 20, 1)
    found = posterior(drawn, fit)
    assert (found.quantiles[:, [0, 3]] == drawn.quantiles[:, [0, 3]]).all()
    wanted = np.clip(ndtr(fit.scores.to_numpy()), EDGE, 1 - EDGE)[np.arange(20) % 8]
    assert found.quantiles[:, [1, 2]] == pytest.approx(wanted)
    assert posterior(drawn, None) is drawn


def test_the_central_draw_stands_at_the_mean_of_the_fit() -> None:
    assert (
        central_quantiles(made())["entry"] == pytest.approx(ndtr(made().scores["entry"].mean()))
        and central_quantiles(None) == {}
    )


def test_the_sentence_says_what_is_informed_and_whether_the_facts_have_changed() -> None:
    said = fit_words(made(), "abc", {"entry": "speed of entry"})
    assert "speed of entry" in said and "up to 2020" in said and "changed" not in said
    assert "facts have changed" in fit_words(made(), "other", {})
    assert "No parameter is fitted" in fit_words(None, "abc", {})
