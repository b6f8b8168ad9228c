"""The shelf: what an interrupted assessment leaves, and what it must not be mistaken for."""

from __future__ import annotations

import os

import numpy as np

from earthprice.report import shelf as shelving
from earthprice.report.shelf import Shelf


def told(words):
    return lambda said: words.append(said)


def test_what_was_kept_is_found_again_and_said(tmp_path):
    words = []
    Shelf(root=tmp_path, say=told(words)).opened("a study").put("0", np.arange(3.0))
    assert not words
    found = Shelf(root=tmp_path, say=told(words)).opened("a study")
    assert np.array_equal(found.get("0"), [0, 1, 2]) and found.get("1") is None
    assert len(words) == 1 and "1 draw" in words[0] and "--fresh" in words[0]


def test_another_study_and_another_program_find_nothing(tmp_path, monkeypatch):
    Shelf(root=tmp_path).opened("a study").put("0", 1)
    assert Shelf(root=tmp_path).opened("another").get("0") is None
    monkeypatch.setattr(shelving, "program", lambda: "a line was changed")
    assert Shelf(root=tmp_path).opened("a study").get("0") is None


def test_fresh_forgets(tmp_path):
    Shelf(root=tmp_path).opened("a study").put("0", 1)
    assert Shelf(root=tmp_path, fresh=True).opened("a study").get("0") is None


def test_a_study_that_is_done_leaves_nothing(tmp_path):
    kept = Shelf(root=tmp_path).opened("a study")
    kept.put("0", 1)
    kept.close()
    assert list(tmp_path.iterdir()) == []


def test_a_torn_file_counts_as_not_done(tmp_path):
    kept = Shelf(root=tmp_path).opened("a study")
    kept.put("0", np.arange(100.0))
    path = next(tmp_path.glob("*/0.pickle"))
    path.write_bytes(path.read_bytes()[:50])
    assert kept.get("0") is None


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path):
    root = tmp_path / "file"
    root.write_text("not a folder")
    kept = Shelf(root=root).opened("a study")
    kept.put("0", 1)
    assert kept.get("0") is None
    kept.close()


def test_only_the_newest_few_are_kept(tmp_path, monkeypatch):
    for i in range(7):
        Shelf(root=tmp_path).opened(f"study {i}").put("0", i)
        for folder in tmp_path.iterdir():
            os.utime(folder, (folder.stat().st_atime, folder.stat().st_mtime - 10))
    assert len(list(tmp_path.iterdir())) == shelving.MOST
    monkeypatch.setattr(shelving, "ROOM", 0)
    last = Shelf(root=tmp_path).opened("study 6")
    assert len(list(tmp_path.iterdir())) == 1 and last.get("0") == 6


def test_the_folder_is_the_users_alone(tmp_path):
    Shelf(root=tmp_path / "draws").opened("a study")
    assert all(p.stat().st_mode & 0o077 == 0 for p in (tmp_path / "draws").iterdir())
