"""Folders of the user alone: every level, no links, no other user, and no home at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from earthprice.keep.private import NotPrivateError, cache_root, private_folder, read_private, tidy_parts, write_private
from earthprice.keep.sealed import keep_sealed, kept_sealed

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_every_level_is_made_closed_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        made = private_folder(tmp_path / "cache", "a", "b")
    finally:
        os.umask(before)
    assert made == tmp_path / "cache" / "a" / "b"
    assert [mode(p) for p in (made, made.parent)] == [0o700, 0o700] and mode(made.parent.parent) & 0o077 == 0


def test_what_lies_above_must_be_out_of_reach_of_others(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(NotPrivateError, match="may be written by others"):
        private_folder(tmp_path / "open" / "cache", "a")
    (tmp_path / "open").chmod(0o1777)
    assert private_folder(tmp_path / "open" / "cache", "a").is_dir()


def test_a_link_of_ones_own_above_is_followed_one_below_is_not(tmp_path: Path) -> None:
    (tmp_path / "big").mkdir()
    (tmp_path / "cache").symlink_to(tmp_path / "big")
    made = private_folder(tmp_path / "cache", "a")
    made.rename(tmp_path / "b")
    made.symlink_to(tmp_path / "b")
    with pytest.raises(NotPrivateError, match="is a link"):
        private_folder(tmp_path / "cache", "a")


@ROOT
@pytest.mark.parametrize("level", ["cache", "cache/a", "cache/a/b"])
def test_another_users_folder_is_refused(tmp_path: Path, level: str) -> None:
    private_folder(tmp_path / "cache", "a", "b")
    shutil.chown(tmp_path / level, 12345)
    with pytest.raises(NotPrivateError, match="another user"):
        private_folder(tmp_path / "cache", "a", "b")


@ROOT
def test_another_users_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "cache").symlink_to(tmp_path / "mine")
    os.chown(tmp_path / "cache", 12345, -1, follow_symlinks=False)
    with pytest.raises(NotPrivateError, match="another user's link"):
        private_folder(tmp_path / "cache", "a")


def test_a_file_is_read_only_if_nobody_else_could_have_written_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_private(path, b"text")
    assert read_private(path, 4) == b"text" and mode(path) == 0o600
    with pytest.raises(NotPrivateError, match="4 bytes, more than 3"):
        read_private(path, 3)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError):
        read_private(tmp_path / "link", 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotPrivateError, match="not a file"):
        read_private(tmp_path / "pipe", 4)
    path.chmod(0o660)
    with pytest.raises(NotPrivateError, match="could have been written"):
        read_private(path, 4)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "full").touch()
    with pytest.raises(OSError):
        write_private(tmp_path / "x", b"text")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_only_old_parts_are_tidied(tmp_path: Path) -> None:
    old, new, other = (tmp_path / n for n in (f".{'0' * 16}.part", f".{'1' * 16}.part", "notes.part"))
    for path in (old, new, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    tidy_parts(tmp_path)
    assert not old.exists() and new.exists() and other.exists()


def test_a_sealed_file_under_another_name_is_not_what_was_kept(tmp_path: Path) -> None:
    keep_sealed(tmp_path / "x", "a", b"content")
    assert kept_sealed(tmp_path / "x", "a") == b"content"
    assert kept_sealed(tmp_path / "x", "b") is None and not (tmp_path / "x").exists()
    assert kept_sealed(tmp_path / "x", "a") is None


@pytest.mark.parametrize(("home", "cache"), [("", ""), ("~", ""), ("/nowhere/at/all", ""), ("", "relative/path")])
def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, home: str, cache: str) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    with pytest.raises(NotPrivateError, match="no home"):
        cache_root()


def test_without_a_home_no_folder_is_made_and_the_program_runs(tmp_path: Path) -> None:
    code = "import earthprice, os; print(earthprice.not_kept, os.environ.get('JAX_COMPILATION_CACHE_DIR'))"
    env = {**{k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XDG_"))}, "HOME": "~"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=tmp_path, check=True
    )
    assert done.stdout == "no home folder is known (HOME, XDG_CACHE_HOME) None\n" and not done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_compiled_programs_must_be_the_users_alone(tmp_path: Path) -> None:
    code = "import earthprice, os; print(earthprice.not_kept, os.environ.get('JAX_COMPILATION_CACHE_DIR'))"
    env = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")} | {"XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    first = subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout
    assert first == f" {tmp_path / 'earthprice' / 'compiled'}\n"
    (tmp_path / "earthprice").chmod(0o777)
    then = subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout
    assert "may be written by others" in then and then.endswith("None\n")
