"""Without a browser its tests are left out and the last line says so; where one is required they fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest
from tests.browser import chromium as place

@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setattr(place, "CHROMIUM", ())
    return place.chromium()

def test_with_one(browser): ...
def test_with_another(browser): ...
def test_without(): ...
"""


def run(folder: Path, required: str) -> list[str]:
    """The last lines of a run of tests that find no browser."""
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.browser.chromium",
        "-p",
        "no:cacheprovider",
        str(folder),
    ]
    env = {"PYTHONPATH": str(ROOT), "EARTHPRICE_BROWSER": required, "PATH": ""}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def test_the_last_line_counts_what_did_not_run(tmp_path: Path) -> None:
    *_, counts, last = run(tmp_path, "")
    assert counts.startswith("1 passed, 2 skipped")
    assert last.startswith("2 browser tests did not run: ") and "apt-get install chromium" in last


def test_a_required_browser_that_is_missing_fails_the_run(tmp_path: Path) -> None:
    *_, last = run(tmp_path, "required")
    assert last.startswith("1 passed, 2 errors")
