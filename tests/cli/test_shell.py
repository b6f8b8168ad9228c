"""The shell: what it says with no argument, where errors go, exit codes, what it loads."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from earthprice import __version__
from earthprice.cli import app as shell
from earthprice.cli import main
from earthprice.errors import EarthpriceError, NotClearedError, OptionError, RulebookError

VERBS = ("assess", "show", "check", "copy", "compare", "explain", "table", "now", "verify", "cite")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out = capsys.readouterr()
    return code, out.out, out.err


def earthprice(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "earthprice", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def test_no_argument_says_three_things_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert code == 0 and not err
    assert len(out.splitlines()) == 3
    assert all(line.startswith("earthprice ") for line in out.splitlines())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"earthprice {__version__}\n", "")
    code, out, _ = run(capsys, "--version", "--json")
    assert code == 0 and json.loads(out) == {"status": "ok", "version": __version__}


def test_help_names_every_verb_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(verb in out for verb in VERBS)
    assert all(str(c) in out for c in shell.EXIT_CODES) and "Exit codes" in out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_json(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0 and "--json" in out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("earthprice ass", {"assess"}),
        ("earthprice show china-2021", {"china-2021-draft"}),
        ("earthprice compare kachin-2025 usa-floor", {"usa-floor-2025"}),
        ("earthprice check japan-a", {"japan-answer"}),
        ("earthprice assess china-2021-draft --deter", set()),
        ("earthprice assess china-2021-draft --delay", {"--delay"}),
    ],
)
def test_the_shell_completes_verbs_options_and_rulebooks(words: str, offered: set[str]) -> None:
    at = str(len(words.split()) - 1)
    done = earthprice(_EARTHPRICE_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=at)
    assert done.returncode == 0 and set(done.stdout.split()) == offered, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown_and_installed(shell: str, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = earthprice("--show-completion", shell, **env)
    assert shown.returncode == 0 and "_EARTHPRICE_COMPLETE" in shown.stdout
    installed = earthprice("--install-completion", shell, **env)
    assert installed.returncode == 0 and "completion installed" in installed.stdout
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert any("_EARTHPRICE_COMPLETE" in p.read_text(encoding="utf-8") for p in written)


def test_help_loads_no_heavy_room() -> None:
    """Help is there at once, since nothing is loaded for it that computes or draws."""
    code = "import sys; from earthprice.cli import main; main(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "typer" in loaded and not loaded & {"jax", "numpy", "pandas", "scipy", "xarray", "altair", "pyarrow"}


def test_a_misspelt_verb_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "asess", "china-2021-draft")
    assert code == 2 and not out and "'assess'" in err


def test_a_misspelt_option_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "assess", "china-2021-draft", "--draw", "3")
    assert code == 2 and "--draws" in err


def test_a_misspelt_rulebook_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "china-2021-daft")
    assert code == 2 and not out and "'china-2021-draft'" in err
    assert len(err.splitlines()) == 1


def test_with_json_a_refusal_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "china-2021-daft", "--json")
    assert code == 2 and not err
    said = json.loads(out)
    assert said["status"] == "error" and said["exit_code"] == 2 and "china-2021-draft" in said["message"]


FAULTS = [
    (
        RulebookError("no key 'amont'", where="mine.yaml:37: articles[5]", accepted=["amount"], given="amont"),
        2,
        "amount",
    ),
    (OptionError("'2021' is not a span of years."), 2, "span"),
    (NotClearedError("The baseline did not clear in 2024."), 3, "2024"),
    (EarthpriceError("3 tables differ."), 1, "differ"),
    (OSError(errno.ENOSPC, "No space left on device", "result/report.html"), 1, "disk is full"),
    (PermissionError(errno.EACCES, "Permission denied", "/result"), 2, "Permission denied"),
    (KeyboardInterrupt(), 130, "Interrupted; nothing was written."),
]


@pytest.mark.parametrize(("fault", "code", "words"), FAULTS, ids=lambda f: type(f).__name__)
def test_every_fault_has_its_exit_code_and_one_message(
    fault: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise fault

    monkeypatch.setattr(shell, "app", fail)
    got, out, err = run(capsys, "assess", "china-2021-draft")
    assert (got, out) == (code, "") and words in err
    assert len(err.splitlines()) == 1


def test_our_own_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise AssertionError("a bug")

    monkeypatch.setattr(shell, "app", fail)
    with pytest.raises(AssertionError, match="a bug"):
        main(["assess"])


def test_with_json_our_own_bug_is_an_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def fail(**_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(shell, "app", fail)
    with pytest.raises(KeyError):
        main(["assess", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["exit_code"]) == ("error", 1) and "KeyError: 'a bug'" in said["message"]


def test_interrupt_inside_a_verb_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("earthprice.law.load.load_rulebook", stop)
    code, _, err = run(capsys, "show", "china-2021-draft")
    assert code == 130 and "nothing was written" in err


def test_no_colour_where_it_is_not_wanted(tmp_path: Path) -> None:
    for words in (["--help"], ["show", "china-2021-draft"], ["show", "nothing"]):
        done = earthprice(*words, NO_COLOR="1")
        assert "\x1b[" not in done.stdout + done.stderr


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    command = f"'{sys.executable}' -m earthprice show china-2021-draft --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Traceback" not in done.stderr
