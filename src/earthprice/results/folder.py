"""A place for a result: looked at before the work starts, and filled whole or not at all.

What lies there is replaced only if it is provably ours and holds nothing else: every file is in the manifest that we
wrote, with the digest that it had. The result is built beside its place, under a mark that its process holds locked, so
that what a killed run has left is known and cleared by the next.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from earthprice import __version__
from earthprice.errors import EarthpriceError, OptionError, ResultError, shorten
from earthprice.keep.manifest import MANIFEST, differences, read_manifest, write_manifest
from earthprice.results.parts import Part, clear_parts, drop_empty, filled_by_another, open_part

ROOM = 32 << 20
"""Place on the disk that is taken before the work starts [bytes]; a result with all its files takes about half."""
DEEPEST = "tables/" + 60 * "x"
"""As long as the longest path in a result."""
WHERE = "the result's folder"
ACCEPTED = "a new or empty folder, or one that holds an earlier result and nothing else"
GIVEN = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.ENOENT,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.EINVAL,
    errno.EILSEQ,
)
"""What the system says of a folder that cannot be used; anything else is the machine's fault."""


class KeptPlace:
    """A place that is kept for one result.

    Args:
        folder: where the result is to stand.
        part: the folder beside it in which it is built.
    """

    def __init__(self, folder: Path, part: Part) -> None:
        self._folder, self._part = folder, part

    def put(self, write: Callable[[Path], object]) -> list[Path]:
        """Have the result written, and put it in its place whole; an earlier result goes.

        Args:
            write: writes every file into the folder that it is given.

        Returns:
            Every file written, in order.

        Raises:
            EarthpriceError: the disk is full or may not be written; an earlier result is as it was.
            OptionError: the place was filled by somebody else meanwhile; says where the result stands.
        """
        made = self._part.begin()
        try:
            write(made)
            drop_empty(made)
            write_manifest(made, __version__)
            names = sorted(p.relative_to(made) for p in made.rglob("*") if p.is_file())
            self._place(made)
        except OSError as error:
            raise _unwritten(self._folder, error) from error
        return [self._folder / name for name in names]

    def _place(self, made: Path) -> None:
        try:
            must_be_free(self._folder)
        except OptionError as error:
            raise self._beside(made, error) from error
        old = self._part.old
        if self._folder.exists():
            self._folder.rename(old)
        try:
            if old.exists() and (why := _not_ours(old)):
                old.rename(self._folder)
                raise self._beside(made, OptionError(f"{self._folder} holds what is not ours: {why}.", where=WHERE))
            made.rename(self._folder)
        finally:
            if old.exists() and not self._folder.exists():
                old.rename(self._folder)

    def _beside(self, made: Path, error: OptionError) -> OptionError:
        """The place is no longer free: the result is put beside it, nothing is lost."""
        other = self._folder.parent / f"earthprice-{self._part.token}"
        made.rename(other)
        return OptionError(
            f"{error.what} It was filled while the result was made, which stands in {other}",
            where=WHERE,
            accepted=ACCEPTED,
        )


@contextmanager
def claim(folder: Path, room: int = ROOM, *, holds: str = "") -> Iterator[KeptPlace]:
    """Keep a place for a result: everything about it that could fail is looked at now, before the work.

    Args:
        folder: where the result is to stand: new, empty, or an earlier result of ours and nothing else.
        room: place on the disk to hold until the result is written [bytes].
        holds: a file that every result of the kind holds: one of another kind is not replaced; empty: any is.

    Raises:
        OptionError: the place cannot be used, or another run is at work on a result for it; says why.
        EarthpriceError: the disk is full.
    """
    target = usable_folder(folder)
    must_be_free(target)
    if (target / MANIFEST).is_file() and not (target / holds).exists():
        what = f"{folder} holds an earlier result of another kind, without a {holds}; nothing was touched."
        raise OptionError(what, where=WHERE, accepted="a new or empty folder, or an earlier result of the same kind")
    _must_go(folder, target)
    made = _missing(target.parent)
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            clear_parts(target.parent)
            _must_be_alone(folder, target)
            part = open_part(target, room)
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            _must_be_alone(folder, target)
            yield KeptPlace(target, part)
        finally:
            part.close()
    finally:
        for above in made:
            with suppress(OSError):  # only what is empty goes
                above.rmdir()


