"""A fresh clone says what its first run does and how long that takes, once a version and verb, before any work."""

from __future__ import annotations

from pathlib import Path

import jax
import numpy as np
import pytest

from earthprice.cli import first_run
from earthprice.cli.first_run import announce_first_run, first_words, here, record
from earthprice.keep.private import private_folder

DONE: list[str] = []


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of compiled programs."""
    root = private_folder(tmp_path, "earthprice", "compiled")
    monkeypatch.setattr(first_run, "folder", lambda: root)
    return root


def run(verb: str) -> list[str]:
    """What a run says before its work; the work compiles a program that no run before it had."""
    said: list[str] = []
    with announce_first_run(verb, said.append):
        DONE.append(verb)
        assert jax.jit(lambda x: x + len(DONE))(np.ones(len(DONE))).sum() > 0
    return said


def test_the_first_run_says_what_it_compiles_and_the_second_nothing(fresh: Path) -> None:
    (first,) = run("assess")
    assert "compiled into machine code before the first figures: some 40 s" in first
    assert "first `assess` in this version here" in first and "the next run is faster" in first
    assert run("assess") == [] and len(run("stress")) == 1
    assert record(fresh)[here()].keys() == {"assess", "stress"} and record(fresh)[here()]["assess"] > 0


def test_another_version_says_how_long_it_took_last_time(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("assess")
    known = {"earthprice 0.0.1, jaxlib 0.1": {"assess": 17.2}}
    assert "17 s when it was last done here" in first_words("assess", known, here())
    monkeypatch.setattr(first_run, "__version__", "99.0")
    (first,) = run("assess")
    assert "s when it was last done here" in first and len(record(fresh)) == 2


def test_what_others_wrote_there_is_not_read(fresh: Path) -> None:
    (fresh / first_run.FILE).write_text('{"assess": 1}')
    assert record(fresh) == {} and len(run("assess")) == 1


def test_where_nothing_is_kept_it_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_run, "folder", lambda: None)
    assert run("assess") == []
