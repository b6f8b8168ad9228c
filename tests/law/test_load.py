"""Every file of `faults/` is refused with what its second line says, and with file and line.

A `.diff` says what to take out of `small.yaml` (-) and to put in (+) beside its other lines; without any, at the end.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from earthprice import caps
from earthprice.errors import OptionError, RulebookError
from earthprice.law import load_rulebook, prepare, stack
from earthprice.law.source import read

HERE = Path(__file__).parent
FAULTS = sorted((HERE / "faults").iterdir())
STAGES = ("load", "stack", "compile")


def faulty(fault: Path, folder: Path) -> Path:
    """The book with a fault, as a file of its name."""
    text, (*said, rows) = (HERE / "small.yaml").read_text(), fault.read_text().split("\n", 2)
    rows = rows.splitlines()
    was, now = ("".join(f"{row[1:]}\n" for row in rows if row[0] in marks) for marks in (" -", " +"))
    assert text.count(was) == 1 or not was
    path = folder / f"{fault.stem}.yaml"
    path.write_text("\n".join([*said, text.replace(was, now) if was else text + now]))
    return path


def run(path: Path, stage: str, network) -> None:
    book = load_rulebook(path)
    if stage != "load":
        whole = stack(book)
        if stage == "compile":
            prepare(whole, network)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.stem != "empty"], ids=lambda p: p.stem)
def test_fault_is_refused_with_file_line_and_word(fault, network, tmp_path):
    first, second = fault.read_text().splitlines()[:2]
    path = faulty(fault, tmp_path) if fault.suffix == ".diff" else fault
    stage, says = first.removeprefix("# stage: "), second.removeprefix("# says: ")
    with pytest.raises(RulebookError) as caught:
        run(path, stage, network)
    message = str(caught.value)
    assert re.search(says, message), message
    assert message.startswith(path.name)
    assert re.match(rf"{re.escape(path.name)}(:\d+)?: ", message), message
    assert stage == "load" or re.match(rf"{re.escape(path.name)}:\d+: ", message)
    if stage != "load":
        run(path, STAGES[STAGES.index(stage) - 1], network)


def test_an_empty_file_is_refused():
    with pytest.raises(RulebookError, match=r"empty\.yaml: the file is empty"):
        load_rulebook(HERE / "faults" / "empty.yaml")


def test_a_file_too_large_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("a: b\n" * (caps.BOOK_BYTES // 5 + 1))
    with pytest.raises(RulebookError, match="at most 256,000 bytes"):
        read(path)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(RulebookError, match="no such file"):
        load_rulebook(tmp_path / "none.yaml")
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(RulebookError, match="not UTF-8"):
        load_rulebook(path)


def test_nesting_without_end_is_refused(tmp_path):
    path = tmp_path / "deep.yaml"
    path.write_text("a: " + "[" * 20000)
    with pytest.raises(RulebookError, match="nested more than 30 deep"):
        load_rulebook(path)


def test_an_unknown_name_says_the_nearest():
    with pytest.raises(OptionError, match="Did you mean 'china-2021-draft'"):
        load_rulebook("china-2021-drft")


def test_every_line_number_is_that_of_the_fault(tmp_path):
    path = faulty(HERE / "faults" / "misspelt_unit.diff", tmp_path)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(path)
    line = next(i for i, row in enumerate(path.read_text().splitlines(), 1) if "share of valeu" in row)
    assert f"misspelt_unit.yaml:{line}: articles[0].measures.tax.rate.unit" in str(caught.value)
