"""Stacking: who takes the place of whom, and what two books may not do."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import OptionError, RulebookError
from earthprice.law import compile_terms, contested, load_rulebook, numbers, rulebook_from_text, stack
from earthprice.law.patch import parameter_of
from tests.law.test_instruments import CAP, at, q

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


def levy(rate: float, zone: str, stage: str, head: str = "kind: duty", values: str = "") -> str:
    acts = f"acts_on: {{stage: {stage}, zone: {zone}, status: licensed}}"
    rates = f"{{unit: share of value, values: [{values}]}}" if values else q("share of value", rate)
    return f"levy: {{instrument: charge, {head}, base: sale_value, {acts}, rate: {rates}}}\n"


def rates(s, network, years, **use) -> tuple[float, float]:
    """The rate of China's separation and of Japan's magnets in the last year."""
    t = compile_terms(s, network, years, **use)
    i, j = at(network, "separate/home", "make/magnet")
    return pytest.approx(t.advalorem[-1, i]), pytest.approx(t.advalorem[-1, j])


def test_a_change_of_the_text_reaches_no_measure_of_another_country(small, network, years):
    """Europe's floor, a fifth higher, lifted the American one below it, which has its name."""
    china, japan = small(levy(0.1, "CHN", "separation")), small(levy(0.2, "JPN", "magnet"), name="j", zone="JPN")
    both = stack(china, japan)
    assert rates(both, network, years, overrides={"levy.rate": "x2"}) == (0.1, 0.4)
    assert rates(stack(china, japan, top="small"), network, years, overrides={"levy.rate": "x2"}) == (0.2, 0.2)
    power = "kind: power, used: never"
    idle = stack(
        *(
            small(levy(0.1, z, on, power), name=z.lower(), zone=z)
            for z, on in (("CHN", "separation"), ("JPN", "magnet"))
        )
    )
    assert rates(idle, network, years, overrides={"levy.rate": 0.3}) == (0.0, 0.3), "nor is its power switched on"


def test_an_id_that_two_other_countries_have_and_the_text_has_not_is_refused(small):
    """The change reached the first of the two alone, and said nothing."""
    china = small("other: " + levy(0.3, "CHN", "mining").partition(" ")[2])
    others = (small(levy(0.2, z, "magnet"), name=z.lower(), zone=z) for z in ("JPN", "USA"))
    s = stack(china, *others, top="small")
    with pytest.raises(OptionError, match=r"'levy' is a measure of JPN and of USA, and none of small"):
        parameter_of(s, "levy.rate")
    assert parameter_of(s, "other.rate")[1] == "rate"


def test_a_measure_replaces_none_of_another_country(small, network, years):
    """Japan's new levy ended China's, which has the name of the old one."""
    china, japan = small(levy(0.1, "CHN", "separation")), small(levy(0.2, "JPN", "magnet"), name="j", zone="JPN")
    new = small(levy(0.3, "JPN", "magnet", "kind: duty, replaces: levy"), name="j2", zone="JPN", start="2023-01-01")
    assert rates(stack(china, japan, new), network, years) == (0.1, 0.3)


def test_an_exemption_frees_from_the_cap_of_its_own_country(small, network, years):
    cap = f"total: {{instrument: cap, kind: duty, acts_on: {{stage: magnet}}, amount: {q('t REO/year', 1)}}}\n"
    free = "free: {instrument: exempt, kind: duty, from_measure: total, acts_on: {stage: mining, deposit: east}}"
    here, there = small(CAP + free), small(cap, name="j", zone="JPN")
    for books in ((here, there), (there, here)):
        t = compile_terms(stack(*books), network, years)
        mine = [k for k, p in enumerate(t.permits) if p.partition("/")[2] in ("East", "West")]
        assert len(set(t.permits)) == len(t.permits), "each permit has a name of its own"
        assert t.permit_use[np.ix_(mine, at(network, "dig/east", "dig/west"))].any(0).tolist() == [False, True]
        assert t.permit_use[:, at(network, "make/magnet")].any()
    with pytest.raises(RulebookError, match="is not a measure that fits here"):
        stack(there, small(free))


def test_numbers_of_two_countries_are_drawn_apart_where_one_key_would_name_both(small, network, years):
    """Two levies of one name, one date and a range each were one number in every draw."""
    wide = "{from: 2022, range: [0.1, 0.3], basis: assumption, why: A test.}"
    later = wide.replace("2022", "2023")
    china = small(levy(0, "CHN", "separation", values=wide))
    for values, key in ((wide, "JPN:levy.rate@2022"), (later, "levy.rate@2023")):
        s = stack(china, small(levy(0, "JPN", "magnet", values=values), name="j", zone="JPN"))
        assert numbers(s)["key"].tolist() == ["levy.rate@2022", key]
        drawn = {"levy.rate@2022": 0.25, key: 0.75}
        assert rates(s, network, years, quantiles=drawn) == (0.15, 0.25)


def test_a_reading_of_the_text_is_none_of_another_country(small, network, years):
    """A European text with a reading called `tight` moved China's totals in the law without it."""
    values = "".join(
        f"{{from: 2022, reading: {r}, value: {x}, basis: assumption, why: A test.}}, "
        for r, x in (("as_before", 0.1), ("tight", 0.2))
    )
    china = small(levy(0, "CHN", "separation", values=values))
    japan = small(levy(0, "JPN", "magnet", values=values), name="j", zone="JPN")
    both = stack(china, japan)
    assert rates(both, network, years, reading="tight") == (0.1, 0.2)
    below = replace(stack(china), above=both)
    assert rates(below, network, years, reading="tight")[0] == 0.1
    silent = small(levy(0.3, "JPN", "magnet"), name="j", zone="JPN")
    plain = silent.model_copy(update={"readings": {}})
    assert rates(stack(china, plain), network, years, reading="tight") == (0.2, 0.3), "asked for of the law below"


def test_a_text_without_readings_is_read_as_the_law_of_its_own_country():
    """The floor of 2025 lies above the Chinese law of 2026, below the text: how its index is read is not told of it."""
    law, floor, own = stack("china-2026"), stack("usa-floor-2025"), rulebook_from_text(REPEAL)
    text = replace(law, books=(*law.books, floor.top_book, own), top=own.rulebook)
    assert (floor.default_reading, text.default_reading) == ("home_index", "renewed")
    assert replace(text, books=(floor.top_book, own)).default_reading == "home_index", "where home has none"
