"""The site builds without a warning, every cell of its notebooks runs, and the API page has the whole public face."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import earthprice
from tools.pages.fill import DOCS
from tools.pages.site import NOTEBOOKS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once, by the command that users have, its notebooks on fewer draws."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "tools.pages.site", str(folder), "3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=DOCS.parent, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_in_it_and_fits_a_phone(site: Path) -> None:
    pages = {p.relative_to(DOCS).with_suffix(".html") for p in DOCS.rglob("*") if p.suffix in (".md", ".ipynb")}
    assert len(pages) > 25
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        assert 'name="viewport" content="width=device-width' in text, page
    assert len(list((site / "_images").iterdir())) > 20, "the pictures of docs/img"


def test_pages_ask_nothing_of_other_machines(site: Path) -> None:
    for page in site.rglob("*.html"):
        asked = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text(encoding="utf-8"))
        assert not asked, f"{page.name} loads {asked}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_ran_and_shows_what_came_out(name: str, site: Path) -> None:
    book = json.loads((DOCS / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert cells and not any(cell["outputs"] for cell in cells), "outputs are made, not kept"
    text = (site / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    assert text.count("cell_output") >= len(cells) - 1


def test_the_api_page_has_every_public_name(site: Path) -> None:
    text = (site / "api.html").read_text(encoding="utf-8")
    named = set(re.findall(r'id="(earthprice[\w.]*)"', text))
    lacking = [n for n in earthprice.__all__ if not any(i.endswith(f".{n}") for i in named)]
    assert not lacking
    assert "Args" not in re.sub(r"<[^>]+>", " ", text), "a docstring is not read as its sections"
