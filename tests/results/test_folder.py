"""The place of a result: looked at first, replaced only if it is ours, and whole at any moment."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from earthprice.errors import EarthpriceError, InputError, OptionError, ResultError
from earthprice.keep.manifest import MANIFEST, differences, read_manifest
from earthprice.results import folder as placing
from earthprice.results import parts
from earthprice.results.folder import claim
from tests.results.conftest import everything
from tests.results.kills import killed

ROOM = 1 << 16


def write(words: str):
    """Writes a result of three files."""

    def into(folder: Path) -> None:
        (folder / "tables").mkdir()
        (folder / "run.json").write_text(json.dumps({"words": words}))
        (folder / "tables" / "a.csv").write_text(words)
        (folder / "tables" / "b.csv").write_text(words * 1000)

    return into


def put(folder: Path, words: str = "one") -> list[Path]:
    with claim(folder, ROOM) as place:
        return place.put(write(words))


def test_a_result_lists_its_files_and_is_replaced_whole(tmp_path: Path) -> None:
    files = put(tmp_path / "r")
    assert [f.name for f in files] == [MANIFEST, "run.json", "a.csv", "b.csv"] and all(f.is_file() for f in files)
    assert differences(tmp_path / "r", read_manifest(tmp_path / "r")) == []
    put(tmp_path / "r", "two")
    assert (tmp_path / "r" / "tables" / "a.csv").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_a_result_of_another_kind_is_not_replaced(tmp_path: Path) -> None:
    put(tmp_path / "r")
    before = everything(tmp_path / "r")
    with pytest.raises(OptionError, match="of another kind, without a scores.csv"):
        with claim(tmp_path / "r", ROOM, holds="scores.csv"):
            pass
    assert everything(tmp_path / "r") == before
    with claim(tmp_path / "r", ROOM, holds="run.json") as place:
        place.put(write("two"))
    assert (tmp_path / "r" / "tables" / "a.csv").read_text() == "two"


def no_result(folder: Path) -> None:
    (folder / "run.json").write_text("{}")
    (folder / "thesis.tex").write_text("years of work")


def more(folder: Path) -> None:
    put(folder)
    (folder / "tables" / "notes.txt").write_text("mine")


def changed(folder: Path) -> None:
    put(folder)
    (folder / "tables" / "a.csv").write_text("ONE")


def gone(folder: Path) -> None:
    put(folder)
    (folder / "tables" / "a.csv").unlink()


def linked(folder: Path) -> None:
    put(folder)
    (folder.parent / "kept.csv").write_text("one")
    (folder / "tables" / "a.csv").unlink()
    (folder / "tables" / "a.csv").symlink_to(folder.parent / "kept.csv")


def checkout(folder: Path) -> None:
    put(folder)
    (folder / ".git" / "objects").mkdir(parents=True)


def forged(folder: Path) -> None:
    put(folder)
    (folder / MANIFEST).write_text("{}")


def outside(folder: Path) -> None:
    put(folder)
    said = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**said, "files": [{**said["files"][0], "path": "../kept.csv"}]}))


FOREIGN = [no_result, more, changed, gone, linked, checkout, forged, outside]


@pytest.mark.parametrize("make", FOREIGN, ids=lambda f: f.__name__)
def test_what_is_not_ours_is_named_and_stays(tmp_path: Path, make) -> None:
    (tmp_path / "r").mkdir()
    make(tmp_path / "r")
    before = everything(tmp_path)
    with pytest.raises(OptionError, match="not a result of earthprice, or were changed") as caught:
        put(tmp_path / "r")
    named = {
        "no_result": "thesis",
        "more": "notes.txt is not of the result",
        "changed": "a.csv was changed",
        "gone": "a.csv is missing",
        "linked": "is a link",
        "checkout": ".git/objects/ is not",
        "forged": "no manifest",
        "outside": "no path inside",
    }
    assert named[make.__name__] in str(caught.value)
    assert everything(tmp_path) == before and not list(tmp_path.glob(".*"))


def test_what_comes_while_the_work_goes_on_stays_and_the_result_too(tmp_path: Path) -> None:
    put(tmp_path / "r")
    with pytest.raises(OptionError, match="stands in") as caught, claim(tmp_path / "r", ROOM) as place:
        (tmp_path / "r" / "notes.txt").write_text("mine")
        place.put(write("two"))
    assert (tmp_path / "r" / "notes.txt").read_text() == "mine"
    other = next(p for p in tmp_path.iterdir() if p.name != "r")
    assert str(other) in str(caught.value) and (other / "tables" / "a.csv").read_text() == "two"


NAMES = [
    "~",
    "~/result",
    "a\ud800b",
    "a\x1b[31mb",
    "a\nb",
    "a" * 256,
    "/".join(["a" * 200] * 21),
    "file",
    "file/below",
    "link",
    ".",
    "..",
    "/proc/result",
    "",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda n: ascii(n)[:20])
def test_a_place_that_cannot_be_used_is_refused_before_the_work(tmp_path: Path, monkeypatch, name: str) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "file").write_text("x")
    (tmp_path / "here" / "link").symlink_to(tmp_path)
    before = everything(tmp_path)
    with pytest.raises(InputError), claim(Path(name), ROOM):
        pytest.fail("the work was started")
    assert everything(tmp_path) == before and len(list((tmp_path / "here").iterdir())) == 2


def test_a_mounted_disk_is_refused(tmp_path: Path, monkeypatch) -> None:
    put(tmp_path / "r")
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == tmp_path / "r")
    with pytest.raises(OptionError, match="mounted disk"), claim(tmp_path / "r", ROOM):
        pytest.fail("the work was started")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OptionError, match="Permission denied"), claim(tmp_path / "r", ROOM):
        pytest.fail("the work was started")


def test_the_longest_name_that_there_can_be_works(tmp_path: Path) -> None:
    put(tmp_path / ("a" * 255))
    put(tmp_path / ("a" * 255), "two")
    assert [len(p.name) for p in tmp_path.iterdir()] == [255]


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_known_before_the_work(tmp_path: Path, monkeypatch, fault: int) -> None:
    def full(*_: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(EarthpriceError, match="Nothing was started") as caught, claim(tmp_path / "a" / "r", ROOM):
        pytest.fail("the work was started")
    assert caught.value.exit_code == 1 and list(tmp_path.iterdir()) == []


def test_the_place_on_the_disk_is_held_until_the_result_is_written(tmp_path: Path) -> None:
    with claim(tmp_path / "r", ROOM) as place:
        held = next(tmp_path.glob(".earthprice-*/reserve"))
        assert held.stat().st_size == ROOM
        place.put(lambda folder: pytest.fail("held") if held.exists() else write("one")(folder))
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_work_that_fails_leaves_nothing_not_even_the_folders_above(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), claim(tmp_path / "a" / "b" / "r", ROOM):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


LOOP = """
from pathlib import Path
from tests.results.test_folder import put
def begun():
    return lambda i: put(Path(sys.argv[1]), f"words {i} ")
