"""Traced programs, kept: what JAX makes of a function before it is compiled, so that no later process traces it again.

To trace the slopes of a path takes seconds of Python, to fetch what came of it a tenth of a second. A function always
runs as the program that was exported, in the first process too, so that its numbers have the same bits in every one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, export
from jax.dtypes import canonicalize_dtype

from earthprice.keep.compiled import ENDINGS
from earthprice.keep.private import private_folder
from earthprice.keep.sealed import keep_sealed, kept_sealed

TRACE = ENDINGS[1]
"""Ending of a traced program, in the folder of the compiled ones."""
Call = Callable[[Sequence[Any]], list[Array]]


class Traced:
    """A pure function of trees of arrays, as a program for each shape that it is given.

    Args:
        function: what is traced; it hands back a tree of arrays.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self._lock = function, Lock()
        self._known: dict[object, Call] = {}

    def __call__(self, *given: Any) -> list[Array]:
        """The arrays that the function hands back, in the order of its tree.

        Args:
            *given: trees of arrays; a number that is no array has no shape to go by and is none.
        """
        leaves, tree = jax.tree.flatten(given)
        key = tree, tuple((x.shape, x.dtype) for x in leaves), canonicalize_dtype(float)
        with self._lock:
            if key not in self._known:
                self._known[key] = jax.jit(self._exported(leaves, tree).call)
        return self._known[key](leaves)

    def _exported(self, leaves: Sequence[Any], tree: Any) -> export.Exported:
        """The program for some shapes: the one that is kept, or traced now."""
        folder, name = _folder(), self._name(leaves, tree)
        shapes = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in leaves]
        found = folder and kept_sealed(folder / f"{name}{TRACE}", name)
        if found:
            return program_of(found, shapes)
        program = _export(lambda x: jax.tree.leaves(self._function(*jax.tree.unflatten(tree, x))), shapes)
        if folder:
            with suppress(OSError):  # a full disk costs no more than to trace it again
                keep_sealed(folder / f"{name}{TRACE}", name, as_bytes(program))
        return program

    def _name(self, leaves: Sequence[Any], tree: Any) -> str:
        """What has to be the same for a program to be fetched: function, shapes, kind of machine, our own text."""
        shapes = [(x.shape, str(x.dtype)) for x in leaves]
        real = str(canonicalize_dtype(float))
        said = (self._function.__qualname__, str(tree), shapes, real, jax.default_backend(), our_text())
        return f"{self._function.__name__.strip('_')}-{sha256(repr(said).encode()).hexdigest()}"


def _export(function: Callable[[Any], list[Array]], shapes: list[jax.ShapeDtypeStruct]) -> export.Exported:
    return export.export(jax.jit(function))(shapes)


def as_bytes(program: export.Exported) -> bytes:
    """A traced program as bytes: a line of JSON, and its module.

    JAX's own form needs a library (flatbuffers) for what is said here in a line.
    """
    out = [(a.shape, str(a.dtype)) for a in program.out_avals]
    head = {"out": out, "takes": program.module_kept_var_idx, "convention": program.calling_convention_version}
    return json.dumps(head).encode() + b"\n" + program.mlir_module_serialized


def program_of(content: bytes, shapes: list[jax.ShapeDtypeStruct]) -> export.Exported:
    """The program that was packed: one of the same shapes in and out that does nothing, with its module for its own."""
    head, _, module = content.partition(b"\n")
    said = json.loads(head)
    blank = _export(lambda _: [jnp.zeros(shape, kind) for shape, kind in said["out"]], shapes)
    return replace(
        blank,
        mlir_module_serialized=module,
        module_kept_var_idx=tuple(said["takes"]),
        calling_convention_version=said["convention"],
    )


def _folder() -> Path | None:
    """Where compiled programs are kept; None where none are, or where others may write."""
    given = jax.config.jax_compilation_cache_dir
    if not given or "://" in given or not jax.config.jax_enable_compilation_cache:
        return None
    folder = Path(given).absolute()
    try:
        return private_folder(folder.parent, folder.name)
    except OSError:
        return None


@cache
def our_text() -> str:
    """Digest of the program's own text, and the versions of what it calculates with."""
    whole = sha256()
    for path in sorted(Path(__file__).resolve().parent.parent.rglob("*.py")):
        whole.update(path.read_bytes())
    return " ".join([whole.hexdigest(), *(version(name) for name in ("earthprice", "jax", "jaxlib", "numpy", "scipy"))])
