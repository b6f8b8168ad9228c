"""Fitted draws in a study: behaviour as the record informs it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from earthprice.runs.sample import EDGE, Sample
from earthprice.world.world import Fit, World

INFORMED = 0.2
"""Share of a factor's variance that the record took, from which it counts as informed."""


def posterior(draws: Sample, fit: Fit | None) -> Sample:
    """The draws with the quantiles of the fitted factors taken from the fit, in order, so that their correlations stay.

    Args:
        draws: draws of the prior.
        fit: None leaves the prior.
    """
    if fit is None:
        return draws
    known = [c for c in fit.scores.columns if c in draws.factors[: draws.world]]
    rows = np.arange(len(draws.quantiles)) % len(fit.scores)
    quantiles = draws.quantiles.copy()
    at = [draws.factors.index(c) for c in known]
    quantiles[:, at] = np.clip(ndtr(fit.scores[known].to_numpy()[rows]), EDGE, 1.0 - EDGE)
    return replace(draws, quantiles=quantiles)


def central_quantiles(fit: Fit | None) -> dict[str, float]:
    """Quantiles of the central draw: fitted factors at the mean of their scores."""
    return {} if fit is None else {k: float(ndtr(v)) for k, v in fit.mean_scores.items()}


def central_values(world: World, day: str) -> dict[str, float]:
    """The world's numbers at the central draw of what was known on a day (YYYY-MM-DD): fitted ones at their means."""
    return world.numbers.draw(central_quantiles(world.fit(day)))


def learned(fit: Fit) -> pd.DataFrame:
    """By fitted factor: mean and spread of its score, nil and one in the prior, and the share of variance taken.

    `best`, `sharp`: its most probable score and the spread around it, from the model's slopes; NaN where not computed.
    """
    spread = fit.scores.std(ddof=1)
    table = pd.DataFrame({"mean": fit.scores.mean(), "spread": spread, "learned": (1.0 - spread**2).clip(lower=0.0)})
    best = fit.recipe.get("most_probable", {})
    for i, column in enumerate(("best", "sharp")):
        table[column] = [best[n][i] if n in best else np.nan for n in table.index]
    return table.sort_values("learned", ascending=False)


def fit_words(fit: Fit | None, facts: str, said: dict[str, str]) -> str:
    """What was fitted, to what, in a sentence.

    Args:
        fit: the fit used, or None.
        facts: digest of the facts as they are.
        said: words by factor.
    """
    if fit is None:
        return "No parameter is fitted to a record: all ranges are those of the tables."
    table = learned(fit)
    told = [said.get(str(name), str(name)) for name in table.index[table["learned"] >= INFORMED]]
    rest = len(table) - len(told)
    informs = f"it informs {', '.join(told)}" if told else "it informs none of them by a fifth or more"
    same = fit.recipe.get("facts") == facts
    old = "" if same else " The facts have changed since: `earthprice calibrate` fits again."
    return (
        f"Behaviour ({len(table)} factors) is fitted to {fit.recipe['data']} values of the record up to "
        f"{fit.cutoff}: {informs}; the other {rest} remain what the tables assume.{old}"
    )
