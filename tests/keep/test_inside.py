"""Inside a folder: a path stays in it, no link is followed, sizes and counts are bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.errors import ResultError
from earthprice.keep import inside
from earthprice.keep.inside import listed, parts, read_inside, short


@pytest.mark.parametrize(
    "name", ["a/../b", "/etc/passwd", "", "a//b", "c:\\x", "a\0b", "\ud800", 7, "a/b/c/d/e", "x" * 256]
)
def test_a_path_that_leads_out_is_refused(name: object) -> None:
    with pytest.raises(ResultError, match="no path inside"):
        parts(name, "here")


def test_a_file_is_read_and_a_link_to_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/a.csv").write_bytes(b"1,2")
    assert parts("tables/a.csv", "here") == ("tables", "a.csv") and read_inside(tmp_path, "tables/a.csv") == b"1,2"
    (tmp_path / "link.csv").symlink_to(tmp_path / "tables/a.csv")
    (tmp_path / "way").symlink_to(tmp_path / "tables")
    for name, words in (
        ("link.csv", "is a link"),
        ("way/a.csv", "link|missing"),
        ("b.csv", "missing"),
        ("tables", "is not a file|cannot be read"),
    ):
        with pytest.raises(ResultError, match=words):
            read_inside(tmp_path, name)
    with pytest.raises(ResultError, match="holds 3 bytes"):
        read_inside(tmp_path, "tables/a.csv", 2)


def test_what_a_folder_holds_is_listed_with_empty_folders_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    assert sorted(name for name, _ in listed(tmp_path)) == ["empty/", "full/a"]
    monkeypatch.setattr(inside, "LISTED", 2)
    with pytest.raises(ResultError, match="more than 2 files"):
        list(listed(tmp_path))


def test_what_somebody_else_wrote_is_quoted_short() -> None:
    assert len(short("x" * 1000)) == 60 and "\x1b" not in short("\x1b[31m")
