"""A surrogate of a figure: a sparse polynomial chaos in the factors' scores, fitted to draws that a study has anyway.

    f(z) = b0 + Σ_t b_t Ψ_t(z),    Ψ_t = a polynomial of one factor, or a product of two

The polynomials are orthonormal, Hermite's in the score or Legendre's in the quantile, so that variances are sums of
squares (Sudret 2008, Reliability Engineering & System Safety 93). Terms are taken one at a time by orthogonal matching
pursuit, straight lines first, then bends and pairs, as long as the extended information criterion falls, which charges
each term for the number it was chosen from (Chen & Chen 2008, Biometrika 95). What it explains is counted on draws that
it has not seen (`Q2`): each tenth in turn is foretold by a surrogate chosen and fitted anew on the other nine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial import hermite_e, legendre
from scipy.special import ndtr

Term = tuple[tuple[int, int], ...]
"""Factor and degree, for one factor or for two; in arrays [K, 4] factor, degree, factor, degree, the latter two nil of
a term of one factor."""

DEGREE = 6
"""Highest degree of one factor."""
TOGETHER = 5
"""Highest degree of a product of two factors, the degrees summed."""
SCREENED = 8
"""Factors with the strongest traces, for which bends and pairs are tried."""
LEADING = 2
"""Strongest of them, which are also tried with every other factor."""
MOST = 30
"""Most terms."""
PATIENCE = 3
"""Terms taken in vain after which the search ends."""
FOLDS = 10
"""Parts of the draws that are foretold in turn."""
CHARGE = 0.5
"""Weight of the number of candidates in the criterion, for bends and pairs; nil for straight lines."""
FAMILIES = ("hermite", "legendre")
HERMITE = np.sqrt(np.cumprod(np.maximum(np.arange(DEGREE + 1.0), 1.0)))
"""Root of the variance of each of Hermite's polynomials, √k!; and of Legendre's, 1 / √(2k + 1)."""
LEGENDRE = 1.0 / np.sqrt(2.0 * np.arange(DEGREE + 1.0) + 1.0)


@dataclass(frozen=True)
class Design:
    """The draws as a surrogate sees them.

    Attributes:
        scores: standard scores [n, F]; those of the group have sample mean nil and variance one.
        group: positions of the factors that are drawn together, correlated; all others are independent.
        correlation: sample correlation of the group [G, G].
        family: polynomials of the independent factors; the group's are Hermite's.
        values: polynomials by degree [1 + DEGREE, F, n]; that of degree nil is one.
        minor: positions of the factors that are many and weak; a charge keeps those out that show by chance.
    """

    scores: np.ndarray
    group: tuple[int, ...]
    correlation: np.ndarray
    family: str
    values: np.ndarray
    minor: tuple[int, ...] = ()

    @cached_property
    def major(self) -> list[int]:
        """Positions of all other factors."""
        return np.setdiff1d(np.arange(self.scores.shape[1]), self.minor).tolist()

    @cached_property
    def ties(self) -> np.ndarray:
        """Correlation of all factors: that of the group, and none of others [F, F]."""
        out = np.eye(self.scores.shape[1])
        out[np.ix_(self.group, self.group)] = self.correlation
        return out


@dataclass(frozen=True)
class Surrogate:
    """Terms with their coefficients, the mean, and the share of variance explained on draws not seen (`q2`)."""

    terms: tuple[Term, ...]
    beta: np.ndarray
    mean: float
    q2: float


def design(scores: np.ndarray, group: Sequence[int] = (), family: str = "hermite", minor: Sequence[int] = ()) -> Design:
    """The draws with their polynomials.

    Args:
        scores: normal scores [n, F].
        group: positions of the factors that are drawn together.
        family: `hermite` or `legendre`.
        minor: positions of the factors that are many and weak.
    """
    z, at = scores.copy(), list(group)
    if at:
        spread = z[:, at].std(0)
        z[:, at] = (z[:, at] - z[:, at].mean(0)) / np.where(spread > 0, spread, 1.0)
    correlation = np.corrcoef(z[:, at], rowvar=False).reshape(len(at), len(at)) if at else np.zeros((0, 0))
    values = polynomials(family, z.T)
    if at and family != "hermite":
        values[:, at] = polynomials("hermite", z.T[at])
    return Design(z, tuple(at), np.nan_to_num(correlation), family, values, tuple(minor))


def polynomials(family: str, z: np.ndarray) -> np.ndarray:
    """Orthonormal polynomials by degree at standard normal scores: Hermite's in z, or Legendre's in the quantile."""
    if family == "hermite":
        return np.moveaxis(hermite_e.hermevander(z, DEGREE) / HERMITE, -1, 0)
    return np.moveaxis(legendre.legvander(2.0 * ndtr(z) - 1.0, DEGREE) / LEGENDRE, -1, 0)


def term_values(d: Design, terms: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Terms at some draws [K, n]; products within the group less their correlation, so that their mean is nil."""
    i, a, j, b = terms.T
    out = (d.values[a, i] * d.values[b, j])[:, rows]
    tie = np.where(b > 0, d.ties[i, j], 0.0)
    out[tie != 0] -= tie[tie != 0, None]
    return out


