"""The pages of docs/ as a site: `make site`, or `python -m tools.pages.site [FOLDER [DRAWS]]`; warnings are errors.

The notebooks run first, in their order and in one kernel, so that they share what was imported and compiled; the site
shows what came out, on as many draws as they say or on DRAWS. What they write lands in a folder of their own,
which is removed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

from tools.pages.fill import DOCS

SITE = DOCS.parent / "build" / "site"
NOTEBOOKS = ("first-answer", "own-rulebook", "own-mine", "sensitivity", "reading-the-draws")
"""In the order in which they run: the last reads what the first wrote."""
SECONDS = 900
"""Within which a cell must end, on a machine that does much else."""


def run_notebooks(folder: Path, draws: str = "") -> None:
    """Run the notebooks of a folder and keep their outputs; an error of a cell ends it.

    Args:
        folder: holds the notebooks of `NOTEBOOKS`.
        draws: how many in place of what their cells say; nothing: as they say.
    """
    books = {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in NOTEBOOKS}
    whole = nbformat.v4.new_notebook()
    whole.cells = [cell for book in books.values() for cell in book.cells]  # the same cells: outputs land in the books
    for cell in whole.cells:
        cell.source = re.sub(r"\bdraws=\d+", f"draws={draws}", cell.source) if draws else cell.source
    with TemporaryDirectory() as desk:
        NotebookClient(whole, timeout=SECONDS, resources={"metadata": {"path": desk}}).execute()
    for name, book in books.items():
        nbformat.write(book, folder / f"{name}.ipynb")


def build(site: Path, draws: str = "") -> None:
    """Run the notebooks and build the site.

    Args:
        site: where it is to stand.
        draws: as of `run_notebooks`.

    Raises:
        SystemExit: a warning, with its words.
        nbclient.exceptions.CellExecutionError: a cell of a notebook fails.
    """
    with TemporaryDirectory() as folder:
        pages = Path(folder) / "docs"
        shutil.copytree(DOCS, pages)
        run_notebooks(pages / "notebooks", draws)
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(pages), str(site)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    build(place, *sys.argv[2:])
    print(f"{place / 'index.html'} written")
