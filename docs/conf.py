"""The pages of this folder as a site: `make site`. docs/index.md's table is its table of contents."""

from __future__ import annotations

import re
from typing import Any

import earthprice

project = "earthprice"
author = copyright = "earthprice authors"
release = version = earthprice.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"earthprice {release}"
html_show_sourcelink = html_copy_source = False
myst_heading_anchors = 4
nb_execution_mode = "off"  # tools/pages/site.py ran them
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_typehints_description_target = "documented"
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_preprocess_types = False
PAGE = re.compile(r"\]\(([\w/-]+)\.(?:md|ipynb)\)")


def contents(_app: Any, page: str, source: list[str]) -> None:
    """Hang the pages that the index links to under it, so that each is listed once."""
    if page == "index":
        tree = "\n".join(dict.fromkeys(PAGE.findall(source[0])))
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n"


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", contents)
