"""Permits issued on some days or to some shippers only, as the terms say; whether two terms say the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np

from earthprice.world.terms import Terms


def base_law(base: Terms, level: np.ndarray) -> Terms:
    """The law of the base year, a cap on some of its days made up by what was used on the others.

    amount = held x cap + (1 - held) x use of the base year
    """
    part = partly(base)[0]
    held = base.permit_held[0]
    amount = base.permit_amount.copy()
    amount[0, part] = (held * base.permit_amount[0] + (1.0 - held) * (base.permit_use @ level))[part]
    return replace(base, permit_amount=amount)


def partly(terms: Terms) -> np.ndarray:
    """Where a cap is in force on some days of a period and not on others [T, P]."""
    return (terms.permit_held < 1.0) & np.isfinite(terms.permit_amount)


def granted_before(base: Terms, terms: Terms) -> np.ndarray:
    """Least share granted in the base year of each permit, by its name and by those that all it needs needed [P]."""
    share = base.permit_granted[0]
    if not (share < 1.0).any():
        return np.ones(len(terms.permits))
    before, need = dict(zip(base.permits, share, strict=True)), terms.permit_use > 0.0
    over = need.any(1)[:, None] & ~(need[:, None] & ~(base.permit_use > 0.0)).any(2)
    return np.minimum([before.get(n, 1.0) for n in terms.permits], np.where(over, share, 1.0).min(1, initial=1.0))


def same(one: object, other: object) -> bool:
    """Whether two terms, or parts of them, say the same to the last bit."""
    if isinstance(one, np.ndarray):
        return one is other or (isinstance(other, np.ndarray) and np.array_equal(one, other, equal_nan=True))
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
