"""Every test runs in 64 bit, with examples that are the same every time."""

import jax
from hypothesis import settings

jax.config.update("jax_enable_x64", True)
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")
