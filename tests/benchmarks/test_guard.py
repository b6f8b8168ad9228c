"""The regression guard: which ratios count as worse, and what it exits with."""

import json

import pytest

from benchmarks.guard import TOLERANCE, Line, bad, compared, main, table
from benchmarks.ratios import RATIOS, ratios


def given(**values):
    return {"ratios": {n: {"value": v, "better": b} for n, (v, b) in values.items()}}


RELEASED = given(path=(2.0, "lower"), peer=(60.0, "higher"), gone=(1.0, "lower"), never=(None, "lower"))


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (Line("x", 2.0, 2.0 * (1 + TOLERANCE) - 1e-9, "lower"), "ok"),
        (Line("x", 2.0, 2.0 * (1 + TOLERANCE) + 1e-9, "lower"), "WORSE"),
        (Line("x", 2.0, 1.0, "lower"), "better"),
        (Line("x", 60.0, 60.0 / (1 + TOLERANCE) + 1e-6, "higher"), "ok"),
        (Line("x", 60.0, 60.0 / (1 + TOLERANCE) - 1e-6, "higher"), "WORSE"),
        (Line("x", 60.0, 120.0, "higher"), "better"),
        (Line("x", 2.0, None, "lower"), "LOST"),
        (Line("x", None, 2.0, "lower"), "new"),
        (Line("x", None, None, "lower"), "not measured"),
    ],
)
def test_a_ratio_is_judged_by_the_way_that_is_better(line, verdict):
    assert line.verdict(TOLERANCE) == verdict


def test_what_is_worse_or_lost_is_bad_and_nothing_else():
    lines = compared(RELEASED, given(path=(3.0, "lower"), peer=(70.0, "higher"), never=(None, "lower")))
    assert [line.name for line in bad(lines)] == ["path", "gone"]
    assert bad(lines, tolerance=0.6) == [Line("gone", 1.0, None, "lower")]


def test_the_table_names_every_ratio_with_its_verdict():
    text = table(compared(RELEASED, given(path=(3.0, "lower"), peer=(60.0, "higher"))))
    assert [r.split()[-1] for r in text.splitlines()[1:5]] == ["WORSE", "ok", "LOST", "measured"]
    assert "50%" in text and "25%" in text


def test_the_command_exits_with_one_where_a_ratio_got_worse(tmp_path, capsys):
    latest, released = tmp_path / "latest.json", tmp_path / "released.json"
    latest.write_text(json.dumps(given(path=(2.1, "lower"))))
    ask = ["--latest", str(latest), "--released", str(released)]
    assert main(ask) == 0 and json.loads(released.read_text()) == json.loads(latest.read_text()), (
        "the first is released"
    )
    latest.write_text(json.dumps(given(path=(4.0, "lower"))))
    assert main(ask) == 1 and "WORSE" in capsys.readouterr().out
    assert main([*ask, "--tolerance", "1.0"]) == 0
    assert main([*ask, "--release"]) == 0 and main(ask) == 0


def test_a_missing_file_is_refused_with_the_command_that_makes_it(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--latest", str(tmp_path / "none.json")])
    assert stop.value.code == 2 and "make bench" in capsys.readouterr().err


def test_ratios_of_figures_that_were_not_measured_are_none_and_meet_nothing():
    found = ratios({"path": {"path_s": 3.0, "floor_s": 1.0, "gradient_s": 4.5}, "peers": {"failed": "no solver"}})
    assert found["path_over_floor"] | {"words": ""} == {
        "value": 3.0,
        "better": "lower",
        "aim": 2.0,
        "met": False,
        "words": "",
    }
    assert found["gradient_over_path"]["value"] == 1.5 and found["gradient_over_path"]["met"] is True
    assert found["faster_than_clarabel"]["value"] is None and found["faster_than_clarabel"]["met"] is None
    assert set(found) == {r.name for r in RATIOS}
