"""Bytes with a seal: a digest over what they are and under which name they are kept.

A file that was damaged, cut, or put under another's name is no longer what was kept, and counts as not kept.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from earthprice.keep.private import NotPrivateError, read_private, write_private

MARK = b"earthprice-kept/1\n"
"""Beginning of a sealed file; its number rises when the form changes."""
LENGTH = len(MARK) + sha256().digest_size
MOST = 1 << 30
"""Greatest file that is read [bytes]."""


def keep_sealed(path: Path, name: str, content: bytes) -> None:
    """Keep bytes under a name, whole or not at all.

    Args:
        path: the file.
        name: what tells these bytes from all others that could lie here; the digest holds it.
        content: what is kept.

    Raises:
        OSError: it cannot be written.
    """
    write_private(path, MARK + _digest(name, content) + content)


def kept_sealed(path: Path, name: str) -> bytes | None:
    """What was kept under a name; None where nothing was, or where it is not what was kept: that is removed.

    Args:
        path: the file.
        name: as given to `keep_sealed`.
    """
    try:
        found = read_private(path, MOST)
    except FileNotFoundError:
        return None
    except (NotPrivateError, OSError):
        found = b""
    content = found[LENGTH:]
    if found[:LENGTH] == MARK + _digest(name, content):
        return content
    discard(path)
    return None


def discard(path: Path) -> None:
    """Remove a file that is not what was kept; one that cannot be removed stays and is never read."""
    with suppress(OSError):
        path.unlink()


def _digest(name: str, content: bytes) -> bytes:
    whole = sha256(MARK)
    whole.update(f"{len(name.encode())}:{name}".encode())
    whole.update(content)
    return whole.digest()