def _must_be_alone(given: Path, target: Path) -> None:
    """Refuse a place for which another run that lives is building a result: the later would replace the earlier.

    Raises:
        OptionError: says so.
        OSError: the folder above it cannot be read.
    """
    if filled_by_another(target):
        what = f"another run is at work on a result for {given}"
        raise OptionError(what, where=WHERE, accepted="another folder, or this one once that run has ended")


def _must_go(given: Path, target: Path) -> None:
    """Refuse an earlier result that could not be moved away and removed when the new one stands.

    Raises:
        OptionError: it or a folder in it may not be written; says which.
    """
    for above in [target, *(p for p in target.rglob("*") if p.is_dir())] if target.is_dir() else ():
        if not os.access(above, os.W_OK | os.X_OK):
            what = f"{given / above.relative_to(target)} holds an earlier result and may not be written"
            raise OptionError(what, where=WHERE, accepted=f"another folder, or this one after chmod -R u+w {given}")


def usable_folder(folder: Path) -> Path:
    """The whole path of a folder whose name can be used.

    Raises:
        OptionError: a name that no file system, or no reader, takes as it is meant.
    """
    name = str(folder)
    if any(not c.isprintable() or 0xD800 <= ord(c) < 0xE000 for c in name):
        raise OptionError(f"{name!r} holds characters that no name should", where=WHERE, accepted="letters")
    if name.startswith("~"):
        what = f"'{name}': the shell has not put your home in the place of ~"
        raise OptionError(what, where=WHERE, accepted=f"--out {name}, without = and quotes, or the whole path")
    target = Path(os.path.abspath(folder))
    here = Path.cwd()
    if target in (here, *here.parents):
        what = f"{target} is the folder that you work in, or lies above it"
        raise OptionError(what, where=WHERE, accepted="a folder of its own, such as result")
    try:
        with suppress(FileNotFoundError):
            os.lstat(target / DEEPEST)
    except NotADirectoryError:
        pass  # a file: said in full by `must_be_free`
    except OSError as error:
        raise _unusable(folder, error) from error
    return target


