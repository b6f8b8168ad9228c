"""A world of one's own on the disk: new tables are tried in a copy, and move in whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.errors import OptionError
from earthprice.results.own_world import must_be_world, put, staged


def test_new_tables_are_tried_beside_the_folder_and_then_stand_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(OptionError, match=f"holds no tables of a world.*earthprice copy world {folder}"):
        must_be_world(folder)
    (folder / "deposits.csv").write_text("old", encoding="utf-8")
    must_be_world(folder)
    with staged(folder, {"deposits.csv": "new"}) as tried:
        assert (tried / "deposits.csv").read_text("utf-8") == "new"
        assert (folder / "deposits.csv").read_text("utf-8") == "old"
        put(folder, tried, {"deposits.csv": "new"})
    assert (folder / "deposits.csv").read_text("utf-8") == "new" and list(tmp_path.iterdir()) == [folder]
