"""Ensemble smoother with multiple data assimilation: a posterior of standard normal scores from runs of a model.

For a linear model and normal errors it gives the exact posterior; for others it is an approximation that needs no
derivative (Emerick & Reynolds 2013, Computers & Geosciences 55).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Simulate = Callable[[np.ndarray], np.ndarray]
"""Scores [D, F] -> what the model says of the data [D, N]; a row of NaN where a run failed."""

STEPS = 4
"""Times the data are taken in, each with its error inflated by sqrt(STEPS)."""


def smooth(prior: np.ndarray, simulate: Simulate, data: np.ndarray, error: np.ndarray, seed: int) -> np.ndarray:
    """Draws of the posterior.

    Each of `STEPS` rounds moves every draw by

        z' = z + C_zd (C_dd + a R)^-1 (d + sqrt(a) e - g(z)),     a = STEPS, e ~ N(0, R)

    with covariances over the ensemble. Sample covariances of few draws hold chance: those of a score and a datum whose
    correlation is within what chance gives, |r| < 2/sqrt(D), are shrunk by (r sqrt(D)/2)^2.

    Args:
        prior: standard normal draws [D, F].
        simulate: the model.
        data: outcomes [N].
        error: covariance of what the model leaves out, and of measurement [N, N].
        seed: seed of the perturbations.

    Raises:
        ValueError: shapes differ, the covariance is not positive definite, or fewer than ten runs succeed in a round.
    """
    if error.shape != (len(data), len(data)):
        raise ValueError(f"{len(data)} data with a covariance of shape {error.shape}")
    try:
        root = np.linalg.cholesky(error)
    except np.linalg.LinAlgError:
        raise ValueError("the covariance of the errors is not positive definite") from None
    rng = np.random.default_rng(seed)
    z = prior.copy()
    for _ in range(STEPS):
        found = simulate(z)
        good = np.isfinite(found).all(axis=1)
        if good.sum() < 10:
            raise ValueError(f"{good.sum()} of {len(z)} runs succeeded; ten are needed")
        instead = rng.choice(np.flatnonzero(good), (~good).sum())
        z[~good], found[~good] = z[instead], found[instead]
        noise = rng.normal(size=found.shape) @ root.T * np.sqrt(STEPS)
        z = z + (data + noise - found) @ gain(z[good], found[good], error * STEPS)
    return z


def gain(z: np.ndarray, found: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The Kalman gain over an ensemble, tapered [N, F]."""
    n = len(z)
    dz, dg = z - z.mean(0), found - found.mean(0)
    cross = dg.T @ dz / (n - 1)
    scale = np.outer(dg.std(0, ddof=1), dz.std(0, ddof=1))
    r = np.divide(cross, scale, out=np.zeros_like(cross), where=scale > 1e-12)
    taper = np.minimum((r * np.sqrt(n) / 2.0) ** 2, 1.0)
    return np.linalg.solve(dg.T @ dg / (n - 1) + error, cross * taper)
