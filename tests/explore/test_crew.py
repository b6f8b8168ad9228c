"""Workers of the page: none outlives the program that hired them, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVER = """
import sys, time
from earthprice.explore.crew import Drawers, draw
from earthprice.explore.opened import opening
from earthprice.explore.state import LeverState
from earthprice.study.options import Options

if __name__ == "__main__":
    drawers = Drawers(opening("china-2021-draft", Options(years=(2021, 2022), draws=24)), 1)
    drawers.start(draw, LeverState(), 0)
    print(*drawers._seats[0]._processes, flush=True)
    time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet buried does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc")
def test_a_worker_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "serve.py").write_text(SERVER, encoding="utf-8")
    with subprocess.Popen([sys.executable, "serve.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        assert alive(worker)
        server.kill()
    until = time.monotonic() + 60  # it may still be importing what lets it look
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.2)
    if alive(worker):
        os.kill(worker, 9)
        pytest.fail("the worker goes on without anybody to work for")
