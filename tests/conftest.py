"""Every test runs in 64 bit, with examples that are the same every time."""

import earthprice  # noqa: F401  before jax: it says where compiled programs are kept and how many threads they have

# isort: split
import jax
from hypothesis import settings

jax.config.update("jax_enable_x64", True)
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")
