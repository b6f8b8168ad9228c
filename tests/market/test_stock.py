"""A stock in days of use in a market worked out by hand: who pays while it fills, and who gains by storing ahead."""

from __future__ import annotations

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.demos.tiny import Book, Cleared
from earthprice.dynamics.laws import mandated
from earthprice.dynamics.setting import Storage
from earthprice.dynamics.sparse import sparse

N, BUILD = 0.2, 2.0
"""A fifth of a year's use, within two years."""


def cleared(state: float = 0.0, kept: float = 0.0, sold: float = 0.0, users: int = 1) -> Cleared:
    """Use 100 - p by some users together, supply p; the state and holders buy at any price, holders sell."""
    book = Book().good("oxide", 50.0).supply("mine", {"oxide": 1})
    for i in range(users):
        book = book.demand(f"user {i}", "oxide", fall=float(users))
    for name, tonnes, good in (("state", state, -1), ("holder", kept, -1), ("seller", sold, 1)):
        if tonnes and good < 0:
            book = book.demand(name, "oxide", choke=1e7, fall=1e7 / tonnes)
        elif tonnes:
            book = book.supply(name, {"oxide": 1}, start=-1e7, rise=1e7 / tonnes)
    return book.found()


def bought(held: float, use: list[float], days: float = N) -> float:
    """What the law makes the state buy, of a stock of `held` and the use of some users in the period before."""
    m, one = len(use), np.zeros((1, len(use)))
    one[0, 0] = 1.0
    names = {"state": one, "state_sell": np.zeros(m, bool)}
    storage = SimpleNamespace(**{k: sparse(v) if k == "state" else jnp.asarray(v) for k, v in names.items()})
    row = lambda x: jnp.full(m, x)  # noqa: E731
    said = SimpleNamespace(
        stock_days=row(days), stock_pace=row(days / BUILD), stock_sold=row(0.0), clock=SimpleNamespace(dt=1.0)
    )
    state = SimpleNamespace(used=jnp.asarray([sum(use)]), reserve=jnp.asarray([held]))
    return float(mandated(storage, said, state)[0])  # pyright: ignore[reportArgumentType]


def test_it_fills_by_arithmetic_and_users_and_the_state_pay_the_sellers():
    # Without: 100 - p = p, p = 50. Year 1: 0.1 x 50 = 5 are bought, 100 - p + 5 = p, p = 52.5, use 47.5. Year 2: short
    # of 0.2 x 47.5 by 4.5, at most 4.75 a year: 4.5 are bought, p = 52.25. Year 3: 0.2 x 47.75 - 9.5 = 0.05.
    held, use, prices = 0.0, 50.0, []
    for expected in (5.0, 4.5, 0.05):
        tonnes = bought(held, [use])
        assert tonnes == pytest.approx(expected, abs=0.01)
        found = cleared(tonnes)
        prices.append(found.price["oxide"])
        held, use = held + tonnes, found.level["user 0"]
    assert prices == pytest.approx([52.5, 52.25, 50.025], abs=0.02) and held == pytest.approx(9.55, abs=0.01)


def test_who_pays_while_it_fills():
    # Users lose 48.75 x 2.5 = 121.9, mines gain 51.25 x 2.5 = 128.1, the state pays 5 x 52.5 = 262.5.
    before, after = cleared(), cleared(5.0)
    change = {k: before.level[k] - after.level[k] for k in ("user 0", "mine")}
    rise = after.price["oxide"] - before.price["oxide"]
    users = -(before.level["user 0"] + after.level["user 0"]) / 2 * rise
    mines = (before.level["mine"] + after.level["mine"]) / 2 * rise
    assert change == pytest.approx({"user 0": 2.5, "mine": -2.5}, abs=0.01)
    assert (users, mines) == pytest.approx((-121.875, 128.125), abs=0.6)
    assert after.level["state"] * after.price["oxide"] == pytest.approx(262.5, abs=0.6)


def test_who_stores_ahead_gains_what_the_state_will_pay_more_until_others_do_it_too():
    """Abuse: a holder alone keeps 1.25 back and sells them to the state, (2.5 - 1.25) x 1.25 for him; many keep 2.5."""

    def gain(kept: float) -> float:
        first, second = cleared(kept=kept), cleared(5.0, sold=kept)
        return (second.price["oxide"] - first.price["oxide"]) * kept

    tonnes = np.array([0.5, 1.25, 2.0, 2.5, 3.0])
    assert [gain(x) for x in tonnes] == pytest.approx([(2.5 - x) * x for x in tonnes], abs=0.06)
    ahead, told = cleared(kept=2.5), cleared(5.0, sold=2.5)
    assert ahead.price["oxide"] == pytest.approx(told.price["oxide"], abs=0.02) == 51.25
    # So the state pays 1.25 less on each of its 5 t, and users before the rule pay 1.25 more on each of their 48.75.
    assert told.price["oxide"] < cleared(5.0).price["oxide"] - 1.2


def test_splitting_users_changes_nothing():
    """Abuse: two small users are counted as one large one, also in what they pay."""
    whole, parts = cleared(5.0), cleared(5.0, users=2)
    used = [[x.level[u] for u in x.level if u.startswith("user")] for x in (whole, parts)]
    assert len(used[1]) == 2 and bought(5.0, used[1]) == pytest.approx(bought(5.0, used[0]), abs=0.01)
    assert parts.price["oxide"] == pytest.approx(whole.price["oxide"], abs=0.01)


def test_switched_off_nothing_is_bought():
    assert bought(0.0, [50.0], days=0.0) == 0.0 and cleared(bought(0.0, [50.0], days=0.0)).price == cleared().price
    assert "state_sell" in Storage._fields, "the law reads these fields of the setting"
