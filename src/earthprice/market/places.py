"""Places: entries of a vector read, put and summed at places known to lie in it.

JAX takes a place below nil from the end and looks whether it lies in the array, by kernels that are compiled each for
itself: a hundred in a path. Places of the market are counted once, from nil, by the plan that lays it out.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array


def gather(x: Any, place: Any) -> Array:
    """`x[place]` [of the place's shape].

    Args:
        x: a vector or matrix.
        place: integers, or a tuple of such by axis; each from nil to less than the axis is long.
    """
    return jnp.asarray(x).at[place].get(mode="promise_in_bounds", wrap_negative_indices=False)


def scatter(x: Any, place: Any, value: Array) -> Array:
    """The vector with `value` at places of which no two are the same; arguments as of `scatter_add`."""
    return (
        jnp.asarray(x).at[place].set(value, unique_indices=True, mode="promise_in_bounds", wrap_negative_indices=False)
    )


def scatter_add(x: Any, place: Any, value: Array, *, unique: bool = False) -> Array:
    """The vector with `value` added at places, as often as they come.

    Args:
        x: a vector or matrix.
        place: integers, or a tuple of such by axis; each from nil to less than the axis is long.
        value: what is added [of the place's shape].
        unique: no two places are the same.
    """
    return (
        jnp.asarray(x)
        .at[place]
        .add(
            value,
            unique_indices=unique,
            mode="promise_in_bounds",
            wrap_negative_indices=False,
        )
    )
