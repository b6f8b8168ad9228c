"""Where a Chromium is, and what a run says whose browser tests had none: a plugin of pytest, loaded for every test."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Where a Chromium may be, the first that exists is taken; none is ever downloaded."""
NO_BROWSER = "no Chromium was found; `sudo apt-get install chromium` installs one"
LEFT_OUT: list[str] = []
"""Tests of this run that did not run for want of a browser."""


def chromium() -> str:
    """The path of a Chromium. Without one the test is left out, or fails where `EARTHPRICE_BROWSER` is `required`."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    if os.environ.get("EARTHPRICE_BROWSER") == "required":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the tests that were left out; those of xdist's workers arrive here too."""
    if report.skipped and NO_BROWSER in str(report.longrepr):
        LEFT_OUT.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of a run that left browser tests out."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if LEFT_OUT and terminal:
        count = f"{len(LEFT_OUT)} browser test{'s' if len(LEFT_OUT) > 1 else ''} did not run"
        terminal.write_line(f"{count}: {NO_BROWSER}.", yellow=True, bold=True)
