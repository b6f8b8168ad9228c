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
from math import factorial

import numpy as np
from numpy.polynomial import hermite_e, legendre
from scipy.special import ndtr

Term = tuple[tuple[int, int], ...]
"""Factor and degree, for one factor or for two."""

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


@dataclass(frozen=True)
class Design:
    """The draws as a surrogate sees them.

    Attributes:
        scores: standard scores [n, F]; those of the group have sample mean nil and variance one.
        group: positions of the factors that are drawn together, correlated; all others are independent.
        correlation: sample correlation of the group [G, G].
        family: polynomials of the independent factors; the group's are Hermite's.
        values: polynomials by degree [1 + DEGREE, n, F]; that of degree nil is one.
        minor: positions of the factors that are many and weak; a charge keeps those out that show by chance.
    """

    scores: np.ndarray
    group: tuple[int, ...]
    correlation: np.ndarray
    family: str
    values: np.ndarray
    minor: tuple[int, ...] = ()

    @property
    def major(self) -> list[int]:
        """Positions of all other factors."""
        return np.setdiff1d(np.arange(self.scores.shape[1]), self.minor).tolist()


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
    values = np.stack([polynomial(family, k, z) for k in range(DEGREE + 1)])
    if at and family != "hermite":
        values[:, :, at] = np.stack([polynomial("hermite", k, z[:, at]) for k in range(DEGREE + 1)])
    return Design(z, tuple(at), np.nan_to_num(correlation), family, values, tuple(minor))


def polynomial(family: str, degree: int, z: np.ndarray) -> np.ndarray:
    """Orthonormal polynomial of a degree at standard normal scores: Hermite's in z, or Legendre's in the quantile."""
    one = np.zeros(degree + 1)
    one[degree] = 1.0
    if family == "hermite":
        return hermite_e.hermeval(z, one) / np.sqrt(float(factorial(degree)))
    return legendre.legval(2.0 * ndtr(z) - 1.0, one) * np.sqrt(2.0 * degree + 1.0)


def term_columns(d: Design, terms: Sequence[Term], rows: np.ndarray) -> np.ndarray:
    """Terms at some draws [n, K]; products within the group less their correlation, so that their mean is nil."""
    if not terms:
        return np.empty((len(rows), 0))
    i, a, j, b = np.array([(*t[0], *(t[1] if len(t) == 2 else (0, 0))) for t in terms]).T
    values = d.values[:, rows]
    out = values[a, :, i] * values[b, :, j]
    for k in np.flatnonzero((b > 0) & np.isin(i, d.group) & np.isin(j, d.group)) if d.group else ():
        out[k] -= d.correlation[d.group.index(int(i[k])), d.group.index(int(j[k]))]
    return out.T


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
    return Surrogate(terms, beta, mean, float(np.clip(q2, 0.0, 1.0))), d


def foretold(d: Design, outcome: np.ndarray) -> float:
    """Share of the variance of draws not seen that is explained: 1 - Σ (y - f)² / Σ (y - mean)², over tenths."""
    rows = np.arange(len(outcome))
    wrong = 0.0
    for k in range(FOLDS):
        seen, unseen = rows[rows % FOLDS != k], rows[rows % FOLDS == k]
        terms = chosen_terms(d, outcome, seen)
        mean, beta = least_squares(d, outcome, terms, seen)
        wrong += float(np.sum((outcome[unseen] - mean - term_columns(d, terms, unseen) @ beta) ** 2))
    return 1.0 - wrong / float(np.sum((outcome - outcome.mean()) ** 2))


