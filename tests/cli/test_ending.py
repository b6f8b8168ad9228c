"""Ctrl-C, SIGTERM and memory that runs out: a clean word, the right exit code, nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from earthprice.cli import app, main

TOOL = Path(__file__).resolve().parents[2] / "tools" / "interrupts.py"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_few_endings_at_random_moments_lose_nothing() -> None:
    command = [sys.executable, str(TOOL), "3", "1", "10", "--only", "figures"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "0 of 3 endings went wrong" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_page_and_its_workers_as_it_says(tmp_path: Path) -> None:
    """Heard by all of the terminal's group, workers that are still starting among them; no semaphore is left."""
    pytest.importorskip("uvicorn")
    words = ["explore", "china-2021-draft", "--no-open", "--port", "0", "--years", "2021-2022", "--draws", "24"]
    command = [sys.executable, "-m", "earthprice", *words, "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True) as run:
        assert run.stderr is not None and any(line == "Ctrl-C ends it.\n" for line in run.stderr)
        time.sleep(0.3)
        os.killpg(run.pid, signal.SIGINT)
        assert run.stderr.read() == "earthprice: The page has ended.\n"
    assert run.returncode == 0


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 80 bytes"),
        RuntimeError("can't start new thread"),
    ],
    ids=str,
)
def test_memory_that_runs_out_is_said_in_a_sentence(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> None:
        raise error

    monkeypatch.setattr(app, "app", fails)
    assert main(["show", "china-2021-draft"]) == 1
    assert "Memory ran out" in capsys.readouterr().err


def test_our_own_bug_is_not_called_a_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(app, "app", fails)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["show", "china-2021-draft"])


@pytest.mark.parametrize(
    "words",
    [
        ["assess", "china-2021-draft"],
        ["compare", "china-2021-draft", "china-2024-regulations"],
        ["demo", "cabbage"],
    ],
    ids=lambda w: w[0],
)
def test_a_limit_of_addresses_is_refused_before_the_work_and_not_by_a_trap(words: list[str], tmp_path: Path) -> None:
    pytest.importorskip("resource")
    limited = ["sh", "-c", 'ulimit -v 1953125 && exec "$0" -m earthprice "$@"', sys.executable, *words]
    done = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "limited to 2 GB (ulimit -v)" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
