"""Verbs that write look at the place first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from earthprice.cli import main


def test_a_demonstration_is_written_to_a_folder_of_its_own_and_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["demo", "joint", "--out", str(tmp_path / "d"), "--quiet"]
    done = subprocess.run([sys.executable, "-m", "earthprice", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert main(words) == 0
    for said in (done.stdout, capsys.readouterr().out):
        assert f"Picture: {tmp_path}/d/joint/joint.svg" in said
    names = {p.name for p in (tmp_path / "d" / "joint").iterdir()}
    assert names == {"manifest.json", *(f"joint.{end}" for end in ("csv", "json", "png", "svg"))}
    assert [p.name for p in (tmp_path / "d").iterdir()] == ["joint"]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("assess", "china-2021-draft"), "r"),
        (("demo", "textbook"), "r/textbook"),
        (("hindcast",), "r"),
        (("calibrate",), "r"),
    ],
)
def test_no_verb_starts_its_work_where_it_may_not_write(
    words: tuple[str, ...],
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work(*_: object, **__: object) -> None:
        pytest.fail("the work was started")

    for target in (
        "study.assess.assess",
        "demos.catalogue.demonstrate",
        "past.hindcast.hindcast",
        "past.calibrate.calibrate",
    ):
        monkeypatch.setattr(f"earthprice.{target}", work)
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "thesis.tex").write_text("years of work")
    assert main([*words, "--out", str(tmp_path / "r")]) == 2
    assert "thesis.tex" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / place).iterdir()] == ["thesis.tex"]


def test_kept_draws_go_only_when_the_result_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    monkeypatch.setattr("earthprice.results.kept_draws.Shelf.close", lambda _: events.append("draws gone"))
    monkeypatch.setattr("earthprice.study.assess.assess", lambda *_, **__: events.append("run") or _Found())

    def full(*_: object, **__: object) -> None:
        events.append("write")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("earthprice.results.write.write_report", full)
    monkeypatch.setattr("earthprice.cli.assessing.replace", lambda found, **_: found)
    assert main(["assess", "china-2021-draft", "--out", str(tmp_path / "r"), "--quiet"]) == 1
    assert events == ["run", "write"] and list(tmp_path.iterdir()) == []


class _Found:
    meta: dict[str, str] = {}