def least_squares(d: Design, outcome: np.ndarray, terms: Sequence[Term], rows: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean and coefficients by least squares."""
    x = np.column_stack([np.ones(len(rows)), term_columns(d, terms, rows)])
    beta = np.linalg.lstsq(x, outcome[rows], rcond=None)[0]
    return float(beta[0]), beta[1:]


def chosen_terms(d: Design, outcome: np.ndarray, rows: np.ndarray, count: int = 0) -> tuple[Term, ...]:
    """Terms taken: straight lines, then bends and pairs of the factors with the strongest traces, and minor factors.

    Args:
        d: the draws.
        outcome: [n].
        rows: draws used.
        count: how many in all; 0 leaves it to the criterion.
    """
    y = outcome[rows] - outcome[rows].mean()
    lines: list[Term] = [((i, 1),) for i in d.major]
    search = _Terms(y)
    first = search.take(lines, term_columns(d, lines, rows), 0.0, count)
    others = _others(d, y, rows)
    left = max(count - len(first), 0) if count else 0
    if count and not left:
        return tuple(first)
    return (*first, *search.take(others, term_columns(d, others, rows), CHARGE, left))


def _others(d: Design, y: np.ndarray, rows: np.ndarray) -> list[Term]:
    """Lines of minor factors; bends of the screened ones, products of two of them; in the group lines alone multiply.

    A factor may act through a strong one alone, so that the leading ones are tried with all.
    """
    x = d.values[1:5, rows]
    x = x - x.mean(1, keepdims=True)
    trace = (np.einsum("knf,n->kf", x, y) ** 2 / np.maximum((x**2).sum(1), 1e-12)).sum(0)
    minor = set(d.minor)
    top = [i for i in np.argsort(-trace, kind="stable").tolist() if i not in minor][:SCREENED]
    out: list[Term] = [((i, 1),) for i in d.minor] + [((i, k),) for i in top for k in range(2, DEGREE + 1)]
    for n, i in enumerate(top):
        for j in top[:n]:
            most = 2 if i in d.group and j in d.group else TOGETHER
            out += [((i, a), (j, b)) for a in range(1, most) for b in range(1, most - a + 1)]
    others = [j for j in d.major if j not in top]
    return out + [((i, 1), (j, 1)) for i in top[:LEADING] for j in others]


class _Terms:
    """Orthogonal matching pursuit: what is left of an outcome, and the directions taken."""

    def __init__(self, y: np.ndarray) -> None:
        self._left, self._basis = y.copy(), np.zeros((len(y), 0))

    def take(self, terms: list[Term], x: np.ndarray, charge: float, count: int) -> list[Term]:
        """Terms taken one at a time, each the one that explains most of what is left.

        A direction q taken is orthogonal to all before it, so that what is left of the others is not written out: its
        size falls by (x q)^2, and what it tells of the rest by (x q) (q rest).
        """
        n, p = x.shape
        x = (x - x.mean(0)).copy(order="F")
        x /= np.sqrt(np.maximum((x**2).sum(0), 1e-300))
        x -= self._basis @ (self._basis.T @ x)
        price = np.log(n) + 2.0 * charge * np.log(max(p, 1))
        size, tells = (x**2).sum(0), x.T @ self._left
        taken, best, rests = [], (self._criterion(0, price), 0), [self._left]
        room = min(MOST, n // 5 - self._basis.shape[1]) if not count else count
        room = max(min(room, p), 0)
        own = np.zeros((n, room), order="F")
        for k in range(1, room + 1):
            gain = np.where(size > 0.05, tells**2 / np.maximum(size, 0.05), 0.0)
            at = int(gain.argmax())
            if gain[at] <= 1e-14 * n:
                break
            q = x[:, at] - own @ (own.T @ x[:, at])
            own[:, k - 1] = q = q / np.sqrt(q @ q)
            along, told = x.T @ q, float(q @ self._left)
            size, tells, self._left = size - along**2, tells - along * told, self._left - q * told
            rests.append(self._left)
            taken.append(at)
            value = self._criterion(k, price)
            best = min(best, (value, k))
            if not count and k - best[1] >= PATIENCE:
                break
        kept = len(taken) if count else best[1]
        self._left = rests[kept]
        self._basis = np.column_stack([self._basis, own[:, :kept]])
        return [terms[i] for i in taken[:kept]]

    def _criterion(self, terms: int, price: float) -> float:
        n = len(self._left)
        return n * float(np.log(max(self._left @ self._left / n, 1e-300))) + terms * price
