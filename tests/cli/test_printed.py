"""Commands of the README and the pages, in the order of the pages, in one folder.

What reads or writes a text or a result runs exactly as printed. What runs the model for longer than some seconds stands
in the table of CONTRIBUTING.md with what is put in its place here; `make printed` (`EARTHPRICE_AS_PRINTED=1`) runs
these as printed too: the pages print 50 draws and `--only figures` where no more is needed, and one cache of compiled
programs serves all. Each command is a test of its own, so that workers share them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from earthprice.cli import main
from earthprice.facts.schema import packaged
from earthprice.results.write import write_report
from earthprice.study.assessment import Assessment
from tests.small import with_one_program
from tests.test_docs import PAGES, SHELL

ROOT = Path(__file__).resolve().parents[2]
READS = {"show", "check", "copy", "table", "explain", "cite", "monitor"}
MAKES = {"copy", "world"}
"""Verbs that make what others take: all of these run first, in the order of the pages."""
QUICK = {"demo", "mine"}
"""Verbs that run the model for some seconds."""
SHORT = re.compile(r"^\| `(\w+)` \| `(.*)` \|$", re.MULTILINE)
FEWER = dict(SHORT.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
"""Verbs that run it for more than a minute as printed, and the options with which they run here."""
LATER = dict.fromkeys(("usa-floor-2025", "usa-credit-45x", "eu-floor"), "2026-2027") | {"china-2026": "2025-2026"}
"""Texts that start from a later benchmark, and the years with which they run here: all have as many periods, and so
take one program, though those around a licence are quarters."""
OTHER_TESTS = {
    "hindcast": "tests/past",
    "verify": "tests/results/test_verify.py",
    "export": "tests/results/test_public.py",
    "comment": "tests/cli/test_commenting.py",
}
"""Verbs left to tests of their own, where nothing asks for all as printed: even a small one takes minutes."""
OUT_OF_BAND = 6
"""How `monitor` ends where a fact lies out of its band: no fault of the command."""
SERVES = {"explore"}
"""Verbs that go on until they are ended: tests/explore opens, moves, links and ends them."""
AS_PRINTED = bool(os.environ.get("EARTHPRICE_AS_PRINTED"))


def printed(*verbs: str) -> list[list[str]]:
    """The words of every command with one of these verbs, each once, without what a shell does with it."""
    found = [words for page in PAGES for words in SHELL.findall(page.read_text(encoding="utf-8"))]
    split = [shlex.split(words.split(">")[0], comments=True)[1:] for words in dict.fromkeys(found)]
    return [words for words in split if words and words[0] in verbs]


def shown(begins: str, page: str = "data") -> str:
    """The one block of a page of docs/ that begins so: the private mine, new facts, a purchase."""
    text = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"```\w+\n({begins}.*?)```", text, re.DOTALL)
    assert len(blocks) == 1
    return blocks[0]


def shortened(words: list[str]) -> list[str]:
    """A command on fewer draws and years; it opens no browser."""
    kept = [word for word in words if word != "--open"]
    if AS_PRINTED:
        return kept
    years = next((LATER[word] for word in words if word in LATER), "")
    for option, value in re.findall(r"(--\S+)(?: ([^-]\S*))?", FEWER.get(words[0], "")):
        value = years or value if option == "--years" else value
        if option not in kept:
            kept.append(option)
            kept += [value] if value else []
        elif value:
            kept[kept.index(option) + 1] = value
    return kept


@pytest.mark.parametrize(
    ("given", "run"),
    [
        ("assess a --open", "assess a --draws 2 --years 2021-2022 --only figures --quiet"),
        ("assess a --draws 50 --only figures", "assess a --draws 2 --only figures --years 2021-2022 --quiet"),
        (
            "assess usa-floor-2025 --years 2026-2030",
            "assess usa-floor-2025 --years 2026-2027 --draws 2 --only figures --quiet",
        ),
        ("stress export-stop --draws 20", "stress export-stop --draws 2"),
    ],
)
@pytest.mark.skipif(AS_PRINTED, reason="nothing is shortened")
def test_the_substitution_is_that_of_the_table(given: str, run: str) -> None:
    assert shortened(given.split()) == run.split()


def test_a_verb_left_to_other_tests_runs_there() -> None:
    for verb, place in OTHER_TESTS.items():
        found = [p for p in (ROOT / place, *(ROOT / place).glob("*.py")) if p.suffix == ".py"]
        assert any(verb in p.read_text(encoding="utf-8") for p in found), (verb, place)


def test_every_verb_that_is_printed_runs_somewhere() -> None:
    every = {words[0] for words in printed(*READS, *MAKES, *QUICK, *FEWER, *OTHER_TESTS, *SERVES)}
    found = {w.split()[1] for page in PAGES for w in SHELL.findall(page.read_text(encoding="utf-8"))}
    assert every == found


@pytest.fixture
def result(
    small_assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with a small result in it, and facts printed later."""
    monkeypatch.chdir(tmp_path)
    write_report(small_assessment, tmp_path / "result", formats=("csv",))
    kept = set(small_assessment.indicators[["series", "zone", "year"]].astype(str).agg(",".join, axis=1))
    header, *facts = (packaged("world") / "observed.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    new = [row for row in facts if row.startswith(tuple(kept))]
    (tmp_path / "new.csv").write_text("".join([header, *new]), encoding="utf-8")


@pytest.mark.usefixtures("result")
def test_what_reads_runs_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    commands = printed(*READS)
    assert {words[0] for words in commands} == READS and len(commands) > 8
    for words in commands:
        run(words, capsys)


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) in (0, OUT_OF_BAND if words[0] == "monitor" else 0), (words, capsys.readouterr().err)
    assert capsys.readouterr().out.strip(), words


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: what the pages show as files, and what their commands copy and add.

    Each world there holds the rows of both, so that one set of programs serves the commands of both (`with_room`).
    """
    place = tmp_path_factory.mktemp("printed")
    (place / "my-mine.yaml").write_text(shown("id: "), encoding="utf-8")
    (place / "buyer.yaml").write_text(shown("zone: EUR", "report"), encoding="utf-8")
    (place / "october.csv").write_text(shown("series,zone,"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        with_room(["world"], patch)
        for words in (["copy", "china-2021-draft", "our-wording.yaml"], *printed(*MAKES)):
            if words[0] == "world":
                shutil.copy(packaged("more/scrap") / "values_2024.csv", place / "my-world")
            assert main(words) == 0, words
    shutil.copytree(place / "my-world", place / "europe", dirs_exist_ok=True)
    return place


def with_room(words: list[str], patch: pytest.MonkeyPatch) -> None:
    """What runs in a world of one's own takes one program, unless all is as printed."""
    if not AS_PRINTED and ("--world" in words or words[0] == "world"):
        with_one_program(patch)


