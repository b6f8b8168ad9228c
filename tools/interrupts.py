"""Ctrl-C and SIGTERM at random moments of an assessment: each ends it within two seconds, and nothing is lost.

python tools/interrupts.py [COUNT] [SEED] [LONGEST] [--only figures]

50 moments, seed 1, until the run's end if left out; what begins with a dash, and all after it, goes to `assess`.

A whole run first leaves a result; then COUNT runs with the same --out are ended somewhere between their first tenth of
a second and their end, half of them with nothing compiled before. Each must end within two seconds with 130 or 143 and
one clean line, leave no process and no half-written folder, and leave the result that was there, or a whole new one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

MOST = 2.0
"""Seconds that an ending may take."""
WORDS = ("assess", "china-2021-draft", "--draws", "8", "--years", "2021-2022")


def begin(folder: Path, compiled: bool, more: Sequence[str]) -> subprocess.Popen[bytes]:
    """An assessment under way, in a process group of its own, as a shell has it."""
    given = os.environ | ({} if compiled else {"JAX_ENABLE_COMPILATION_CACHE": "false"})
    command = [sys.executable, "-m", "earthprice", *WORDS, *more, "--out", str(folder)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=given,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def interrupted(
    folder: Path, moment: float, number: signal.Signals, compiled: bool, more: Sequence[str] = ()
) -> list[str]:
    """What is wrong with one ending; nothing if the run was over before."""
    before = held(folder)
    run = begin(folder, compiled, more)
    time.sleep(moment)
    start = time.monotonic()
    os.killpg(run.pid, number)
    try:
        _, said = run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        return ["still ran after 30 s"]
    seconds, lines = time.monotonic() - start, said.decode().strip().splitlines()
    if run.returncode == 0:
        return []
    wrong = [f"exit code {run.returncode}"] if run.returncode != 128 + number else []
    wrong += [f"{seconds:.1f} s"] if seconds > MOST else []
    wrong += [f"said {line}" for line in lines if "Traceback" in line or "Error" in line or "Exception" in line]
    wrong += [] if lines and lines[-1].startswith("earthprice: ") else ["no clean last line"]
    wrong += [f"process {p} is left" for p in living(run.pid)]
    wrong += [f"{p.name} is left" for p in folder.parent.iterdir() if p != folder]
    after = held(folder)
    return wrong if after == before or "the result stands" in lines[-1] else [*wrong, "the earlier result is not whole"]


def living(group: int, patience: float = 5.0) -> list[int]:
    """Processes of a group that still run after a while; those that only wait to be counted out are dead."""
    end = time.monotonic() + patience
    while True:
        listed = subprocess.run(["ps", "-eo", "pgid=,pid=,stat="], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in listed.splitlines()]
        found = [int(pid) for pgid, pid, state in rows if int(pgid) == group and not state.startswith("Z")]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def held(folder: Path) -> dict[str, str]:
    """Digest of every file of a result."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in files}


def main(count: int, seed: int, longest: int, more: Sequence[str]) -> int:
    """Interrupt `count` runs with `more` options, none later than after `longest` seconds; 1 if anything was wrong."""
    draws, failed = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "result"
        start = time.monotonic()
        if begin(folder, True, more).wait() != 0:
            sys.exit("the whole run failed")
        length = time.monotonic() - start
        for i in range(count):
            moment, number = draws.uniform(0.1, min(length, longest)), draws.choice((signal.SIGINT, signal.SIGTERM))
            wrong = interrupted(folder, moment, number, draws.random() < 0.5, more)
            failed += bool(wrong)
            print(f"{i + 1:3d}  {number.name}  after {moment:5.1f} s  {'; '.join(wrong) or 'well'}", flush=True)
    print(f"{failed} of {count} endings went wrong (seed {seed})")
    return min(failed, 1)


if __name__ == "__main__":
    first = next((i for i, word in enumerate(sys.argv) if word.startswith("-")), len(sys.argv))
    given = [int(word) for word in sys.argv[1:first]]
    sys.exit(main(*(given + [50, 1, 3600][len(given) :]), sys.argv[first:]))
