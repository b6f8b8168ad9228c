"""The shelf: what an interrupted assessment leaves, and what it must not be mistaken for."""

from __future__ import annotations

import os
import pickle
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from earthprice.results import kept_draws as shelving
from earthprice.results.kept_draws import ENDING, Shelf
from earthprice.study.ensemble import Pair
from tests.results.kills import killed
from tests.results.test_packing import alike, made


def told(words):
    return lambda said: words.append(said)


def draws(root: Path) -> Path:
    """The folder of all assessments."""
    return root / "earthprice" / "draws"


def test_what_was_kept_is_found_again_and_said(tmp_path):
    words = []
    Shelf(root=tmp_path, say=told(words)).opened("a study").put("0", np.arange(3.0))
    assert not words
    found = Shelf(root=tmp_path, say=told(words)).opened("a study")
    assert np.array_equal(found.get("0"), [0, 1, 2]) and found.get("1") is None
    assert len(words) == 1 and "1 draw" in words[0] and "--fresh" in words[0]


def test_another_study_another_program_and_another_folder_find_nothing(tmp_path, monkeypatch):
    Shelf(root=tmp_path).opened("a study").put("0", 1)
    assert Shelf(root=tmp_path).opened("another").get("0") is None
    assert Shelf(root=tmp_path, place=tmp_path).opened("a study").get("0") is None
    monkeypatch.setattr(shelving, "our_text", lambda: "a line was changed")
    assert Shelf(root=tmp_path).opened("a study").get("0") is None


def test_fresh_forgets(tmp_path):
    Shelf(root=tmp_path).opened("a study").put("0", 1)
    assert Shelf(root=tmp_path, fresh=True).opened("a study").get("0") is None


def test_a_study_that_is_done_leaves_nothing(tmp_path):
    kept = Shelf(root=tmp_path).opened("a study")
    kept.put("0", 1)
    kept.close()
    assert list(draws(tmp_path).iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path):
    root, words = tmp_path / "file", []
    root.write_text("not a folder")
    kept = Shelf(root=root, say=told(words)).opened("a study")
    kept.put("0", 1)
    assert kept.get("0") is None and len(words) == 1 and "not a folder" in words[0]
    kept.close()
    assert root.read_text() == "not a folder"


def test_only_the_newest_few_are_kept(tmp_path, monkeypatch):
    for i in range(7):
        Shelf(root=tmp_path).opened(f"study {i}").put("0", i)
        for folder in draws(tmp_path).iterdir():
            os.utime(folder, (folder.stat().st_atime, folder.stat().st_mtime - 10))
    assert len(list(draws(tmp_path).iterdir())) == shelving.MOST
    (draws(tmp_path) / "notes").mkdir()
    monkeypatch.setattr(shelving, "ROOM", 0)
    last = Shelf(root=tmp_path).opened("study 6")
    assert len(list(draws(tmp_path).iterdir())) == 2 and last.get("0") == 6


def test_every_level_is_the_users_alone_and_one_that_was_open_to_readers_is_closed(tmp_path):
    (tmp_path / "cache" / "earthprice").mkdir(parents=True, mode=0o755)
    Shelf(root=tmp_path / "cache").opened("a study").put("0", 1)
    below = [*(tmp_path / "cache" / "earthprice").rglob("*"), tmp_path / "cache" / "earthprice"]
    assert len(below) == 4 and all(p.stat().st_mode & 0o077 == 0 for p in below)


@pytest.mark.parametrize("level", ["earthprice", "earthprice/draws", "study"])
@pytest.mark.parametrize("fault", ["open", "link", "foreign"])
def test_where_others_could_write_nothing_is_kept_or_read(tmp_path, level, fault):
    kept = Shelf(root=tmp_path / "cache").opened("a study")
    kept.put("0", 1)
    folder = next(draws(tmp_path / "cache").iterdir()) if level == "study" else tmp_path / "cache" / level
    if fault == "open":
        folder.chmod(0o777)
    elif fault == "link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        _chown(folder)
    words: list[str] = []
    again = Shelf(root=tmp_path / "cache", say=told(words)).opened("a study")
    assert again.get("0") is None and len(words) == 1 and "draws are not kept" in words[0]
    again.put("1", 2)
    again.close()
    assert sum(p.is_file() for p in tmp_path.rglob("*")) == 1


def _chown(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    shutil.chown(path, 12345)


def test_a_planted_pickle_runs_nothing(tmp_path):
    kept = Shelf(root=tmp_path).opened("a study")
    folder = next(draws(tmp_path).iterdir())
    for name in ("0.pickle", f"0{ENDING}"):
        (folder / name).write_bytes(pickle.dumps(_Trap(tmp_path / "ran")))
    assert kept.get("0") is None
    assert not (tmp_path / "ran").exists() and not (folder / f"0{ENDING}").exists()


class _Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_a_damaged_entry_is_run_again_never_other_numbers(tmp_path):
    """Bytes changed, cut, added, swapped: 600 of them."""
    chance, good = random.Random(1), made()
    kept = Shelf(root=tmp_path).opened("a study")
    folder = next(draws(tmp_path).iterdir())
    kept.put("0", good)
    kept.put("1", made(2.0))
    path = folder / f"0{ENDING}"
    whole = path.read_bytes()
    for _ in range(600):
        path.write_bytes(_damaged(whole, (folder / f"1{ENDING}").read_bytes(), chance))
        path.chmod(0o600)
        assert kept.get("0") is None and not path.exists()
    path.write_bytes(whole)
    assert alike(kept.get("0"), good)


def _damaged(whole: bytes, other: bytes, chance: random.Random) -> bytes:
    at, kind = chance.randrange(len(whole)), chance.randrange(6)
    flipped = bytes([whole[at] ^ (1 << chance.randrange(8))])
    return (
        whole[:at] + flipped + whole[at + 1 :],
        whole[:at],
        whole + chance.randbytes(1 + at % 9),
        other,
        b"",
        whole[:at] + chance.randbytes(8) + whole[at:],
    )[kind]


def test_draws_of_a_study_come_back_to_the_bit(tmp_path):
    kept = Shelf(root=tmp_path).opened("a study")
    kept.put("0", made())
    found = Shelf(root=tmp_path, say=lambda _: None).opened("a study").get("0")
    assert isinstance(found[0], Pair) and alike(found, made())


LOOP = """
from pathlib import Path
from earthprice.results.kept_draws import Shelf
from tests.results.kills import killed
from tests.results.test_packing import made
def begun():
    kept = Shelf(root=Path(sys.argv[1]), place=Path(sys.argv[1]), say=lambda _: None).opened("a study")
    return lambda i: kept.put(str(i % 7), made(1.0 + i % 7))
"""


def test_kills_at_any_moment_leave_whole_draws_or_none(tmp_path):
    for _ in killed(LOOP, 12, 4, str(tmp_path)):
        kept = Shelf(root=tmp_path, place=tmp_path, say=lambda _: None).opened("a study")
        there = [p.name.removesuffix(ENDING) for p in draws(tmp_path).glob(f"*/*{ENDING}")]
        assert there and all(alike(kept.get(name), made(1.0 + int(name))) for name in there)
    kept.close()
    assert list(draws(tmp_path).iterdir()) == []
