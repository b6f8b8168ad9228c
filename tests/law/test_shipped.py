"""The shipped books: complete, based, equal under both YAML versions, and as lawyers expect."""

from __future__ import annotations

import json
import re

import jsonschema
import numpy as np
import pytest
import yaml

from earthprice import law
from earthprice.errors import RulebookError
from earthprice.law import json_schema, load_rulebook, numbers, prose, run_cases, shipped, stack
from earthprice.law.cases import CaseFacts, _at, _holds, uncased
from earthprice.law.load import SHELF
from earthprice.law.outside import outside
from earthprice.law.source import read
from earthprice.law.texts import placed
from earthprice.law.use import chosen

BOOKS = shipped()


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft7Validator:
    jsonschema.Draft7Validator.check_schema(json_schema())
    return jsonschema.Draft7Validator(json_schema())


def test_what_ships():
    assert BOOKS == (
        "china-2021-draft",
        "china-2024-regulations",
        "china-2026",
        "china-content-2025",
        "china-export-control-2025",
        "china-in-force-2008",
        "china-in-force-2015",
        "china-in-force-2020",
        "eu-floor",
        "eu-one-source",
        "eu-raw-materials-2024",
        "eu-stock",
        "india-magnets-2025",
        "japan-answer",
        "japan-stock",
        "kachin-2025",
        "malaysia-raw-2024",
        "usa-credit-45x",
        "usa-floor-2025",
        "usa-magnets-2027",
        "usa-ore-2025",
        "vietnam-minerals-2026",
    )


def test_the_public_face_is_sorted_and_there():
    assert law.__all__ == sorted(law.__all__) and all(hasattr(law, n) for n in law.__all__)


@pytest.mark.parametrize("name", BOOKS)
def test_both_yaml_versions_read_the_same_tree(name):
    for path in (SHELF / f"{name}.yaml", SHELF / f"{name}.tests.yaml"):
        assert read(path).tree == yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.mark.parametrize("name", BOOKS)
def test_the_json_schema_accepts_it(name, schema):
    schema.validate(json.loads(json.dumps(read(SHELF / f"{name}.yaml").tree)))


@pytest.mark.parametrize("name", BOOKS)
def test_lawyers_cases_pass(name):
    outcomes = run_cases(name)
    assert outcomes
    for o in outcomes:
        assert o.passed, o
    assert uncased(load_rulebook(name), outcomes) == [], "modelled articles without a case"


def test_a_case_that_asks_what_is_not_answered_is_refused(tmp_path):
    path = tmp_path / "x.tests.yaml"
    path.write_text(
        "format: earthprice-cases/1\nrulebook: china-2021-draft\ncases:\n- case: X\n  asks: deterrence\n"
        "  given: {penalty: fine, year: 2022}\n  expect: {deters_lwo: 1}\n"
    )
    with pytest.raises(RulebookError, match=r"x\.tests\.yaml:7: .*Did you mean 'deters_low'"):
        run_cases("china-2021-draft", path)


def test_every_article_of_draft_and_regulations_is_listed():
    for name, count in (("china-2021-draft", 29), ("china-2024-regulations", 32)):
        book = load_rulebook(name)
        assert sorted(n for a in book.articles for n in a.covers) == list(range(1, count + 1))
    draft = load_rulebook("china-2021-draft")
    assert all(a.number_sure == (max(a.covers) <= 5) for a in draft.articles)


@pytest.mark.parametrize("name", BOOKS)
def test_every_number_has_a_basis_and_what_it_needs(name):
    table = numbers(stack(name))
    assert table["unit"].ne("").all() and table["key"].is_unique
    assert table.loc[table["basis"] == "assumption", "why"].ne("").all()
    assert table.loc[table["basis"] != "assumption", "source"].ne("").all()
    assert table.loc[table["basis"] == "notice", "published"].ne("").all()


def leaves(tree, path=()):
    """Numbers and dates of a rulebook that a reader must see."""
    if isinstance(tree, dict):
        for k, v in tree.items():
            yield from leaves(v, (*path, k))
    elif isinstance(tree, list):
        for v in tree:
            yield from leaves(v, path)
    elif isinstance(tree, (int, float)) and not isinstance(tree, bool) or path[-1] in ("from", "published", "date"):
        yield path, tree


