"""The manifest of a result folder: which files were written, with their digests.

It tells what is ours from what is not, and a file as it was written from one that was touched, in any version.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from earthprice.errors import ResultError
from earthprice.keep.inside import LISTED, MOST, listed, parts, read_inside, short

MANIFEST = "manifest.json"
FORMAT = "earthprice-result/1"
SIZE = 2_000_000
"""Greatest manifest [bytes]."""
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Difference:
    """A file that is not as it was written.

    Attributes:
        path: where it lies in the folder.
        words: `is missing`, `was changed`, `is a link`, or `is not of the result`.
    """

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path} {self.words}"


@dataclass(frozen=True)
class Manifest:
    """The files of a result.

    Attributes:
        version: of earthprice, which wrote it.
        files: path in the folder to size [bytes] and SHA-256.
    """

    version: str
    files: Mapping[str, tuple[int, str]]

    @property
    def digest(self) -> str:
        """One SHA-256 for the whole result."""
        lines = [f"{sha}  {path}\n" for path, (_, sha) in sorted(self.files.items())]
        return sha256("".join(lines).encode()).hexdigest()


def write_manifest(folder: Path, version: str) -> Manifest:
    """List every file of a folder with its digest, in `manifest.json`.

    Args:
        folder: a result that is otherwise complete.
        version: of the program.
    """
    files = {name: (found.st_size, sha256(read_inside(folder, name)).hexdigest()) for name, found in listed(folder)}
    rows = [{"path": name, "bytes": size, "sha256": sha} for name, (size, sha) in sorted(files.items())]
    text = json.dumps({"format": FORMAT, "earthprice": version, "files": rows}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return Manifest(version, files)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        ResultError: there is none, or it is not as the format says.
    """
    where = f"{folder}/{MANIFEST}"
    found = read_json(folder, MANIFEST, SIZE)
    rows = found.get("files")
    if found.get("format") != FORMAT or not isinstance(rows, list) or len(rows) > LISTED:
        raise ResultError("is no manifest of a result", where=where, accepted=f"format {FORMAT}, with files")
    files = dict(_row(row, where) for row in rows)
    if sum(size for size, _ in files.values()) > 5 * MOST or len(files) < len(rows):
        raise ResultError("lists a file twice, or more than can be read", where=where)
    return Manifest(repr(str(found.get("earthprice", "unknown")))[1:-1][:40], files)


def _row(row: Any, where: str) -> tuple[str, tuple[int, str]]:
    if not isinstance(row, dict):
        raise ResultError(f"{short(row)} is no file with its digest", where=where)
    path, size, sha = row.get("path"), row.get("bytes"), row.get("sha256")
    name = "/".join(parts(path, where))
    if type(size) is not int or not 0 <= size <= MOST or not isinstance(sha, str) or not HEX.fullmatch(sha):
        raise ResultError(
            f"{short(name)} lacks its size or digest", where=where, accepted=f"bytes up to {MOST}, sha256"
        )
    return name, (size, sha)


def read_json(folder: Path, name: str, most: int) -> dict[str, Any]:
    """A JSON object in a folder.

    Raises:
        ResultError: it is missing, larger than `most` bytes, not UTF-8, not JSON, or no object.
    """
    return as_object(read_inside(folder, name, most), f"{folder}/{name}")


def as_object(content: bytes, where: str) -> dict[str, Any]:
    """Bytes as a JSON object.

    Raises:
        ResultError: not UTF-8, not JSON, or no object.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ResultError(f"byte {error.start} is not UTF-8", where=where) from error
    except json.JSONDecodeError as error:
        raise ResultError(f"cannot be read: {error.msg}", where=f"{where}:{error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise ResultError(f"cannot be read: {short(str(error))}", where=where) from error
    if not isinstance(found, dict):
        raise ResultError(f"holds {short(found)}", where=where, accepted="a JSON object")
    return found


def differences(folder: Path, manifest: Manifest) -> list[Difference]:
    """Files of a folder that are not as the manifest says, and what it does not list, by path.

    Raises:
        ResultError: a file cannot be read, or there are too many.
    """
    there = dict(listed(folder))
    there.pop(MANIFEST, None)
    out = [Difference(name, "is missing") for name in manifest.files.keys() - there.keys()]
    out += [Difference(name, "is not of the result") for name in there.keys() - manifest.files.keys()]
    for name in manifest.files.keys() & there.keys():
        size, sha = manifest.files[name]
        if stat.S_ISLNK(there[name].st_mode):
            out.append(Difference(name, "is a link"))
        elif not stat.S_ISREG(there[name].st_mode) or there[name].st_size != size:
            out.append(Difference(name, "was changed"))
        elif sha256(read_inside(folder, name)).hexdigest() != sha:
            out.append(Difference(name, "was changed"))
    return sorted(out, key=lambda d: d.path)
