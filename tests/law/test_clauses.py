"""Clauses of one text in the other: what goes together, what is taken along, nothing without a price or a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earthprice.facts.world import load_world
from earthprice.law import Rulebook, clauses, load_rulebook, stack, swap
from earthprice.law.clauses import ENTRY, with_clauses
from earthprice.law.numbers import entering
from earthprice.world.network import Network

DRAFT, LATER, BELOW = "china-2021-draft", "china-2024-regulations", "china-in-force-2020"


@pytest.fixture(scope="module")
def network() -> Network:
    return load_world().network


@pytest.fixture(scope="module")
def books() -> tuple[Rulebook, Rulebook]:
    return load_rulebook(DRAFT), load_rulebook(LATER)


def test_a_text_differs_in_nothing_from_itself(books):
    assert clauses(books[0], books[0]) == []


def test_the_basis_of_a_contract_is_a_number_and_that_of_a_value_is_words(books):
    floor = load_rulebook("usa-floor-2025")
    name, contract = next((k, m) for k, m in floor.measures.items() if m.instrument == "contract")
    article = next(a for a in floor.articles if name in a.measures)

    def said(key: str, **number: object) -> Rulebook:
        quantity = getattr(contract, key)
        values = tuple(v.model_copy(update=number) for v in quantity.values)
        changed = contract.model_copy(update={key: quantity.model_copy(update={"values": values})})
        own = article.model_copy(update={"measures": article.measures | {name: changed}})
        return floor.model_copy(update={"articles": [own if a is article else a for a in floor.articles]})

    assert [c.id for c in clauses(floor, said("basis", value=99.0))] == [name]
    assert clauses(floor, said("basis", basis="assumption", why="Other words.")) == []


def test_the_changes_of_2024_are_found(books):
    found = {c.id: c.words.split(":")[0] for c in clauses(*books)}
    assert found == {
        "stricter_approval": "dropped",
        "recycler_feed": "changed",
        "tracing_system": "changed",
        "fine+fine_separation": "changed",
        "fine_trade": "new",
        "repeal of imported_feed_free": "new",
        ENTRY: "changed",
    }


@pytest.mark.parametrize("way", [0, 1])
def test_every_clause_fits_into_the_other_text(books, network, way):
    other, book = books[way], books[1 - way]
    for clause in clauses(other, book):
        found = swap([load_rulebook(BELOW)], book, other, clause, network)
        assert found.prepared is not None, found.words


def test_what_is_taken_along_is_said(books, network):
    one = next(c for c in clauses(*books) if c.id == "tracing_system")
    found = swap([load_rulebook(BELOW)], books[1], books[0], one, network)
    assert found.words == "together with fine_trade"


def test_a_wording_that_fits_nowhere_says_why(books, network):
    one = replace(next(c for c in clauses(*books) if c.id == "fine_trade"), measures=("fine_trade", "nothing"))
    found = swap([], books[1].model_copy(update={"builds_on": None}), books[0], one, network)
    assert found.prepared is None and found.words.startswith("not priced: ")


def test_swapping_changes_that_clause_alone(books):
    first, second = books
    for clause in clauses(first, second):
        if clause.date:
            continue
        text, _ = with_clauses(second, first, [clause])
        for name in clause.measures:
            assert (name in text.measures) == (name in first.measures)
        kept = {k: m for k, m in second.measures.items() if k not in clause.measures}
        assert all(text.measures[k] == m for k, m in kept.items())


def test_all_clauses_together_are_the_other_text(books):
    first, second = books
    text, _ = with_clauses(second, first, clauses(first, second))
    assert clauses(first, text) == []


def test_a_repeal_is_taken_back(books):
    first, second = books
    one = next(c for c in clauses(first, second) if c.repeals)
    assert not stack(load_rulebook(BELOW), with_clauses(second, first, [one])[0]).repealed_by
    assert stack(load_rulebook(BELOW), with_clauses(first, second, [one])[0]).repealed_by


@pytest.mark.parametrize("day", ["2024-01-01", "2024-10-01"])
def test_there_and_back_is_the_same_book(books, day):
    for book in books:
        back = entering(entering(book, day), book.in_force.date)
        assert clauses(book, back) == []


def test_a_date_alone_is_no_change_of_a_clause(books):
    assert [c.id for c in clauses(books[0], entering(books[0], "2023-01-01"))] == [ENTRY]