@pytest.mark.parametrize("name", BOOKS)
def test_prose_is_complete(name):
    book = load_rulebook(name)
    text = prose(book)
    seen = {float(x.replace(",", "")) for x in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)}
    for path, leaf in leaves(book._source.tree):
        if isinstance(leaf, str):
            assert leaf in text, (path, leaf)
        else:
            assert any(abs(x - leaf) < 1e-9 or abs(x - 100 * leaf) < 1e-7 for x in seen), (path, leaf)
    flat = " ".join(text.split())
    for article in book.articles:
        assert " ".join(article.says.split()) in flat and article.heading in flat
        assert article.why_not is None or article.why_not in flat
        for measure in article.measures.values():
            for quantity in measure.quantities().values():
                for value in quantity.values:
                    assert value.why is None or value.why.rstrip(".") in flat
    for citation in book.sources.values():
        assert citation.cite in flat
    assert max(map(len, text.splitlines())) <= 130


def test_each_number_stands_beside_its_own_parameter():
    text = " ".join(prose("china-in-force-2020").split())
    assert "158" not in text
    assert "120,850 t REO/year from 2020 (notice, quota20, published 2020-07-09)" in text
    assert "159,500 (148,850 to 165,650) t REO/year from 2021 (**assumption**, published 2021-02-20:" in text
    assert "9.5 % (3 % to 20 %) a year from 2022, reading as_before (**assumption**:" in text
    assert "1 to 5 multiple from 2022 (text, draft)" in " ".join(prose("china-2021-draft").split())


def test_prose_marks_what_was_not_known():
    text = " ".join(prose("china-in-force-2020", as_of="2021-03-01").split())
    assert "148,850 t REO/year from 2021 (notice, quota21, published 2021-09-30, not yet known on 2021-03-01)" in text
    assert text.count("not yet known") == 9


def test_article_numbers_that_are_unsure_say_so():
    text = prose("china-2021-draft")
    assert "Art. 5 Technology" in text and "Art. 8? Total-volume" in text


def test_a_text_put_together_is_assessed_as_of_the_day_whose_law_it_is(world):
    """`china-2026` holds acts of August 2025 to June 2026; as of October 2025 it would know half of them."""
    as_of = law.texts(law.Asked("china-2026"), world.network).as_of
    assert as_of == load_rulebook("china-2026").consolidated == "2026-11-01"


def test_consolidated_before_it_is_in_force_is_refused():
    text = (SHELF / "china-2026.yaml").read_text(encoding="utf-8").replace('"2026-11-01"', '"2025-01-01"')
    with pytest.raises(RulebookError, match="consolidated as of 2025-01-01, before it was in force"):
        law.rulebook_from_text(text)


def test_what_reaches_abroad_says_why_or_is_warned_of(world):
    text = (SHELF / "china-2026.yaml").read_text(encoding="utf-8")
    ground, silent = world.network, text.replace("      reaches_abroad: What", "      says_not: What")
    assert "says_not" in silent
    silent = "\n".join(x for x in silent.splitlines() if "says_not" not in x)
    warned = {}
    for name, said in (("with", text), ("without", silent)):
        book = law.rulebook_from_text(said)
        stacked = law.stack(book)
        p = law.prepare(stacked, ground)
        warned[name] = outside(stacked, p.ground, p.reached, book)
    assert warned["with"] == [] and "no law of CHN binds there" in str(warned["without"][0])


def test_europium_needs_a_licence_from_october_and_gadolinium_from_april(world):
    """Announcement 18 names gadolinium, Announcement 57 europium, and 57 is suspended to 10 November 2026."""
    terms = law.prepare(stack("china-2026"), world.network).terms([2026.0, 2026.5, 2027.0], reading="returns")
    element = world.network.activities["element"].to_numpy()
    refused = [terms.permit_use[row < 1].any(0) for row in terms.permit_granted]
    short = [set(element[some]) for some in refused]
    assert "gd" in short[0] and "eu" not in short[0]
    assert {"gd", "eu"} <= short[2]


@pytest.mark.parametrize("name", shipped())
def test_a_case_reads_the_law_as_a_run_does(world, name: str) -> None:
    """Measures of a book with readings of its own are read by them, and what is replaced only by what holds."""
    s = placed(law.load_rulebook(name), f"{world.base_year}-12-31")
    p, year = law.prepare(s, world.network), 2027.0
    choice = chosen(s, {})
    on = p._on(np.array([year]), choice)
    for item in s.latest.values():
        k, facts = s.items.index(item), CaseFacts(year=year)
        assert _holds(s, item, year, facts) == bool(on[k][0]), item.id
        for parameter in item.measure.quantities():
            said = p.said.numbers(k, parameter, np.array([year]), choice)[0]
            if np.isfinite(said):
                assert _at(s, item, parameter, facts, str).middle == pytest.approx(said), f"{item.id}.{parameter}"
