"""What an assessment sets side by side: the law of every country below the text, on both sides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from earthprice import caps
from earthprice.errors import OptionError, RulebookError
from earthprice.facts.world import load_world
from earthprice.law import Asked, Texts, load_rulebook, stack, texts
from earthprice.law.load import SHELF
from earthprice.law.texts import can_answer, in_force, placed, sides

CASES = Path(__file__).parent / "texts"
BASE, LATER = "china-in-force-2020", "china-export-control-2025"
NETWORK = load_world().network
SINCE = "2019-12-31"


def compared(text: str, **more: object) -> Texts:
    path = CASES / f"{text}.yaml"
    return texts(Asked(str(path) if path.is_file() else text, since=SINCE, **more), NETWORK)  # type: ignore[arg-type]


def names(t: Texts) -> tuple[str, str]:
    return t.baseline.stack.name, t.reform.stack.name


def said_of(t: Texts) -> list[str]:
    return list(map(str, t.notes))


@pytest.mark.parametrize("against", [None, BASE])
@pytest.mark.parametrize("text", ["mys-ban", "mys-ban-nobase"])
def test_a_law_of_another_country_is_added_to_the_law_in_force(text, against):
    t = compared(text, against=against)
    assert names(t) == (BASE, f"{BASE} + {text}")
    assert t.reform.stack.top == text and t.reading == "as_before" and t.as_of == "2023-11-01"
    said = [f"The law in force of other countries stands below {text} on both sides, though it names none of that law"]
    assert [n for n in said_of(t) if "other countries" in n] == (said if text == "mys-ban-nobase" else [])


def test_law_that_a_text_does_not_name_is_told_in_the_head_alone(tmp_path):
    text = (CASES / "foreign-tax.yaml").read_text("utf-8").replace("jurisdiction: JPN", "jurisdiction: CHN")
    (tmp_path / "mine.yaml").write_text(text.replace(f"builds_on: {BASE}\n", ""), "utf-8")
    t = compared(str(tmp_path / "mine.yaml"))
    assert names(t) == (BASE, f"{BASE} + foreign-tax")
    said = "foreign-tax does not say which law of CHN it builds on: it is added to the law that it is held against"
    assert said_of(t) == [said]


def test_the_terms_are_those_of_a_text_that_says_what_it_builds_on():
    years = np.arange(2019.0, 2027.0)
    said, unsaid = (compared(t).reform.terms(years) for t in ("mys-ban", "mys-ban-nobase"))
    assert np.array_equal(said.permit_amount, unsaid.permit_amount) and said.permits == unsaid.permits
    assert np.array_equal(said.advalorem, unsaid.advalorem) and np.array_equal(said.awaited, unsaid.awaited)
    waited = (date(2024, 1, 1) - date(2023, 9, 11)).days / 365  # of the ban, not of the law of 2015 below it
    assert said.awaited.max(1) == pytest.approx(np.where(years == 2023, waited, 0.0), abs=2e-3)


def test_the_law_in_force_is_that_of_the_day_of_announcement():
    book = load_rulebook(CASES / "mys-ban-nobase.yaml")
    late = book.model_copy(update={"announced": "2025-06-01"})
    assert sides(late, (), None).baseline.name == f"{stack(LATER).name} + usa-ore-2025"
    early = book.model_copy(update={"announced": "2012-06-01"})
    assert sides(early, (), None).baseline.name == "china-in-force-2008"
    assert sides(early, (), None, SINCE).baseline.name == BASE
    whole_law = book.model_copy(update={"consolidated": "2026-11-01"})
    assert "china-2026" in sides(whole_law, (), None).baseline.name, "of a text put together, that of its own day"


@pytest.mark.parametrize(
    ("text", "day", "says"),
    [
        ("china-2021-draft", "2021-01-14", "2021-01-14 lies before the text was announced, 2021-01-15.*or later"),
        ("china-2021-draft", "1990-01-01", "before the text was announced"),
        ("mys-none", "2019-06-01", "before the facts begin, 2019-12-31"),
    ],
)
def test_nobody_assesses_before_there_is_a_text_or_a_fact(text, day, says):
    with pytest.raises(OptionError, match=f"--as-of.*{says}"):
        compared(text, against=BASE, as_of=day)


def test_a_text_of_long_ago_is_assessed_with_what_the_facts_know():
    assert compared("mys-none", against=BASE).as_of == SINCE
    assert compared("china-2021-draft", as_of="2021-01-15").as_of == "2021-01-15"


def test_before_any_level_was_published_no_review_moves_a_total():
    t = compared("china-2021-draft").reform.terms(np.arange(2019.0, 2027.0), as_of="1990-01-01", reading="reviewed")
    assert t.reviews == ()


def test_a_reading_of_the_text_alone_leaves_the_law_below_as_it_was_read(tmp_path):
    """Of its own reading the law in force knows nothing: it is read by its own default, on both sides."""
    text = (CASES / "foreign-tax.yaml").read_text("utf-8").replace("jurisdiction: JPN", "jurisdiction: CHN")
    text = text.replace("articles:\n", "readings:\n  soft: {default: true, words: Half of it.}\narticles:\n", 1)
    (tmp_path / "soft.yaml").write_text(text, "utf-8")
    t = texts(Asked(str(tmp_path / "soft.yaml"), since=SINCE, reading="soft"), NETWORK)
    years = np.arange(2019.0, 2026.0)
    base = {r: t.baseline.terms(years, reading=r) for r in ("soft", "as_before")}
    assert np.array_equal(base["soft"].permit_amount, base["as_before"].permit_amount)
    reform = {r: t.reform.terms(years, reading=r) for r in ("soft", "as_before", "tight")}
    assert np.array_equal(reform["soft"].permit_amount, reform["as_before"].permit_amount)
    assert not np.array_equal(reform["tight"].permit_amount, reform["as_before"].permit_amount)


def test_sides_that_differ_by_more_than_the_text_are_refused():
    with pytest.raises(
        OptionError, match="'mys-ban' builds on china-in-force-2020, the baseline holds .*china-2024-reg"
    ):
        compared("mys-ban", against=LATER)
    law = stack(LATER).name
    assert names(compared("mys-ban-nobase", against=LATER)) == (law, f"{law} + mys-ban-nobase")


def test_what_one_side_lacks_of_another_country_is_added_to_it():
    none = str(CASES / "mys-none.yaml")
    assert names(compared("mys-ban", against=none)) == (f"{BASE} + mys-none", f"{BASE} + mys-none + mys-ban")
    assert names(compared("china-2021-draft", against=none))[1] == f"mys-none + {BASE} + china-2021-draft"


def test_a_base_beside_the_book(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    t = compared("mys-ban-twobases")
    assert names(t) == (f"{BASE} + mys-none", f"{BASE} + mys-none + mys-ban-twobases")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (("china-2021-draft",), "'china-2021-draft' is law of CHN, as 'china-2021-draft' is"),
        (("japan-answer", "china-2024-regulations"), "'china-2024-regulations' is law of CHN"),
        (("japan-answer", "japan-answer"), "japan-answer, japan-answer: one of them twice"),
    ],
)
def test_an_answer_is_anothers_and_given_once(answers, says):
    with pytest.raises(OptionError, match=f"--with: {says}.*Accepted: rulebooks of other countries"):
        compared("china-2021-draft", answers=answers)


def test_texts_of_one_country_are_held_against_each_other():
    t = compared("china-2021-draft", against="china-2024-regulations")
    assert names(t) == (f"{BASE} + china-2024-regulations", f"{BASE} + china-2021-draft") and t.notes == ()
    whole = compared(BASE, against="china-in-force-2015")
    assert names(whole) == ("china-in-force-2015", BASE)


def test_the_whole_law_needs_something_to_compare_with():
    with pytest.raises(OptionError, match="--against: 'china-in-force-2020' is a whole law"):
        compared(BASE)
    assert placed(load_rulebook(BASE)).name == BASE


def test_a_whole_law_of_ones_own_takes_the_place_of_the_law_in_force(tmp_path):
    """`builds_on: []` says so; it is held against the law in force, or against what is named."""
    text = (SHELF / f"{BASE}.yaml").read_text("utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace(f"rulebook: {BASE}\n", "rulebook: mine\nbuilds_on: []\n", 1), "utf-8")
    assert names(compared(str(mine))) == (BASE, "mine")
    assert names(compared(str(mine), against="china-in-force-2015")) == ("china-in-force-2015", "mine")
    assert placed(load_rulebook(mine)).name == "mine"
    years = np.arange(2019.0, 2026.0)
    t = compared(str(mine))
    assert np.array_equal(t.baseline.terms(years).advalorem, t.reform.terms(years).advalorem)


def test_an_answer_stands_on_the_reform_alone():
    t = compared("china-2021-draft", answers=("japan-answer",))
    assert names(t) == (BASE, f"{BASE} + china-2021-draft + japan-answer")
    assert t.reform.stack.top == "china-2021-draft"
    assert names(t.alone()) == (BASE, f"{BASE} + china-2021-draft")
    without = compared("china-2021-draft")
    assert without.alone().reform is without.reform


def test_an_answer_leaves_the_law_in_force_of_its_country_on_both_sides():
    """The credit builds on the law of April 2025; the floor of October, law in force, stood below before and stays."""
    network = load_world(base_year=2024).network
    alone, answered = (
        texts(Asked("china-2026", answers=a, since="2024-12-31"), network) for a in ((), ("usa-credit-45x",))
    )
    assert "usa-floor-2025" in alone.baseline.stack.name
    assert answered.baseline.stack.name == alone.baseline.stack.name
    assert answered.unanswered.stack.name == alone.reform.stack.name
    assert answered.reform.stack.name == f"{alone.reform.stack.name} + usa-credit-45x"
    years = np.arange(2024.0, 2031.0)
    for side in ("baseline", "unanswered"):
        ours, theirs = (getattr(t, side).terms(years, as_of=alone.as_of) for t in (answered, alone))
        assert np.array_equal(ours.advalorem, theirs.advalorem) and len(ours.contracts) == len(theirs.contracts) == 1


@pytest.mark.parametrize("law", ["usa-floor-2025", "usa-ore-2025"])
def test_law_in_force_below_the_text_is_no_answer_to_it(law):
    with pytest.raises(
        OptionError, match=rf"--with: '{law}' stands below the text already.*law of 2026-11-01.*not law"
    ):
        compared("china-2026", answers=(law,))
    assert compared("china-2021-draft", answers=(law,)).reform.stack.books[-1].rulebook == law  # of 2021 it is no law


def test_law_that_is_named_as_the_baseline_is_no_answer():
    with pytest.raises(OptionError, match=f"--with: '{BASE}' stands below the text already"):
        compared("mys-ban-nobase", against=BASE, answers=(BASE,))


def test_a_draft_that_does_not_fit_upon_the_law_of_its_country_cannot_answer():
    """The draft of 2021 and the regulations of 2024 set the same measures; below the European floor stand these."""
    upon = Asked("eu-floor", since="2024-12-31")
    assert not can_answer(upon, "china-2021-draft") and can_answer(upon, "japan-answer")
    with pytest.raises(RulebookError, match=r"china-2021-draft.yaml:\d+: .*is set by a book below too"):
        compared("eu-floor", answers=("china-2021-draft",))


def test_what_a_text_is_held_against_has_a_name():
    draft, law = compared("china-2021-draft"), compared("china-export-control-2025")
    assert (draft.kind, draft.held_against, law.kind, law.held_against) == ("draft", "no reform", "law", "no such law")
    assert compared("china-2024-regulations", against="china-2021-draft").held_against == "china-2021-draft"


def test_an_answer_that_bears_the_name_of_the_law_in_force_is_refused(tmp_path):
    false = tmp_path / "answer.yaml"
    false.write_text((CASES / "mys-none.yaml").read_text().replace("rulebook: mys-none", f"rulebook: {BASE}"))
    with pytest.raises(RulebookError, match=rf"answer\.yaml:2: rulebook: two different texts are called '{BASE}'"):
        compared("china-2021-draft", answers=(str(false),))
    with pytest.raises(RulebookError, match="two different texts"):
        compared("mys-ban", against=str(false))


def test_what_lies_outside_the_jurisdiction_is_told():
    (said,) = said_of(compared("mys-ban-nozone"))
    assert said.startswith("raw_export_ban (mys-ban-nozone art. 1) reaches") and "outside SEA, in AUS, MMR, ROW" in said
    (said,) = said_of(compared("foreign-tax"))
    assert "far_tax" in said and "outside JPN, in CHN" in said
    assert compared("mys-ban").notes == ()
    for name in ("china-2021-draft", "china-2024-regulations", LATER):
        assert compared(name).notes == ()


def test_a_charge_abroad_is_marked_as_that_of_the_state_that_levies_it():
    t = compared("foreign-tax").reform
    terms = t.terms(np.arange(2019.0, 2026.0))
    (levy,) = terms.foreign
    assert t.ground.zones[levy.zone] == "JPN"
    abroad = levy.specific != 0.0
    assert abroad.any() and (levy.specific[abroad] == 1.0).all() and (terms.specific >= levy.specific).all()
    assert set(t.ground.columns["zone"][abroad.any(0)]) == {"CHN"}
    assert compared("china-2021-draft").reform.terms(np.arange(2019.0, 2026.0)).foreign == ()


def test_money_for_a_mine_abroad_is_paid_by_the_state_that_promises_it():
    t = compared("china-2021-draft", answers=("japan-answer",)).reform
    terms = t.terms(np.arange(2019.0, 2026.0))
    (levy,) = terms.foreign
    assert t.ground.zones[levy.zone] == "JPN" and levy.entry_support.max() > 0
    paid = levy.entry_support.any(0)
    assert "JPN" not in set(t.ground.columns["zone"][paid])


def test_arrays_by_zone_are_in_the_order_of_the_world():
    world = load_world()
    order = list(world.structure["zones"]["id"])
    assert list(compared("foreign-tax").reform.ground.zones) == order
    research = compared("china-2021-draft", answers=("japan-answer",)).reform.terms(np.arange(2019.0, 2026.0))
    assert [order[z] for z in np.flatnonzero(research.knowledge_support.any(0))] == ["JPN"]


def test_a_text_with_readings_of_its_own_is_read_by_them():
    """The readings of the law below it may be asked for; the text then keeps its own default."""
    t = texts(Asked("china-2026", against=LATER, since=SINCE), NETWORK)
    assert (t.reading, t.readings) == ("renewed", ("renewed", "returns", "lapses"))
    below = texts(Asked("china-2026", against=LATER, since=SINCE, reading="tight"), NETWORK)
    assert (below.reading, below.readings) == ("tight", ("renewed", "returns", "lapses", "tight"))
    with pytest.raises(OptionError, match="unknown reading 'returned'"):
        texts(Asked("china-2026", since=SINCE, reading="returned"), NETWORK)


def test_what_the_baseline_lacks_beside_the_text_is_said():
    older = "china-2024-regulations"
    t = texts(Asked("china-2026", against=older, since=SINCE), NETWORK)
    said = f"china-2026 stands on {LATER}, which {older} lacks: differences are of them together"
    assert said in said_of(t) and t.against == older
    assert not any("differences are of them" in n for n in said_of(compared("china-2021-draft")))


def test_a_law_put_together_from_several_acts_is_held_against_what_it_builds_on():
    t = texts(Asked("china-2026", since=SINCE), NETWORK)
    assert t.held_against == t.against == t.baseline.stack.top == "china-export-control-2025"
    assert t.kind == "law" and not any("differences are of them" in n for n in said_of(t))


def test_what_ended_american_ore_for_china_stands_below_the_law_of_2026_and_not_below_older_texts():
    """Stopped in April 2025; the licences of 4 April and the draft of 2021 know nothing of it."""
    world = load_world(base_year=2024)
    ore = world.network.activities.index.get_loc("ship/conc_mountain_pass/USA/CHN")
    refused = {}
    for text in ("china-2026", "china-export-control-2025"):
        t = texts(Asked(text, since="2024-12-31"), world.network)
        assert ("usa-ore-2025" in t.baseline.stack.name) == ("usa-ore-2025" in t.reform.stack.name)
        terms = t.baseline.terms(np.arange(2024.0, 2028.0), as_of=t.as_of)
        refused[text] = 1.0 - np.where(terms.permit_use[:, ore] > 0, terms.permit_granted, 1.0).min(1)
    assert refused["china-2026"] == pytest.approx([0.0, (71 + 0.99 * 175) / 365, 0.99, 0.99], abs=2e-3)
    assert (refused["china-export-control-2025"] == 0.0).all()


@pytest.mark.parametrize(
    ("day", "american"),
    [
        ("2025-04-29", []),
        ("2025-04-30", ["usa-ore-2025"]),
        ("2025-09-30", ["usa-ore-2025"]),
        ("2025-10-01", ["usa-ore-2025", "usa-floor-2025"]),
    ],
)
def test_american_law_in_force_on_a_day_is_what_had_begun(day, american):
    assert [b.rulebook for b in in_force(day).books if b.jurisdiction == "USA"] == american


def test_the_floor_that_pays_for_ore_at_home_stands_below_the_law_of_2026():
    """It was signed in July 2025 and pays from October; the draft of 2021 and the benchmark know nothing of it."""
    network = load_world(base_year=2024).network
    strikes = {}
    for text in ("china-2026", "china-export-control-2025"):
        t = texts(Asked(text, since="2024-12-31"), network)
        sides_ = [p.terms(np.arange(2024.0, 2028.0), as_of=t.as_of).contracts for p in (t.baseline, t.reform)]
        strikes[text] = [[np.isfinite(c.strike).tolist() for c in found] for found in sides_]
    assert strikes["china-2026"] == [[[False, True, True, True]]] * 2
    assert strikes["china-export-control-2025"] == [[], []]


@pytest.mark.parametrize("text", ["kachin-2025", "malaysia-raw-2024", "eu-raw-materials-2024"])
def test_rules_put_together_from_several_acts_see_all_of_them_and_are_held_against_no_such_law(text: str) -> None:
    t = texts(Asked(text, since="2024-12-31"), NETWORK)
    assert t.as_of == t.book.consolidated >= "2025-03-31" and not t.against and t.held_against == "no such law"
    for reading in t.readings:
        assert len(t.reform.terms(np.arange(2024.0, 2031.0), reading=reading, as_of=t.as_of).permits) <= caps.PERMITS


def test_the_european_act_has_room_beside_the_licences_of_2025_in_every_reading() -> None:
    """China's review for Japan is announced later: it refuses nothing here, and its seven permits bound even so."""
    network = load_world(base_year=2024).network
    t = texts(Asked("eu-raw-materials-2024", since="2024-12-31"), network)
    assert "china-2026" in {b.rulebook for b in t.baseline.stack.books}
    years = np.arange(2024.0, 2031.0)
    found = [t.reform.terms(years, reading=reading, as_of=t.as_of).permits for reading in t.readings]
    assert 28 < max(len(permits) for permits in found) <= caps.PERMITS
    assert not [name for permits in found for name in permits if name.startswith("japan_review")]


def test_the_american_magnet_rule_is_assessed_beside_the_law_of_its_second_step() -> None:
    """It was assessed as of July 2024, from the benchmark of 2019, against laws that ended long before 2027."""
    t = texts(Asked("usa-magnets-2027"), NETWORK)
    assert t.as_of == "2026-11-01" and not t.against and t.held_against == "no such law"
    assert "china-2026" in {b.rulebook for b in t.baseline.stack.books}
