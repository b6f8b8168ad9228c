"""A file or folder of one's own that is written: new, whole or not at all, and told by the name that was given."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from earthprice.errors import OptionError
from earthprice.results.folder import copied, must_be_new, new_file, new_folder
from tests.results.conftest import everything


def test_a_copy_ends_at_the_first_file_that_finds_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "from" / "deep").mkdir(parents=True)
    for name in ("a", "deep/b"):
        (tmp_path / "from" / name).write_text(name)
    copied(tmp_path / "from", tmp_path / "to")
    assert everything(tmp_path / "to") == everything(tmp_path / "from")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError) as found:
        new_folder(tmp_path / "new", tmp_path / "from")
    assert found.value.errno == errno.ENOSPC and not list(tmp_path.glob(".earthprice*"))


def test_a_new_file_is_never_written_over_another(tmp_path: Path, monkeypatch) -> None:
    new_file(tmp_path / "mine.yaml", "one")
    with pytest.raises(OptionError, match="exists"):
        new_file(tmp_path / "mine.yaml", "two")
    monkeypatch.setattr("earthprice.results.folder.must_be_new", lambda _path: None)  # it came after that look
    with pytest.raises(OptionError, match="exists"):
        new_file(tmp_path / "mine.yaml", "two")
    monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OSError):
        new_file(tmp_path / "mine.yaml", "two")
    new_file(tmp_path / "other.yaml", "three")
    assert everything(tmp_path) == {"mine.yaml": b"one", "other.yaml": b"three"}


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_file_that_could_not_be_written_is_refused_before_the_work_by_the_name_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter was written for twenty seconds, and then a hidden file was said not to be there."""
    monkeypatch.chdir(tmp_path)
    must_be_new(Path("l.md"))
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(os, "access", lambda *_: False)
    for refused in (must_be_new, lambda path: new_file(path, "x"), lambda path: new_folder(path, tmp_path)):
        with pytest.raises(
            OptionError, match=r"^FILE: l\.md cannot be written.*Accepted: a new file in a folder that"
        ) as e:
            refused(Path("l.md"))
        assert ".earthprice" not in str(e.value)
    with pytest.raises(OptionError, match="nowhere is no folder"):
        new_folder(Path("nowhere/w"), tmp_path)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a system without /proc")
def test_a_place_that_takes_no_files_from_anybody_is_refused_too() -> None:
    with pytest.raises(OptionError, match=r"^FILE: /proc/l\.md cannot be written"):
        must_be_new(Path("/proc/l.md"))


def test_a_disk_that_is_full_in_the_end_is_told_of_the_file_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "hidden")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space") as caught:
        new_file(tmp_path / "l.md", "x")
    assert caught.value.filename == str(tmp_path / "l.md")
