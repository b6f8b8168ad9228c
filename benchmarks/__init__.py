"""Benchmarks: how fast the engine is, beside what its arithmetic costs and beside what a user would take instead.

`make bench` runs them all; `python -m benchmarks.NAME` runs one and prints its figures. The package is imported here,
before any numeric library, because it sets how many threads they start and where compiled programs are kept.
"""

import earthprice as earthprice

# isort: split
import jax

jax.config.update("jax_enable_x64", True)
