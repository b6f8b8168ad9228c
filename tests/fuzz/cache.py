"""Kept draws and compiled programs that were damaged: they count as not kept, and are never other numbers."""

from __future__ import annotations

import functools
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from earthprice.errors import EarthpriceError
from earthprice.keep.compiled import Programs
from earthprice.results.kept_draws import Shelf
from tests.fuzz.harness import Target
from tests.results.test_packing import alike, made

PROGRAM = bytes(range(256)) * 40


class DiscardedError(EarthpriceError):
    """What was kept is not used; it would be made again."""


@dataclass(frozen=True)
class Damaged:
    """An entry of the cache with other bytes.

    Attributes:
        kind: `draws` or `program`.
        content: the bytes of its file.
    """

    kind: str
    content: bytes


@functools.cache
def kept() -> tuple[Path, Shelf, Programs]:
    """A cache that holds draws `0` and `1` and programs `0` and `1`."""
    root = Path(tempfile.mkdtemp(prefix="earthprice-fuzz-"))
    shelf, programs = Shelf(root=root, place=root).opened("a study"), Programs(root)
    for k in (0, 1):
        shelf.put(str(k), made(1.0 + k))
        programs.put(str(k), PROGRAM + bytes([k]))
    return root, shelf, programs


@functools.cache
def entries() -> dict[str, tuple[Path, bytes, bytes]]:
    """Kind -> file of entry 0, its bytes, and those of entry 1."""
    root, _, _ = kept()
    out = {}
    for kind, pattern in (("draws", "earthprice/draws/*/?.draws"), ("program", "?.program")):
        first, second = sorted(root.glob(pattern))
        out[kind] = (first, first.read_bytes(), second.read_bytes())
    return out


def make(chance: random.Random) -> Damaged:
    """An entry: damaged in one of eight ways, or as it was."""
    kind = chance.choice(("draws", "program"))
    _, whole, other = entries()[kind]
    at, end = sorted(chance.randrange(len(whole)) for _ in range(2))
    ways = (
        whole,
        whole[:at],
        whole + chance.randbytes(1 + at % 50),
        other,
        b"",
        whole[:at] + chance.randbytes(4) + whole[at:],
        whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :],
        whole[:at] + whole[end:],
        whole[:at] + bytes(end - at) + whole[end:],
    )
    return Damaged(kind, chance.choice(ways))


def attempt(damaged: Damaged) -> None:
    """Read it.

    Raises:
        DiscardedError: it counts as not kept.
    """
    _, shelf, programs = kept()
    path, whole, _ = entries()[damaged.kind]
    path.write_bytes(damaged.content)
    path.chmod(0o600)
    found = shelf.get("0") if damaged.kind == "draws" else programs.get("0")
    if found is None:
        assert damaged.content != whole and not path.exists(), "what is discarded is removed"
        raise DiscardedError(f"{damaged.kind}: not what was kept")
    good = alike(found, made()) if damaged.kind == "draws" else found == PROGRAM + b"\0"
    assert good and damaged.content == whole, "other numbers than were kept"


CACHE = Target("cache", make, attempt, small=500)
