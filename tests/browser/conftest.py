"""A real browser for the tests of the pages: one Chromium a file, a fresh window a test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import chromium

expect.set_options(timeout=60_000)  # on a machine that is busy with other tests an answer takes a while

NASTY = "<script>document.title='run'</script><img src=x onerror=alert(1)> \u202etxet"
CAUGHT = "        - {from: 2022, value: 0.05, range: [0, 0.15]"
SHORT = ("--years", "2021-2024", "--draws", "24")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests of a file: while it is open, no other test can have an event loop."""
    path = chromium()
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"] if as_root else [])
        yield opened
        opened.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A fresh window of 1200 by 900 px without animations; an error in it fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not errors


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rulebook of one's own, with markup and a letter that turns the writing in its title and a heading.

    Read tightly, inspections find twelve times what they find as before.
    """
    shipped = resources.files("earthprice.rulebooks").joinpath("china-2021-draft.yaml").read_text("utf-8")
    text = shipped.replace("rulebook: china-2021-draft", "rulebook: my-draft", 1)
    text = re.sub(r"^title: .*$", lambda _: f'title: "My draft {NASTY}"', text, count=1, flags=re.MULTILINE)
    text = text.replace("heading: Inspection", f'heading: "Inspection {NASTY}"', 1)
    tight = '        - {from: 2022, reading: tight, value: 0.6, range: [0.4, 0.8], basis: assumption, why: "Read so."}'
    assert text.count(CAUGHT) == 1
    text = text.replace(CAUGHT, f"{tight}\n{CAUGHT}")
    path = tmp_path_factory.mktemp("book") / "my-draft.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def server(book: Path) -> Iterator[str]:
    """The address of a page opened on that rulebook; one server a worker."""
    chromium()
    command = [sys.executable, "-m", "earthprice", "explore", str(book), *SHORT]
    command += ["--workers", "1", "--port", "0", "--no-open"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        assert run.stderr is not None
        said = []
        for line in run.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                break
        else:
            pytest.fail("".join(said))
        yield found[0]
        os.killpg(run.pid, signal.SIGINT)
