"""A process of ours looks seldom for rings of objects; one that is somebody else's as before."""

import gc
import subprocess
import sys

from earthprice.keep.swept import OFTEN, sweep_seldom


def test_a_process_of_ours_looks_seldom_and_a_users_as_before() -> None:
    before = gc.get_threshold()
    try:
        sweep_seldom()
        assert gc.get_threshold() == (OFTEN, *before[1:])
    finally:
        gc.set_threshold(*before)
    asked = "import gc; before = gc.get_threshold(); import earthprice; assert gc.get_threshold() == before"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
