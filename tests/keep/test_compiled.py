"""JAX's compiled programs: kept sealed, a damaged one replaced, nothing kept where others may write."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from jax._src import compilation_cache

import earthprice.market  # noqa: F401  it has JAX keep its programs sealed
from earthprice.keep.compiled import ENDING, Programs, compiled_folder

CODE = """
import earthprice.market, jax, jax.numpy as jnp
print(float(jax.jit(lambda x: (jnp.sin(x) @ jnp.cos(x).T).sum(), inline=False)(jnp.arange(9.0).reshape(3, 3))))
"""


def compiled(folder: Path) -> str:
    """What a fresh process says that compiles a small program, warnings as errors."""
    env = {**os.environ, "JAX_COMPILATION_CACHE_DIR": str(folder), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    command = [sys.executable, "-W", "error", "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert not done.stderr
    return done.stdout


def test_jax_asks_us_for_its_folder() -> None:
    assert compilation_cache.get_file_cache is compiled_folder


def test_a_damaged_program_is_replaced_without_a_word(tmp_path: Path) -> None:
    first = compiled(tmp_path)
    kept = {p: p.read_bytes() for p in tmp_path.iterdir()}
    assert kept and all(p.name.endswith(ENDING) for p in kept)
    for i, path in enumerate(kept):
        path.write_bytes((b"", kept[path][:-7], kept[path][:60] + b"!" + kept[path][61:])[i % 3])
    assert compiled(tmp_path) == first
    again = {p: p.read_bytes() for p in tmp_path.iterdir()}
    whole = Programs(tmp_path)  # a program compiled anew need not have the same bytes
    assert set(again) == set(kept) and all(whole.get(p.name.removesuffix(ENDING)) is not None for p in kept)
    times = {p: p.stat().st_mtime_ns for p in again}
    assert compiled(tmp_path) == first and times == {p: p.stat().st_mtime_ns for p in again}


def test_a_damaged_entry_is_never_handed_to_jax(tmp_path: Path) -> None:
    programs, chance, text = Programs(tmp_path), random.Random(2), b"a compiled program" * 20
    path = tmp_path / f"key{ENDING}"
    for _ in range(300):
        programs.put("key", text)
        whole = bytearray(path.read_bytes())
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(whole)
        assert programs.get("key") is None and not path.exists()
    programs.put("key", text)
    assert programs.get("key") == text


def test_nothing_is_kept_where_others_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    assert compiled_folder(str(folder)) is None
    assert compiled_folder(str(tmp_path / "mine")) is not None
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    assert compiled_folder(str(tmp_path / "link")) is None


def test_the_oldest_programs_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs(tmp_path)
    for i in range(5):
        programs.put(str(i), b"x" * 1000)
        os.utime(tmp_path / f"{i}{ENDING}", (i, i))
    monkeypatch.setattr("earthprice.keep.compiled.ROOM", 2500)
    assert compiled_folder(str(tmp_path)) is not None
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"3{ENDING}", f"4{ENDING}"]
