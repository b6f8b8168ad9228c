"""Stacking: who takes the place of whom, and what two books may not do."""

from __future__ import annotations

import json

import pytest

from earthprice.errors import OptionError, RulebookError
from earthprice.law import compile_terms, contested, load_rulebook, rulebook_from_text, stack

RATE = "{unit: share of value, values: [{from: 2022, value: %s, basis: assumption, why: A test.}]}"
TAX = "tax: {instrument: charge, kind: duty, %sacts_on: {stage: magnet}, base: sale_value, rate: " + RATE + "}"

REPEAL = """\
format: earthprice-rulebook/1
rulebook: above
title: A repeal
jurisdiction: CHN
status: draft
announced: "2021-01-01"
in_force: {date: "2024-01-01", basis: assumption, why: A test.}
text_status: A test.
sources: {law: {cite: A law, confidence: A}}
articles:
- {number: "1", heading: One, says: One., source: law, modelled: fully, see: [tax], against_base: repeals}
"""


def test_the_same_measure_needs_replaces(small):
    below, above = small(TAX % ("", 0.1), name="below"), small(TAX % ("", 0.3), name="above")
    with pytest.raises(RulebookError, match=r"'tax' is set by a book below too.*Accepted: replaces: tax"):
        stack(below, above)


def test_a_replacing_measure_takes_over_when_its_book_enters_into_force(small, network, years):
    below = small(TAX % ("", 0.1), name="below", start="2020-01-01")
    above = small(TAX % ("replaces: tax, ", 0.3), name="above", start="2024-01-01")
    s = stack(below, above)
    t = compile_terms(s, network, years)
    i = network.activities.index.get_loc("make/magnet")
    assert t.advalorem[:, i].tolist() == [0, 0, 0.1, 0.1, 0.3, 0.3]
    assert compile_terms(s, network, years, without=["1"]).advalorem[-1, i] == 0.1


def test_other_jurisdictions_may_use_the_same_names(small):
    both = small(TAX % ("", 0.1), name="here"), small(TAX % ("", 0.1), name="there", zone="JPN")
    assert [b.rulebook for b in stack(*both).books] == ["here", "there"]


def test_the_text_is_the_last_book_unless_it_is_named(small):
    books = "china-in-force-2020", small(TAX % ("", 0.1), name="theirs", zone="JPN")
    assert stack(*books).top == "theirs"
    assert stack(*books, top="china-in-force-2020").top == "china-in-force-2020"


def test_bases_are_found_and_put_below():
    assert [b.rulebook for b in stack("china-export-control-2025").books] == [
        "china-in-force-2020",
        "china-2024-regulations",
        "china-export-control-2025",
    ]
    assert [b.rulebook for b in stack("china-2021-draft", "japan-answer").books][-1] == "japan-answer"
    assert stack("china-in-force-2020", "china-2021-draft").name == stack("china-2021-draft").name


def test_two_texts_of_one_thing_do_not_stack():
    with pytest.raises(RulebookError, match="is set by a book below too"):
        stack("china-2021-draft", "china-2024-regulations")


def test_a_circle_is_refused(small):
    a = small(TAX % ("", 0.1), name="one", builds="two")
    b = small(TAX % ("", 0.1), name="two", builds="one")
    with pytest.raises(RulebookError, match="in a circle"):
        stack(a, b)


def test_an_empty_stack_is_refused():
    with pytest.raises(OptionError, match="needs a rulebook"):
        stack()


def test_a_repeal_ends_a_measure(small, network, years):
    below = small(TAX % ("", 0.1), name="below", start="2020-01-01")
    s = stack(below, rulebook_from_text(REPEAL))
    i = network.activities.index.get_loc("make/magnet")
    assert compile_terms(s, network, years).advalorem[:, i].tolist() == [0, 0, 0.1, 0.1, 0, 0]
    assert compile_terms(s, network, years, without=["1"]).advalorem[-1, i] == 0.1


def test_export_quotas_and_duties_are_flagged_and_vat_is_not(small):
    amount = "{unit: t REO/year, values: [{from: 2022, value: 30000, basis: assumption, why: A test.}]}"
    quota = f"quota: {{instrument: cap, kind: duty, acts_on: {{doing: ship, zone: CHN}}, amount: {amount}}}\n"
    duty = (
        (
            "duty: {instrument: charge, kind: duty, levy: duty, acts_on: {doing: ship, zone: CHN}, "
            "base: border_value, rate: "
        )
        + RATE % 0.2
        + "}"
    )
    flags = contested(stack(small(quota + duty)))
    assert len(flags) == 2 and all("DS431" in f for f in flags)
    assert contested(stack("china-2021-draft")) == []


def test_limits_by_origin_of_one_article_are_flagged_once():
    (flag,) = [f for f in contested(stack("eu-raw-materials-2024")) if "GATT" in f]
    assert flag.startswith("oxides_one_source, metals_one_source, magnets_one_source (eu-raw-materials-2024 art. 5")


def test_a_book_may_build_on_a_path(tmp_path, small):
    below = small(TAX % ("", 0.1), name="below")
    path = tmp_path / "below.yaml"
    path.write_text(json.dumps(below._source.tree))
    above = small(TAX % ("replaces: tax, ", 0.3), name="above", builds=str(path))
    assert [b.rulebook for b in stack(above).books] == ["below", "above"]


def test_a_base_is_sought_beside_the_book_and_not_in_the_working_folder(tmp_path, small, monkeypatch):
    laws, elsewhere = tmp_path / "laws", tmp_path / "elsewhere"
    for folder, rate in ((laws, 0.1), (elsewhere, 0.2)):
        folder.mkdir()
        (folder / "below.yaml").write_text(small(TAX % ("", rate), name="below").text)
    (laws / "above.yaml").write_text(small(TAX % ("replaces: tax, ", 0.3), name="above", builds="below.yaml").text)
    monkeypatch.chdir(elsewhere)
    below = stack(laws / "above.yaml").books[0]
    assert below.rulebook == "below" and below.folder == laws.resolve()
    (laws / "below.yaml").unlink()
    with pytest.raises(RulebookError, match=r"no rulebook 'below.yaml' ships, and none lies beside.*laws"):
        stack(laws / "above.yaml")


def test_one_name_one_text(small):
    name = "china-in-force-2020"
    false = small(TAX % ("", 0.1), name=name)
    for books in (("china-2021-draft", false), (false, "china-2021-draft"), (name, false)):
        with pytest.raises(RulebookError, match=f"rulebook.*two different texts are called '{name}'"):
            stack(*books)
    assert stack(load_rulebook("china-2021-draft"), "china-2021-draft").top == "china-2021-draft"


def test_a_delayed_draft_keeps_its_name_and_base():
    assert stack(load_rulebook("china-2021-draft")).books[0].rulebook == "china-in-force-2020"