"""


def test_kills_at_any_moment_leave_one_whole_result_and_the_next_run_clears_the_rest(tmp_path: Path) -> None:
    target = tmp_path / "r"
    put(target)
    for _ in killed(LOOP, 12, 3, str(target)):
        parts.clear_parts(tmp_path)
        assert [p.name for p in tmp_path.iterdir()] == ["r"]
        assert differences(target, read_manifest(target)) == []


def dead(parent: Path, *, host: str | None = None) -> Path:
    """What a run leaves that was killed."""
    part = parts.open_part(parent / "r", ROOM)
    os.close(part._lock)
    left = next(parent.glob(".earthprice-*"))
    if host:
        (left / "mark.json").write_text(json.dumps({**json.loads((left / "mark.json").read_text()), "host": host}))
    return left


def test_what_a_dead_run_left_is_cleared_what_a_live_one_or_another_host_has_is_not(tmp_path: Path) -> None:
    dead(tmp_path)
    put(tmp_path / "r")
    assert [p.name for p in tmp_path.iterdir()] == ["r"]
    theirs = dead(tmp_path, host="another")
    with claim(tmp_path / "s", ROOM):
        before = set(tmp_path.iterdir())
        put(tmp_path / "r", "two")
        assert set(tmp_path.iterdir()) == before
    assert theirs.exists()


def test_a_folder_of_that_name_without_our_mark_stays(tmp_path: Path) -> None:
    mine = tmp_path / f".earthprice-{'a' * 16}.part"
    for made in (mine, tmp_path / ".thesis.12345678.part"):
        made.mkdir()
        (made / "thesis.tex").write_text("years of work")
        os.utime(made, (0, 0))
    before = everything(tmp_path)
    put(tmp_path / "r")
    assert {k: v for k, v in everything(tmp_path).items() if not k.startswith("r/")} == before


@pytest.mark.parametrize("whole", [False, True])
def test_a_run_killed_between_old_and_new_loses_neither(tmp_path: Path, whole: bool) -> None:
    put(tmp_path / "r")
    put(tmp_path / "new", "two")
    left = dead(tmp_path)
    (tmp_path / "r").rename(left / "old")
    (tmp_path / "new").rename(left / "result")
    if not whole:
        (left / "result" / MANIFEST).unlink()
    parts.clear_parts(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["r"]
    assert (tmp_path / "r" / "tables" / "a.csv").read_text() == ("two" if whole else "one")


def test_a_failure_while_the_new_takes_the_place_of_the_old_puts_the_old_back(tmp_path: Path, monkeypatch) -> None:
    put(tmp_path / "r")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == parts.RESULT:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(EarthpriceError, match="The earlier result is unchanged"):
        put(tmp_path / "r", "two")
    assert (tmp_path / "r" / "tables" / "a.csv").read_text() == "one" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_with_too_much_in_it_is_refused_quickly(tmp_path: Path, monkeypatch) -> None:
    put(tmp_path / "r")
    monkeypatch.setattr("earthprice.keep.inside.LISTED", 3)
    with pytest.raises(OptionError, match="more than"):
        put(tmp_path / "r")
    with pytest.raises(ResultError):
        read_manifest(tmp_path)
    assert placing.MANIFEST == MANIFEST


@pytest.mark.parametrize("shut", ["r", "r/tables"])
def test_an_earlier_result_that_could_not_be_moved_away_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shut: str
) -> None:
    """The whole run was made, and then the folder could not be renamed."""
    put(tmp_path / "r")
    before = everything(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path / shut)
    with pytest.raises(OptionError, match=f"{shut} holds an earlier result and may not be written"):
        with claim(Path("r"), ROOM):
            pytest.fail("the work was started")
    assert everything(tmp_path) == before


def test_a_second_run_into_a_folder_is_refused_while_the_first_is_at_work(tmp_path: Path) -> None:
    """The later replaced the earlier without a word."""
    pytest.importorskip("fcntl")
    put(tmp_path / "r")
    code = (
        "import sys, pathlib; from earthprice.results.folder import claim\n"
        "with claim(pathlib.Path(sys.argv[1]), 1024): print('at work', flush=True); sys.stdin.read()"
    )
    command, pipe = [sys.executable, "-c", code, str(tmp_path / "r")], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "at work\n"
        with pytest.raises(
            OptionError, match=f"another run is at work on a result for {tmp_path}/r.*Accepted: another"
        ):
            put(tmp_path / "r", "two")
        put(tmp_path / "beside")
        other.kill()
    put(tmp_path / "r", "two")
    assert (tmp_path / "r/tables/a.csv").read_text() == "two"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["beside", "r"]
