"""The response forms: slope and surplus are derivative and integral of the level; elasticities are those asked."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.market import ISOELASTIC, LOGISTIC, UNIFORM, Responses, exponent, price_matrix, respond

ONE = jnp.ones(3)
CASES = {
    "logistic": Responses(2.0 * ONE, 10.0 * ONE, 3.0 * ONE, ONE, jnp.full(3, LOGISTIC), ONE > 2),
    "isoelastic": Responses(2.0 * ONE, 10.0 * ONE, 0.7 * ONE, 200.0 * ONE, jnp.full(3, ISOELASTIC), ONE > 0),
    "rigid": Responses(2.0 * ONE, 10.0 * ONE, -0.6 * ONE, 200.0 * ONE, jnp.full(3, ISOELASTIC), ONE > 0),
    "unit": Responses(2.0 * ONE, 10.0 * ONE, 1.0 * ONE, 200.0 * ONE, jnp.full(3, ISOELASTIC), ONE > 0),
    "uniform": Responses(2.0 * ONE, 10.0 * ONE, 8.0 * ONE, ONE, jnp.full(3, UNIFORM), ONE > 2),
}
MARGINS = {"logistic": [-4.0, 9.0, 25.0], "uniform": [-4.0, 12.0, 25.0]}


@pytest.mark.parametrize("name", CASES)
def test_slope_is_the_derivative_and_surplus_the_integral(name):
    r, margin = CASES[name], jnp.asarray(MARGINS.get(name, [-50.0, -9.0, 4.0]))
    found = respond(margin, r)
    _, slope = jax.jvp(lambda m: respond(m, r).level, (margin,), (ONE,))
    _, level = jax.jvp(lambda m: respond(m, r).surplus, (margin,), (ONE,))
    assert np.asarray(found.slope) == pytest.approx(np.asarray(slope), rel=1e-9, abs=1e-12)
    # at elasticity one the surplus is taken a millionth beside it
    assert np.asarray(found.level) == pytest.approx(np.asarray(level), rel=1e-5 if name == "unit" else 1e-9)


def test_surplus_is_counted_from_zero_price():
    for name in ("logistic", "uniform"):
        assert np.asarray(respond(0.0 * ONE, CASES[name]).surplus) == pytest.approx(0.0)
    assert np.asarray(respond(-200.0 * ONE, CASES["isoelastic"]).surplus) == pytest.approx(0.0)


@pytest.mark.parametrize("wanted", [0.04, 0.2, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("reach", [1.5, 10.0, 100.0])
def test_the_exponent_has_the_elasticity_asked_for(wanted, reach):
    e = float(exponent(np.array(wanted), np.array(reach)))
    r = Responses(ONE, 10.0 * ONE, e * ONE, 10.0 * reach * ONE, jnp.full(3, ISOELASTIC), ONE > 0)
    found = respond(-10.0 * ONE, r)
    assert np.asarray(found.level) == pytest.approx(1.0)
    assert np.asarray(found.slope * 10.0 / found.level) == pytest.approx(wanted, rel=1e-6)


def test_demand_ends_at_the_choke_and_is_straight_below_zero():
    r = CASES["isoelastic"]
    assert np.all(np.asarray(respond(-201.0 * ONE, r).level) == 0.0)
    level = np.asarray(respond(jnp.asarray([0.0, 1.0, 2.0]), r).level)
    assert level[2] - level[1] == pytest.approx(level[1] - level[0]) and level[1] > level[0]


def test_demand_by_hand_near_a_price_of_nil():
    """Base 10, e = 1, choke 200: at 0.5 the power is 10.2 / 0.7, at the choke 10.2 / 200.2."""
    cut = 10.2 / 200.2
    level = respond(-0.5 * ONE, CASES["unit"]).level
    assert np.asarray(level) == pytest.approx(2.0 * (10.2 / 0.7 - cut) / (1.0 - cut))


def test_a_gradient_through_all_forms_at_once_is_the_level():
    """What stands in for a form that an activity does not have gives it no number that is none."""
    r = jax.tree.map(
        lambda *x: jnp.stack([y[0] for y in x]), *(CASES[k] for k in ("logistic", "isoelastic", "uniform"))
    )
    margin = jnp.asarray([9.0, -9.0, 12.0])
    slope = jax.grad(lambda m: respond(m, r).surplus.sum())(margin)
    assert np.asarray(slope) == pytest.approx(np.asarray(respond(margin, r).level))


def test_who_bears_an_ad_valorem_charge():
    a = jnp.asarray([[1.0, -1.0, -1.0], [-2.0, 1.0, 0.0]])
    b = price_matrix(a, jnp.asarray([0.2, 0.5, 0.1]), jnp.asarray([False, False, True]))
    # a maker keeps 1 - t of its sales and pays for its inputs in full; a final user pays 1 + t
    assert np.asarray(b) == pytest.approx(np.array([[0.8, -1.0, -1.1], [-2.0, 0.5, 0.0]]))