OPTION = re.compile(r" --\S+(?: [^-]\S*)?")


def parts(words: list[str]) -> tuple[str, set[str]]:
    """Verb and text of a command as it runs here, and its options, but for where it writes and how far it sets."""
    line = re.sub(r" --out \S+", "", " ".join(shortened(words)))
    return OPTION.sub("", line), {re.sub(r"( --set [^=]+)=.*", r"\1", option) for option in OPTION.findall(line)}


def told_apart(commands: list[list[str]]) -> list[list[str]]:
    """Commands that show more than each other: none whose options all stand in another of the same verb and text.

    Of those alike the first; `--json` shows something else.
    """
    kept: list[list[str]] = []
    for words in sorted(commands, key=lambda words: len(parts(words)[1]), reverse=True):
        verb, options = parts(words)
        of_verb = [more for other, more in map(parts, kept) if other == verb]
        if not any(options <= more and "--json" not in " ".join(more - options) for more in of_verb):
            kept.append(words)
    return [words for words in commands if words in kept]


@pytest.mark.skipif(AS_PRINTED, reason="nothing is shortened")
def test_what_is_left_out_runs_in_another_command() -> None:
    given = [
        c.split()
        for c in (
            "stress a --draws 20",
            "stress a --draws 40",
            "stress b",
            "assess a --out x",
            "assess a",
            "assess a --set b.c=1 --reading all",
            "assess a --set b.c=2",
            "assess a --set b.d=1",
            "now",
            "now --json",
        )
    ]
    assert told_apart(given) == [given[i] for i in (0, 2, 5, 7, 8, 9)]


@pytest.mark.parametrize(
    "words",
    printed(*QUICK, *FEWER, *OTHER_TESTS) if AS_PRINTED else told_apart(printed(*QUICK, *FEWER)),
    ids=" ".join,
)
def test_what_runs_the_model_runs_as_printed_or_on_fewer_draws(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    with_room(words, monkeypatch)
    run(shortened(words), capsys)
