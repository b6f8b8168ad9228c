"""Libraries that draw and pack: each is loaded when something is first asked of it, since the figures need none."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING


def on_first_use(name: str) -> ModuleType:
    """A library that loads when something is first asked of it; as it is, where it is loaded already."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    assert spec and spec.loader, f"{name} is one of the libraries that are always installed"
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    import altair as alt
    import openpyxl
    import xarray as xr
else:
    alt, openpyxl, xr = on_first_use("altair"), on_first_use("openpyxl"), on_first_use("xarray")
