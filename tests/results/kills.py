"""A loop in a process of its own, killed again and again at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

FORKS = """
import itertools, os, sys
exec(sys.argv.pop(1))
for _ in sys.stdin:
    if not os.fork():
        act = begun()
        for i in itertools.count():
            act(i)
            i or print(os.getpid(), flush=True)
    os.wait()
    print("dead", flush=True)
"""


def killed(code: str, times: int, seed: int, *words: str) -> Iterator[None]:
    """Begin a loop and kill it within 50 ms after its first round, some times over; what it needs is loaded once.

    `code` defines `begun`, which hands back what is done again and again with the number of the round.
    """
    chance = random.Random(seed)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    command = [sys.executable, "-c", FORKS, code, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as parent:
        assert parent.stdin is not None and parent.stdout is not None
        for _ in range(times):
            print(file=parent.stdin, flush=True)
            child = int(parent.stdout.readline())
            time.sleep(chance.uniform(0.0, 0.05))
            os.kill(child, signal.SIGKILL)
            assert parent.stdout.readline() == "dead\n"
            yield
