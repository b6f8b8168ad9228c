"""Traced programs: fetched without tracing again, with the same bits; a damaged one is traced again."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.keep import traced
from earthprice.keep.compiled import compiled_folder
from earthprice.keep.private import private_folder
from earthprice.keep.traced import TRACE, Traced


class Pair(NamedTuple):
    first: jax.Array
    second: jax.Array | None


TRACED: list[int] = []


def solve(pair: Pair, scale: jax.Array) -> Pair:
    TRACED.append(1)
    return Pair(jnp.linalg.solve(pair.first + jnp.eye(len(pair.first)), jnp.sin(scale)), None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    TRACED.clear()
    root = private_folder(tmp_path, "earthprice", "compiled")
    monkeypatch.setattr(traced, "_folder", lambda: root)
    return root


def given(size: int = 3) -> tuple[Pair, np.ndarray]:
    return Pair(np.arange(size * size, dtype=float).reshape(size, size), None), np.arange(float(size))  # type: ignore[arg-type]


def test_another_process_traces_nothing_and_has_the_same_bits(folder: Path) -> None:
    (first,) = Traced(solve)(*given())
    assert len(TRACED) == 1 and len(list(folder.glob(f"*{TRACE}"))) == 1
    again = Traced(solve)
    (second,) = again(*given())
    assert len(TRACED) == 1 and (np.asarray(first) == np.asarray(second)).all()
    np.testing.assert_allclose(first, np.asarray(jax.jit(solve)(*given()).first), rtol=1e-14)
    again(*given(4))
    again(*given(4))
    assert len(TRACED) == 3, "another shape is another program, traced once"  # with the jit above


def test_arrays_that_are_not_used_stay_out_and_results_keep_their_order(folder: Path) -> None:
    pair, scale = given()
    for _ in range(2):
        made = Traced(lambda pair, scale: {"b": pair.first[0], "a": 2 * jnp.ones(2, int)})
        out = made(pair, scale)
        assert [np.asarray(x).tolist() for x in out] == [[2, 2], [0.0, 1.0, 2.0]]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("harm", [b"", b"not a program", None])
def test_a_damaged_program_is_traced_again(folder: Path, harm: bytes | None) -> None:
    (first,) = Traced(solve)(*given())
    (path,) = folder.glob(f"*{TRACE}")
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"!" + whole[-8:] if harm is None else harm)
    (second,) = Traced(solve)(*given())
    assert len(TRACED) == 2 and (np.asarray(first) == np.asarray(second)).all()
    Traced(solve)(*given())
    assert len(TRACED) == 2, "what is traced again is kept again"


def test_another_text_of_the_program_fetches_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Traced(solve)(*given())
    monkeypatch.setattr(traced, "our_text", lambda: "another")
    Traced(solve)(*given())
    assert len(TRACED) == 2 and len(list(folder.glob(f"*{TRACE}"))) == 2


def test_32_bit_fetches_no_program_of_64(folder: Path) -> None:
    Traced(solve)(*given())
    with jax.enable_x64(False):
        (found,) = Traced(solve)(Pair(np.eye(3, dtype=np.float32), None), np.ones(3, np.float32))  # type: ignore[arg-type]
    assert found.dtype == jnp.float32 and len(TRACED) == 2


def test_nothing_is_kept_where_others_may_write(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", str(shared))
    try:
        assert traced._folder() is None
    finally:
        jax.config.update("jax_compilation_cache_dir", before)


def test_the_oldest_go_with_the_compiled_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Traced(solve)(*given())
    monkeypatch.setattr("earthprice.keep.compiled.ROOM", 10)
    assert compiled_folder(str(folder)) is not None and not list(folder.iterdir())