def surrogate(
    scores: np.ndarray, outcome: np.ndarray, group: Sequence[int] = (), minor: Sequence[int] = ()
) -> tuple[Surrogate, Design]:
    """The surrogate of an outcome and its design; the family of polynomials that foretells better is taken.

    Args:
        scores: normal scores [n, F].
        outcome: [n], not all the same.
        group: positions of the factors that are drawn together.
        minor: positions of the factors that are many and weak.
    """
    tried = []
    for family in FAMILIES:
        d = design(scores, group, family, minor)
        tried.append((foretold(d, outcome), d))
    q2, d = max(tried, key=lambda t: t[0])
    rows = np.arange(len(outcome))
    terms = chosen_terms(d, outcome, rows)
    mean, beta = least_squares(d, outcome, terms, rows)
    return Surrogate(as_tuples(terms), beta, mean, float(np.clip(q2, 0.0, 1.0))), d


def foretold(d: Design, outcome: np.ndarray) -> float:
    """Share of the variance of draws not seen that is explained: 1 - Σ (y - f)² / Σ (y - mean)², over tenths."""
    rows = np.arange(len(outcome))
    wrong = 0.0
    for k in range(FOLDS):
        seen, unseen = rows[rows % FOLDS != k], rows[rows % FOLDS == k]
        terms = chosen_terms(d, outcome, seen)
        mean, beta = least_squares(d, outcome, terms, seen)
        wrong += float(np.sum((outcome[unseen] - mean - beta @ term_values(d, terms, unseen)) ** 2))
    return 1.0 - wrong / float(np.sum((outcome - outcome.mean()) ** 2))


