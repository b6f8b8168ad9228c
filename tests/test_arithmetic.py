"""64 bit, one thread, the compile cache: the same bits whoever imported what before, and the user's settings stay."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice import arithmetic
from earthprice.arithmetic import settled, threaded
from earthprice.demos import tiny
from earthprice.errors import InputError
from earthprice.facts.world import load_world
from earthprice.market import clear
from earthprice.runs import engine
from earthprice.runs.runner import do

MANY = 3


@pytest.fixture
def many_threads() -> Iterator[None]:
    """Linear algebra as it is for a user who imported NumPy first: several threads."""
    before = [get() for get, _ in threaded()]
    for _, put in threaded():
        put(MANY)
    yield
    for (_, put), n in zip(threaded(), before, strict=True):
        put(n)


def balanced(_: int) -> bytes:
    """Multipliers of the base year, by LU of some 400 nodes."""
    return engine.engine(load_world(), 2023).multipliers.tobytes()


def test_a_study_runs_on_one_thread_and_gives_the_others_back(many_threads: None) -> None:
    assert [get() for get, _ in threaded()] == [MANY] * len(threaded()) and threaded()
    with settled():
        with settled():
            assert {get() for get, _ in threaded()} == {1}
        assert {get() for get, _ in threaded()} == {1}
    assert {get() for get, _ in threaded()} == {MANY}


def test_threads_of_the_user_change_no_bit(many_threads: None) -> None:
    for _, put in threaded():
        put(1)
    alone = balanced(0)
    for _, put in threaded():
        put(MANY)
    assert do(balanced, 0) == alone


def test_a_study_is_in_64_bit_and_the_user_keeps_his_own() -> None:
    def dtype(_: int) -> np.dtype:
        return jnp.ones(1).dtype

    with jax.enable_x64(False), ThreadPoolExecutor(1) as others:
        assert do(dtype, 0) == np.float64
        assert others.submit(do, dtype, 0).result() == np.float64
        assert dtype(0) == np.float32


def test_a_market_in_32_bit_is_refused_in_words() -> None:
    book = tiny.Book().good("ore").supply("mine", {"ore": 1.0}).demand("use", "ore")
    market = jax.tree.map(lambda x: x.astype(jnp.float32) if x.dtype == jnp.float64 else x, book.market())
    with jax.enable_x64(False), pytest.raises(InputError, match="32 bit.*settled"):
        clear(market, market.reference)


@pytest.mark.parametrize(
    "entry",
    [
        "study.assess.assess",
        "study.compare.compare",
        "study.stress.stress",
        "past.hindcast.hindcast",
        "past.calibrate.calibrate",
        "demos.catalogue.demonstrate",
    ],
)
def test_every_question_is_settled(entry: str) -> None:
    room, _, name = entry.rpartition(".")
    module = __import__(f"earthprice.{room}", fromlist=[name])
    assert getattr(module, name).__wrapped__.__name__ == name


FIRST = """
import jax, jax.numpy as jnp
jnp.ones(3).sum().block_until_ready()
from earthprice.arithmetic import settled
with settled():
    jax.jit(lambda x: jnp.linalg.inv(x) @ x)(jnp.eye(7)).block_until_ready()
print(jnp.ones(1).dtype, jax.config.jax_compilation_cache_dir)
"""


def test_programs_are_kept_though_jax_was_imported_first(tmp_path: Path) -> None:
    said = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    said |= {"XDG_CACHE_HOME": str(tmp_path), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    done = subprocess.run([sys.executable, "-c", FIRST], env=said, capture_output=True, text=True, check=True)
    kept = tmp_path / "earthprice" / "compiled"
    assert done.stdout.split() == ["float32", str(kept)]
    assert any(kept.iterdir())


def test_programs_are_unloaded_before_a_process_has_no_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    if not arithmetic.MAPS.exists():
        assert arithmetic.pieces() == 0, "no bound to keep to"
        return
    programs = arithmetic.LoadedPrograms()
    monkeypatch.setattr(arithmetic, "PROGRAMS", programs)
    jax.jit(lambda x: jnp.sin(x) @ jnp.cos(x))(jnp.ones(7)).block_until_ready()
    before, unload, unloaded = arithmetic.pieces(), jax.clear_caches, []
    monkeypatch.setattr(jax, "clear_caches", lambda: unloaded.append(unload()))
    for most, looked, times in ((4 * before, -1e9, 0), (before, None, 0), (before, -1e9, 1)):
        monkeypatch.setattr(arithmetic, "most_pieces", lambda most=most: most)
        if looked is not None:
            monkeypatch.setattr(programs, "_looked", looked)
        with arithmetic.settled():
            assert len(unloaded) == times, "half is free; nobody looks twice in ten seconds; then all go"
    assert arithmetic.pieces() < before


THREADS = """
from pathlib import Path
import earthprice, jax, jax.numpy as jnp
jax.jit(lambda x: jnp.sin(x) @ jnp.cos(x))(jnp.ones((9, 9))).block_until_ready()
print(sum("XLAEigen" in (t / "comm").read_text() for t in Path("/proc/self/task").iterdir()))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux names threads there")
@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"NPROC": "3"}, "3")])
def test_compiled_programs_of_a_process_take_one_thread_unless_the_user_says_more(given: dict, threads: str) -> None:
    said = {k: v for k, v in os.environ.items() if k != "NPROC"} | given
    done = subprocess.run([sys.executable, "-c", THREADS], env=said, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [threads]
