"""Ctrl-C and SIGTERM: a clean word within a moment, whatever the program is at.

Python hears a signal between two of its own steps, and while a program is compiled or a library imported there may be
none for half a minute; an exception raised there can be lost, or end in a signal of the runtime. So nothing is raised:
the system's handler writes a byte, a thread of ours reads it, says the word, ends the workers, clears what is
half-written, and ends the process. Imported before anything heavy.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from threading import Thread

WORDS = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Told to stop"}
"""Signals that end the program, and the word for each; the exit code is 128 and its number, but for `ends_well`."""
NOTHING = "nothing was written"
SHOW_CURSOR = "\x1b[?25h\r\x1b[K"
"""Undoes what a progress bar does to a terminal."""

_last = [NOTHING]
_meant = [""]
"""What Ctrl-C is answered by where it is how the program is meant to end; else empty."""


def watch(*, as_json: bool) -> None:
    """End the process within a moment of Ctrl-C or SIGTERM, from now on.

    Args:
        as_json: whether the word is one JSON object on stdout instead of a line on stderr.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    Thread(target=_wait, args=(heard, as_json), daemon=True).start()
    for number in WORDS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup and the like: asked not to hear
            signal.signal(number, lambda _number, _frame: None)


def last_words(words: str) -> None:
    """What is said of the work if the program is ended from now on."""
    _last[0] = words


def ends_well(words: str) -> None:
    """From now on Ctrl-C is how the program is meant to end: it says these words, and its exit code is 0."""
    _meant[0] = words


def _wait(heard: int, as_json: bool) -> None:
    number = 0
    while number not in WORDS:
        number = os.read(heard, 1)[0]
    meant = _meant[0] if number == signal.SIGINT else ""
    code = 0 if meant else 128 + number
    try:
        _tell(meant or f"{WORDS[signal.Signals(number)]}; {_last[0]}.", code, as_json)
        _end_workers()
        _clear_parts()
    finally:
        os._exit(code)


def _tell(words: str, code: int, as_json: bool) -> None:
    """Say it past the streams, which another thread may hold."""
    if sys.stderr.isatty():
        os.write(2, SHOW_CURSOR.encode())
    said = json.dumps({"status": "error", "exit_code": code, "message": words}) if as_json else f"earthprice: {words}"
    os.write(1 if as_json else 2, f"{said}\n".encode())


def _end_workers() -> None:
    from multiprocessing import active_children
    from multiprocessing.util import _run_finalizers

    if study := sys.modules.get("earthprice.runs.crew"):  # not imported: there are none
        study.STARTING.acquire(timeout=1.0)
    for worker in active_children():
        worker.kill()
    _run_finalizers(0)  # as at the end of any program: pools give their semaphores back


def _clear_parts() -> None:
    parts = sys.modules.get("earthprice.results.parts")  # not imported: nothing is half-written
    for part in list(getattr(parts, "OPEN", ())):
        part.abandon()
    for folder in list(getattr(parts, "BEGUN", ())):  # made, and not yet a part
        shutil.rmtree(folder, ignore_errors=True)