def least_squares(d: Design, outcome: np.ndarray, terms: np.ndarray, rows: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean and coefficients by least squares."""
    x = np.vstack([np.ones(len(rows)), term_values(d, terms, rows)])
    beta = np.linalg.lstsq(x.T, outcome[rows], rcond=None)[0]
    return float(beta[0]), beta[1:]


def as_tuples(terms: np.ndarray) -> tuple[Term, ...]:
    """Terms [K, 4] one by one."""
    return tuple(((i, a), (j, b)) if b else ((i, a),) for i, a, j, b in terms.tolist())


def chosen_terms(d: Design, outcome: np.ndarray, rows: np.ndarray, count: int = 0) -> np.ndarray:
    """Terms taken [K, 4]: straight lines, then bends and pairs of the factors with the strongest traces, and the minor.

    Args:
        d: the draws.
        outcome: [n].
        rows: draws used.
        count: how many in all; 0 leaves it to the criterion.
    """
    search = _Pursuit(outcome[rows] - outcome[rows].mean())
    lines = np.array([(i, 1, 0, 0) for i in d.major], int).reshape(-1, 4)
    first = lines[search.take(term_values(d, lines, rows), 0.0, count)]
    left = max(count - len(first), 0) if count else 0
    if count and not left:
        return first
    others = _others(d, outcome, rows)
    return np.concatenate([first, others[search.take(term_values(d, others, rows), CHARGE, left)]])


def _others(d: Design, outcome: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Lines of minor factors; bends of the screened ones, products of two of them; in the group lines alone multiply.

    A factor may act through a strong one alone, so that the leading ones are tried with all [K, 4].
    """
    x, y = d.values[1:5, d.major][..., rows], outcome[rows] - outcome[rows].mean()
    trace = ((x @ y) ** 2 / np.maximum(len(rows) * x.var(-1), 1e-12)).sum(0)
    top = [d.major[k] for k in np.argsort(-trace, kind="stable")[:SCREENED]]
    out = [(i, 1, 0, 0) for i in d.minor] + [(i, k, 0, 0) for i in top for k in range(2, DEGREE + 1)]
    for n, i in enumerate(top):
        for j in top[:n]:
            most = 2 if i in d.group and j in d.group else TOGETHER
            out += [(i, a, j, b) for a in range(1, most) for b in range(1, most - a + 1)]
    others = [j for j in d.major if j not in top]
    return np.array(out + [(i, 1, j, 1) for i in top[:LEADING] for j in others], int).reshape(-1, 4)


class _Pursuit:
    """Orthogonal matching pursuit: what is left of an outcome, and the directions taken."""

    def __init__(self, y: np.ndarray) -> None:
        self._left, self._basis = y.copy(), np.full((1, len(y)), len(y) ** -0.5)

    def take(self, x: np.ndarray, charge: float, count: int) -> list[int]:
        """Positions of terms taken one at a time, each the one that explains most of what is left.

        A direction q taken is orthogonal to all before it, the mean's among them, so that what is left of the others is
        not written out: its size falls by (x q)^2, and what it tells of the rest by (x q) (q rest).

        Args:
            x: values of the terms to choose from [p, n].
            charge: as of `CHARGE`.
            count: how many to take; 0 leaves it to the criterion.
        """
        p, n = x.shape
        price = np.log(n) + 2.0 * charge * np.log(max(p, 1))
        along, size = x @ self._basis.T, np.einsum("pn,pn->p", x, x)
        least = 0.05 * (size - along[:, 0] ** 2)
        size, tells = size - (along**2).sum(1), x @ self._left
        taken, best, rests = [], (self._criterion(0, price), 0), [self._left]
        before = len(self._basis)
        room = min(MOST, n // 5 - (before - 1)) if not count else count
        room = max(min(room, p), 0)
        basis = np.concatenate([self._basis, np.zeros((room, n))])
        for k in range(1, room + 1):
            gain = np.where(size > least, tells**2 / np.maximum(size, least), 0.0)
            at = int(gain.argmax())
            if gain[at] <= 1e-14 * n:
                break
            q = x[at] - (basis @ x[at]) @ basis
            basis[before + k - 1] = q = q / np.sqrt(q @ q)
            along, told = x @ q, float(q @ self._left)
            size, tells, self._left = size - along**2, tells - along * told, self._left - q * told
            rests.append(self._left)
            taken.append(at)
            value = self._criterion(k, price)
            best = min(best, (value, k))
            if not count and k - best[1] >= PATIENCE:
                break
        kept = len(taken) if count else best[1]
        self._left = rests[kept]
        self._basis = basis[: before + kept]
        return taken[:kept]

    def _criterion(self, terms: int, price: float) -> float:
        n = len(self._left)
        return n * float(np.log(max(self._left @ self._left / n, 1e-300))) + terms * price
