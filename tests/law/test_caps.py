"""Small files that once took all memory, minutes or a screen of megabytes: refused in words within two seconds."""

from __future__ import annotations

import time

import pytest

from earthprice import caps
from earthprice.errors import EarthpriceError, InputError, RulebookError
from earthprice.law import load_rulebook, rulebook_from_text, run_cases, shipped
from earthprice.law.load import SHELF

DRAFT = (SHELF / "china-2021-draft.yaml").read_text(encoding="utf-8")
TEXT_LINE = "title: Regulations on Rare Earth Management, draft for comment of 15 January 2021"


def draft(old: str, new: str) -> str:
    assert old in DRAFT
    return DRAFT.replace(old, new, 1)


MEASURE = """
    w{}: {{instrument: licence, kind: duty, acts_on: {{doing: run, stage: mining}},
           refused: {{unit: share, values: [{{from: 2022, value: 0.1, basis: assumption, why: w}}]}}}}
"""

HUGE = {
    "count of articles": (draft("articles_count: 29", "articles_count: 10000000000"), "less than or equal to 2000"),
    "span of articles": (draft('number: "1"', 'number: "0-99999999999"'), "is no number of an article"),
    "falling span": (draft('number: "1"', 'number: "9-3"'), "is no number of an article"),
    "number of 5,000 digits": (draft('number: "1"', f'number: "{"9" * 5000}"'), "at most 100 characters"),
    "30,000 digits and an x": (draft("version: 3", f"version: {'9' * 30000}x"), "a text of 30,001 letters"),
    "9,000 digits and an x": (draft("version: 3", f"version: {'9' * 9000}x"), "begins like a number"),
    "integer of 5,000 digits": (draft("version: 3", f"version: {'9' * 5000}"), "begins like a number"),
    "underscores": (draft("version: 3", f"version: {'1_' * 4000}"), "begins like a number"),
    "400,000 brackets": (draft("status: draft", f"status: draft{'[' * 400_000}"), "at most 256,000 bytes"),
    "pattern of brackets": (draft("zone: CHN", f'zone: "{"[" * 9000}"'), "at most 100 characters"),
    "2 MB": (DRAFT + "# x\n" * 500_000, "at most 256,000 bytes"),
    "many lists": (f"{DRAFT}x: [{'{},' * 60_000}]\n", "more than 10,000 keys and values"),
    "many keys": ("format: earthprice-rulebook/1\n" + "".join(f"k{i}: 1\n" for i in range(20_000)), "more than 10,000"),
    "many wrong keys": (f"{DRAFT}titl: 1\n{''.join(f't{i}: 1' + chr(10) for i in range(4_000))}", "is not a key here"),
    "many sources": (
        DRAFT.replace("source: draft", "source: drafft").replace(
            "sources:\n", "sources:\n" + "".join(f"  drat{i}: {{cite: c, confidence: A}}\n" for i in range(1_500))
        ),
        "source 'drafft' is not listed",
    ),
    "deep": (f"{DRAFT}x: {'[' * 5000}", "nested more than 30 deep"),
    "long text": (draft(TEXT_LINE, f"title: {'a ' * 60_000}"), "a text of 119,999 letters"),
    "long key": (f"{DRAFT}? {'k' * 9_000}\n: 1\n", "a key of 9,000 letters"),
    "long id": (draft("rulebook: china-2021-draft", f"rulebook: {'a' * 300}"), "an identifier of 300 letters"),
    "lone surrogate": (draft(TEXT_LINE, 'title: "a\\uD800b"'), "the letter U+D800 is not text"),
    "escape code": (draft(TEXT_LINE, 'title: "\\e[2J"'), "the letter U+001B is not text"),
    "no character": (draft(TEXT_LINE, 'title: "\\uFFFF"'), "the letter U+FFFF is not text"),
    "announced late": (draft('announced: "2021-01-15"', 'announced: "9999-12-31"'), "is out of bounds"),
    "month 13": (draft('announced: "2021-01-15"', 'announced: "2026-13-01"'), "is not a day of the calendar"),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_file_that_asks_too_much_is_refused_in_words_and_at_once(name):
    text, says = HUGE[name]
    began = time.process_time()
    with pytest.raises(RulebookError) as caught:
        rulebook_from_text(text, "huge.yaml")
    assert time.process_time() - began < 2.0
    assert says in str(caught.value)
    assert len(str(caught.value)) <= caps.MESSAGE


def test_more_measures_than_a_law_has_are_refused(small):
    with pytest.raises(RulebookError, match="the book has 301 measures. Accepted: at most 300"):
        small("".join(MEASURE.format(i) for i in range(301)))


def test_a_message_is_cut_however_much_it_quotes():
    error = InputError(
        "x" * 10**6, where="y" * 10**6, accepted=["z" * 10**6] * 99, given="z" * 10**6, also=["m" * 10**6] * 999
    )
    assert len(str(error)) <= caps.MESSAGE
    assert str(error).endswith("and more to mend")


def test_every_mend_of_a_file_is_listed_at_once():
    text = draft("status: draft", "status: drafty").replace("jurisdiction: CHN", "jurisdiction: China", 1)
    text = text.replace("unit: MUSD2020/year", "unit: MUSD/year", 1)
    with pytest.raises(RulebookError) as caught:
        rulebook_from_text(text, "mine.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("mine.yaml:5: jurisdiction: 'China' is not a zone")
    assert lines[1].startswith("also mine.yaml:6: status: 'drafty' is not accepted here. Did you mean 'draft'?")
    assert lines[2].startswith("also mine.yaml:") and "unit 'MUSD/year' does not fit here" in lines[2]


def test_every_name_that_is_not_there_is_listed_at_once():
    text = DRAFT.replace("source: draft\n", "source: drfat\n", 1).replace("source: li-chao\n", "source: li-chow\n", 1)
    with pytest.raises(RulebookError, match=r"'drfat' is not listed. Did you mean 'draft'.*\nalso .*'li-chow'"):
        rulebook_from_text(text)


CASES = "format: earthprice-cases/1\nrulebook: china-2021-draft\ncases:\n" + (
    "- {{case: c, asks: number, given: {}, expect: {}}}\n"
)
ASKED = "{measure: stricter_approval, parameter: refused, year: 2023}"


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        (ASKED, "{value: china}"),
        (ASKED, "{value: [1]}"),
        (ASKED, "{value: '0x10'}"),
        (ASKED, "{value: {a: 1}}"),
        (ASKED.replace("2023", "1000000000"), "{value: 1}"),
        (ASKED.replace("2023", "-1"), "{value: 1}"),
        (ASKED.replace("}", ", delay: 1000000000}"), "{value: 1}"),
        (ASKED.replace("}", ", as_of: '2026-13-01'}"), "{value: 1}"),
        (ASKED.replace("}", ", share: 7}"), "{value: 1}"),
        (ASKED.replace("}", ", dug: -1}"), "{value: 1}"),
    ],
)
def test_a_strange_case_fails_or_is_refused(given, expect, tmp_path):
    path = tmp_path / "c.tests.yaml"
    path.write_text(CASES.format(given, expect))
    began = time.process_time()
    try:
        (outcome,) = run_cases("china-2021-draft", path)
        assert not outcome.passed
    except EarthpriceError as error:
        assert str(error).startswith("c.tests.yaml:4: cases[0].")
    assert time.process_time() - began < 2.0


def test_a_path_that_no_system_has_is_refused(tmp_path):
    for name in ("a\x00b.yaml", "x" * 5000 + ".yaml", "\ud800.yaml", str(tmp_path) + "/"):
        with pytest.raises(RulebookError):
            load_rulebook(name)


def test_what_ships_lies_well_below_the_caps():
    for path in sorted(SHELF.glob("*.yaml")):
        assert path.stat().st_size < caps.BOOK_BYTES / 8
    assert max(len(load_rulebook(name).measures) for name in shipped()) < caps.MEASURES / 4
