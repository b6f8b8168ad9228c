"""explain on a written result, and the clauses that differ between two texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.errors import OptionError, ResultError
from earthprice.results.explain import explain
from earthprice.results.write import write_report
from earthprice.study.assessment import Assessment
from earthprice.study.compare import same_baseline
from earthprice.study.frame import Frame
from earthprice.world.world import World
from tests.small import SMALL

KEYS = ("price_dy", "unlicensed", "gain_JPN", "exports.dy.JPN.2026", "price.ndpr.2026", "groups.CHN.licensed miner")


@pytest.fixture(scope="session")
def result(small_assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "result"
    write_report(small_assessment, folder, formats=("csv",))
    return folder


@pytest.mark.parametrize("key", KEYS)
def test_a_number_fits_one_screen(key: str, result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = explain(result, key)
    assert [name.split()[0] for name in tree] == ["number", "flows", "articles", "parameters", "sources"]
    assert all(tree.values())
    assert main(["explain", key, "--result", str(result)]) == 0
    assert len(capsys.readouterr().out.splitlines()) <= 40


def test_an_unknown_number_is_answered_with_the_nearest(result: Path) -> None:
    with pytest.raises(OptionError, match=r"Did you mean 'exports\.dy\.JPN\.2026'"):
        explain(result, "exports.dy.JPM.2026")


def test_a_folder_that_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"run\.json"):
        explain(tmp_path, "price_dy")


def test_texts_on_different_law_are_refused(world: World, small: Frame) -> None:
    with pytest.raises(OptionError, match="stands on"):
        same_baseline(["china-2021-draft", "china-export-control-2025"], SMALL, world)
    with pytest.raises(OptionError, match="two or more"):
        same_baseline(["china-2021-draft"], SMALL, world)
    frames = same_baseline(["china-2021-draft", "china-2024-regulations"], SMALL, world)
    assert len({f.texts.as_of for f in frames.values()}) == 1