def must_be_free(folder: Path) -> None:
    """Nothing lies there but, perhaps, an earlier result of ours.

    Raises:
        OptionError: a file, a link, a mounted disk, or a folder with something that is not ours: says what.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OptionError(f"{folder} is not a folder.", where=WHERE, accepted=ACCEPTED)
    if os.path.ismount(folder):
        raise OptionError(
            f"{folder} is a mounted disk, which cannot be replaced.", where=WHERE, accepted="a folder on it"
        )
    try:
        why = _not_ours(folder) if folder.is_dir() else ""
    except OSError as error:
        raise _unusable(folder, error) from error
    if why:
        raise OptionError(
            f"{folder} holds files that are not a result of earthprice, or were changed: {why}; nothing was touched.",
            where=WHERE,
            accepted=ACCEPTED,
        )


def _not_ours(folder: Path) -> str:
    """What in a folder is not a result as we wrote it; empty if nothing, or nothing is there."""
    if not any(folder.iterdir()):
        return ""
    if not (folder / MANIFEST).is_file():
        names = sorted(p.name for p in folder.iterdir())
        older = " (results of version 0.1.0 have none: remove them by hand)" if "run.json" in names else ""
        return f"{shorten([repr(n)[1:-1] for n in names], 6)}, without a {MANIFEST}{older}"
    try:
        found = differences(folder, read_manifest(folder))
    except ResultError as error:
        return str(error)
    return shorten([repr(str(d))[1:-1] for d in found], 6)


def _missing(folder: Path) -> list[Path]:
    """The folder and those above it that do not exist yet, lowest first."""
    return [p for p in (folder, *folder.parents) if not p.exists()]


def _unusable(folder: Path, error: OSError) -> EarthpriceError:
    reason = error.strerror or str(error)
    if error.errno in GIVEN:
        return OptionError(f"{repr(str(folder))[1:-1]} cannot be used: {reason}", where=WHERE, accepted=ACCEPTED)
    return EarthpriceError(f"No result could be written to {folder}: {reason}. Nothing was started.")


def _unwritten(folder: Path, error: OSError) -> EarthpriceError:
    reason = error.strerror or str(error)
    before = "The earlier result is unchanged." if folder.exists() else "Nothing half-written is left."
    return EarthpriceError(f"The report could not be written to {folder}: {reason}. {before}")


def must_take_files(folder: Path, where: str, accepted: str, name: str = "") -> None:
    """Refuse, before any work, a folder in which no file can be made.

    Args:
        folder: the folder, as it was given.
        where: what named it.
        accepted: what is accepted in its place.
        name: what is to stand in it, as it was given; empty: the folder is what was given.

    Raises:
        OptionError: it is none, or may not be written.
        EarthpriceError: the disk is full.
    """
    try:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        part = folder / f".earthprice-{os.urandom(8).hex()}.part"
        part.touch(exist_ok=False)
        part.unlink()
    except OSError as error:
        what = f"{name or folder} cannot be written: no file can be made in {folder.resolve()}"
        what = f"{what} ({error.strerror or error})"
        if error.errno in GIVEN:
            raise OptionError(what, where=where, accepted=accepted) from error
        raise EarthpriceError(f"{what}. Nothing was started.") from error


def must_be_new(path: Path) -> None:
    """Refuse, before any work, a file that `new_file` could not write.

    Raises:
        OptionError: it exists, or its folder does not, or takes no files.
        EarthpriceError: the disk is full.
    """
    if path.exists() or path.is_symlink():
        raise OptionError(f"'{path}' exists and is not overwritten.", where="FILE", accepted="a new name")
    if not path.parent.is_dir():
        raise OptionError(f"{path.parent} is no folder", where="FILE", accepted="a new file in a folder that is there")
    must_take_files(path.parent, "FILE", "a new file in a folder that may be written", str(path))


def new_file(path: Path, content: str | bytes) -> None:
    """Write a file that must not exist yet, whole or not at all.

    Raises:
        OptionError: as of `must_be_new`.
        OSError: it cannot be written; nothing is left then.
    """
    must_be_new(path)
    part = path.with_name(f".earthprice-{os.urandom(8).hex()}.part")
    made = content.encode() if isinstance(content, str) else content
    try:
        part.write_bytes(made)
        os.link(part, path)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):  # a file system without links
            return _exclusive(path, made)
        if error.errno != errno.EEXIST:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise OptionError(f"'{path}' exists and is not overwritten.", where="FILE", accepted="a new name") from error
    finally:
        part.unlink(missing_ok=True)


def new_folder(path: Path, source: Path, *more: Path) -> None:
    """Copy a folder's files to a folder that must not exist yet, whole or not at all.

    Args:
        path: the new folder.
        source: the folder copied.
        more: folders whose files are added; of a table of the same name the rows.

    Raises:
        OptionError: as of `must_be_new`.
        OSError: it cannot be written; nothing is left then.
    """
    must_be_new(path)
    part = path.with_name(f".earthprice-{os.urandom(8).hex()}.part")
    try:
        copied(source, part)
        for file in (f for folder in more for f in folder.iterdir()):
            text, target = file.read_text(encoding="utf-8"), part / file.name
            with target.open("a", encoding="utf-8") as stream:
                stream.write(text.split("\n", 1)[1] if target.stat().st_size else text)
        part.rename(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def copied(source: Path, target: Path) -> None:
    """Copy a folder with all below it; the first file that fails ends it, so that a full disk is told as one.

    Raises:
        OSError: a file cannot be read or written; what was copied stays.
    """
    target.mkdir()
    for path in sorted(source.rglob("*")):
        to = target / path.relative_to(source)
        to.mkdir() if path.is_dir() else shutil.copyfile(path, to)


def _exclusive(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        try:
            stream.write(content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
