"""Words of the page: none missing in any language, none unused, blanks alike, the model's own names among them."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from earthprice.explore.guard import SCRIPTS
from earthprice.explore.opened import opened, opening
from earthprice.explore.page import Page
from earthprice.explore.session import Session
from earthprice.explore.words import languages, page_words
from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, shipped
from earthprice.law.note import SENTENCES
from earthprice.law.prose import PARAMETERS
from earthprice.report.words import words
from earthprice.study.options import Options
from earthprice.study.phrases import ENGLISH
from earthprice.world.factors import OWN

FILES = resources.files("earthprice.explore")
ROWS = list(csv.DictReader(FILES.joinpath("words.csv").read_text("utf-8").splitlines()))
KEYS = {row["key"] for row in ROWS}
SCRIPT = "".join(FILES.joinpath(f"{name}.js").read_text("utf-8") for name in SCRIPTS)
PAGE = FILES.joinpath("explore.html").read_text("utf-8")
FAMILIES = set(re.findall(r"(?:\bw\(|words\[)`([\w]+)\.\$\{", SCRIPT)) | {"zone", "group", "say", "note"}
"""Beginnings of keys whose ends are data: the script asks for those of a name, the reader for the others."""
ASKED = set(re.findall(r"\bw\('([\w.]+)'", SCRIPT)) | set(re.findall(r'data-(?:word|name)="([\w.]+)"', PAGE))


def test_every_word_stands_in_three_languages() -> None:
    assert languages() == ("en", "zh", "ja") and len(KEYS) == len(ROWS)
    for row in ROWS:
        assert list(row) == ["key", "en", "zh", "ja", "source"]
        assert all(row[language].strip() for language in languages()), row["key"]


def test_a_delay_of_one_year_is_told_in_the_singular() -> None:
    assert page_words("en")["one_year"] == "year" and page_words("en")["years"] == "years"
    assert SCRIPT.count("w(v === 1 ? 'one_year' : 'years')") == 1 and SCRIPT.count("years(page.state.delay)") == 1
    assert "unit: w('years'), of: years" in SCRIPT, "the slider too says it so"


def test_the_command_and_the_status_except_the_figure_that_has_no_draws() -> None:
    for language, figure in (("en", "figure 1"), ("zh", "指标1"), ("ja", "数値1")):
        assert all(figure in page_words(language)[key] for key in ("command_note", "whole"))


def test_blanks_are_the_same_in_every_language() -> None:
    for row in ROWS:
        assert len({tuple(sorted(re.findall(r"\{(\w+)\}", row[language]))) for language in languages()}) == 1, row[
            "key"
        ]


def test_every_word_that_the_page_asks_for_is_there_and_no_other() -> None:
    of_report = {key for key in words("en").labels if key.startswith(("chart.", "panel."))}
    assert ASKED <= KEYS | of_report, ASKED - KEYS
    quoted = set(re.findall(r"'([\w]+)'", SCRIPT))
    idle = {key for key in KEYS - ASKED - quoted if key.split(".")[0] not in FAMILIES}
    assert not idle


def test_blanks_are_filled_where_the_page_asks() -> None:
    texts = page_words("en")
    for key, values in re.findall(r"\bw\('([\w.]+)', \{([^{}]*)\}", SCRIPT):
        given = set(re.findall(r"(\w+)(?=:|,|\s*$)", re.sub(r":[^,]*", ":", values)))
        assert set(re.findall(r"\{(\w+)\}", texts[key])) <= given, key


def test_the_models_own_names_have_words() -> None:
    assert {f"parameter.{p}" for p in PARAMETERS} == {k for k in KEYS if k.startswith("parameter.")}
    assert all(page_words("en")[f"parameter.{p}"] == said for p, said in PARAMETERS.items())
    numbers = load_world().numbers
    common = {n for n in numbers.words if not n.startswith(OWN)}
    assert {f"factor.{n}" for n in common} == {k for k in KEYS if k.startswith("factor.")}
    assert {f"family.{n.split('/')[1]}" for n in numbers.words if n.startswith(OWN)} <= KEYS
    owners = {owner.removeprefix("conc_") for n in numbers.words if n.startswith(OWN) for owner in n.split("/")[2:]}
    zones = {key.removeprefix("zone.") for key in KEYS | words("en").labels.keys() if key.startswith("zone.")}
    assert owners - zones == {key.removeprefix("whose.") for key in KEYS if key.startswith("whose.")}
    books = [load_rulebook(name) for name in shipped()]
    measures = [m for b in books for a in b.articles for m in a.measures.values()]
    units = {q.unit for m in measures for q in m.quantities().values()}
    assert {u for u in units if re.search("[a-z]{4}", u)} <= {k.removeprefix("unit.") for k in KEYS}


def test_a_note_on_texts_has_its_words_in_every_language() -> None:
    english = {f"note.{kind}": said for kind, said in SENTENCES.items()}
    assert english == {k: v for k, v in page_words("en").items() if k.startswith("note.")}


@pytest.mark.parametrize("name", ["eu-floor", "usa-magnets-2027", "malaysia-raw-2024"])
def test_a_note_on_shipped_texts_is_told_in_every_language(name: str) -> None:
    page = Page(Session(opened(opening(name, Options()))))
    assert page.opening("en")["notes"] == list(map(str, page.session.opened.texts.notes)) != []
    for said in (n for language in ("zh", "ja") for n in page.opening(language)["notes"]):
        assert "{" not in said and not re.search(r"\b(?:the|of|that|does)\b", said)


def test_phrases_of_the_answers_are_those_of_the_study() -> None:
    assert {k: v for k, v in page_words("en").items() if k.startswith("say.")} == ENGLISH.labels


def test_every_module_of_the_page_brings_in_what_it_takes_from_another() -> None:
    texts = {name: FILES.joinpath(f"{name}.js").read_text("utf-8") for name in SCRIPTS}
    export = r"^export (?:async )?(?:function|const) (\w+)"
    given = {n: set(re.findall(export, t, re.MULTILINE)) for n, t in texts.items()}
    every = set().union(*given.values())
    for name, text in texts.items():
        brought = re.findall(r"\w+", " ".join(re.findall(r"^import \{([^}]*)\}", text, re.MULTILINE)))
        own = set(brought) | set(re.findall(r"(?:function|const|let) (\w+)", text))
        called = set(re.findall(r"(?<![\w.'$])(\w+)\(", re.sub(r"//.*", "", text)))
        assert not (called & every) - own, name
