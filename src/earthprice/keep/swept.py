"""How often a program of ours looks for objects that hold each other and nobody else holds."""

from __future__ import annotations

import gc

OFTEN = 50_000
"""Objects made before the young are looked through, where Python says 700."""


def sweep_seldom() -> None:
    """Look seldom from now on: libraries and worlds stay once loaded, and looking through them took a tenth of a start.

    For processes of ours, never where we are a library: it holds for the whole process.
    """
    gc.set_threshold(OFTEN)
