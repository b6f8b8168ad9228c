"""A world of one's own on the disk: new tables are tried in a copy, and move in whole; nobody else's change is lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from earthprice.errors import FactsError, OptionError
from earthprice.results import folder as places
from earthprice.results.own_world import must_be_world, own_world, staged

OLD = {"deposits.csv": "old", "values.csv": "old values"}
NEW = {"deposits.csv": "new", "private.csv": "mine", "values.csv": "new values"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    for name, text in OLD.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def held_in(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in folder.iterdir()}


def test_new_tables_are_tried_beside_the_folder_and_then_stand_in_it(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=f"holds no tables of a world.*earthprice copy world {tmp_path}"):
        must_be_world(tmp_path)
    with own_world(folder) as held:
        with staged(folder, NEW) as tried:
            assert held_in(tried) == NEW and held_in(folder) == OLD
        assert not tried.exists()
        held.put(NEW)
    assert held_in(folder) == NEW and list(tmp_path.iterdir()) == [folder]


def test_what_is_wrong_in_the_copy_is_told_of_the_folder_itself(folder: Path) -> None:
    with pytest.raises(FactsError, match=rf"^{folder}/values.csv, line 2: no number"), staged(folder, NEW) as tried:
        raise FactsError("no number", where=f"{tried}/values.csv, line 2")
    assert not list(Path(tempfile.gettempdir()).glob(f".earthprice-*.part/{folder.name}/private.csv"))


def test_a_table_that_was_changed_meanwhile_is_not_written_over(folder: Path) -> None:
    """Of two mines added at once one was lost, and both were said to be in."""
    with own_world(folder) as held:
        (folder / "values.csv").write_text("by hand", encoding="utf-8")
        with pytest.raises(OptionError, match="was changed meanwhile; nothing was written"):
            held.put(NEW)
    assert held_in(folder) == OLD | {"values.csv": "by hand"}


def test_a_folder_that_another_process_changes_is_refused_before_the_work(folder: Path) -> None:
    pytest.importorskip("fcntl")
    code = (
        "import sys, pathlib; from earthprice.results.own_world import own_world\n"
        "with own_world(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(OptionError, match="is being changed by another process"), own_world(folder):
            pass
        other.kill()
    with own_world(folder) as held:
        held.put(NEW)
    assert held_in(folder) == NEW


def test_a_move_that_fails_leaves_every_table_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first tables were new then, and the last old."""
    replace = os.replace

    def full(source: Path, target: Path) -> None:
        if (folder / "values.csv", "new values") == (target, Path(source).read_text("utf-8")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    with own_world(folder) as held:
        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(places.EarthpriceError, match=f"{folder} could not be written.*it is as it was"):
            held.put(NEW)
    assert held_in(folder) == OLD


def test_a_folder_that_may_not_be_written_is_refused_before_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != folder)
    with pytest.raises(
        OptionError, match=f"--world: {folder} cannot be written: .*Permission denied.*Accepted: a fold"
    ):
        with own_world(folder):
            raise AssertionError("no work is begun")
