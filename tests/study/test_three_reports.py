"""Page one of three reports: what is compared with what, what changes, by which text, on what it rests; each once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace

import pandas as pd
import pytest

from earthprice.cli import main
from earthprice.report.draw import DRAWN
from earthprice.report.page import render_page
from earthprice.report.words import named, words
from earthprice.study.assess import assess
from earthprice.study.assessment import Assessment
from earthprice.world.numbers import GRADES
from earthprice.world.world import World
from tests.small import SMALL, TEXT

BASE, CONTROL = "china-in-force-2020", "china-export-control-2025"
CAUGHT, MORE = "value: 0.05, range: [0, 0.15], basis", "value: 0.13, range: [0.11, 0.15], basis"
HTML = "{http://www.w3.org/1999/xhtml}"
QUICK = replace(SMALL, draws=2, only="figures", period="year")
SPACE = re.compile(r"[\s\u00a0]+")


@dataclass(frozen=True)
class Page:
    """Page one as a reader has it: an assessment, its words, the heads and rows of its ten figures."""

    made: Assessment
    words: str
    heads: list[str]
    rows: dict[str, list[str]]

    def change(self, key: str) -> str:
        """The difference of one of the ten figures, as it is printed."""
        return self.rows[key][self.heads.index("difference")].lstrip("+")

    def question(self, name: str) -> str:
        return next(q["answer"] for q in self.made.questions if q["question"] == name)


def page(made: Assessment) -> Page:
    labels = named(words(), made.meta)
    whole = ET.fromstring(render_page(made, [d(made, labels) for d in DRAWN], {}, words()).split("\n", 1)[1])
    first = next(s for s in whole.iter(f"{HTML}section") if s.get("id") == "page-one")
    table = next(t for t in first.iter(f"{HTML}table") if "ten" in (t.get("class") or "").split())
    heads, *rows = [[plain(cell) for cell in row] for row in table.iter(f"{HTML}tr")]
    return Page(made, plain(first), heads, dict(zip(made.figures["key"], rows, strict=True)))


def plain(element: ET.Element) -> str:
    return SPACE.sub(" ", "".join(element.itertext())).strip()


@pytest.fixture(scope="module")
def draft(small_assessment: Assessment) -> Page:
    return page(small_assessment)


@pytest.fixture(scope="module")
def control(world: World) -> Page:
    return page(assess(CONTROL, replace(QUICK, answers=("japan-answer",)), world=world))


@pytest.fixture(scope="module")
def edited(world: World, tmp_path_factory: pytest.TempPathFactory) -> Page:
    mine = tmp_path_factory.mktemp("book") / "mine.yaml"
    assert main(["copy", TEXT, str(mine)]) == 0
    text = mine.read_text("utf-8")
    assert text.count(CAUGHT) == 1
    mine.write_text(text.replace(CAUGHT, MORE), "utf-8")
    return page(assess(str(mine), replace(QUICK, against=TEXT), world=world))


def test_each_says_once_what_is_held_against_what(draft: Page, control: Page, edited: Page) -> None:
    said = (
        (draft, f"against the law in force continued (“no reform”: {BASE})"),
        (control, f"against the law without it (“no such law”: {BASE} + china-2024-regulations)"),
        (edited, f"against {TEXT}."),
    )
    for p, words_needed in said:
        assert p.words.count(words_needed) == 1, words_needed
    assert "no reform" not in control.words + edited.words and "no such law" not in draft.words + edited.words
    assert "draft" not in " ".join(control.heads) and "law in force continued" not in edited.words


def test_the_columns_bear_the_names_of_what_is_compared(draft: Page, control: Page, edited: Page) -> None:
    assert draft.heads[3:5] == ["no reform", "draft"] and control.heads[3:5] == ["no such law", "this law"]
    assert edited.heads[3:5] == [TEXT, "mine"]
    assert ("answers" in " ".join(control.heads)) and "answers" not in " ".join(draft.heads + edited.heads)


def test_each_names_its_text_once_in_the_head(draft: Page, control: Page, edited: Page) -> None:
    for p, name in ((draft, TEXT), (control, CONTROL), (edited, "mine.yaml")):
        assert p.words.count(f"Rulebook {name.split('/')[-1]}") <= 1 and p.words.count("Rulebook ") == 1
        assert p.words.count(p.made.meta.title) == 1
    assert control.words.count("Answers to it: japan-answer") == 1 and "japan-answer" not in draft.words + edited.words


def test_what_changes_is_the_same_number_wherever_it_stands(draft: Page, control: Page, edited: Page) -> None:
    """The net gain at home, and the change of exports, in the answer and in the table."""
    for p in (draft, control, edited):
        gain = p.change(f"gain_{p.made.meta.home}")
        assert re.search(rf"Net gain at home {re.escape(gain)} bn USD", p.question("hit")), (gain, p.question("hit"))
        moved = p.change("exports_scarce")
        fell = p.question("fall").partition(";")[0]
        assert (moved in fell) or (moved == "0" and "no change" in fell), (moved, fell)
        assert p.made.figures["key"].is_unique and all(row[1] for row in p.rows.values())


def test_by_which_text_it_changes(draft: Page, control: Page, edited: Page) -> None:
    """A level with the text less the level without is the change; answers stand in a column of their own."""
    for p in (draft, control, edited):
        f = p.made.figures.set_index("key")
        both = f[["base_p50", "reform_p50", "diff_p50"]].dropna()
        one_way = (both["reform_p50"] - both["base_p50"]) * both["diff_p50"] >= -1e-9
        assert one_way.mean() > 0.8 and pd.notna(f["answered_p50"]).any() == bool(p.made.meta.answers)
    assert (edited.made.figures.set_index("key").loc["unlicensed", "diff_p50"]) < 0


def test_each_says_once_on_what_it_rests(draft: Page, control: Page, edited: Page) -> None:
    for p in (draft, control, edited):
        for words_needed in (
            "How sure",
            "Rests on ",
            "draws cleared",
            "Not claimed",
            "better than no change for 18 of 23",
        ):
            assert p.words.count(words_needed) == 1, (words_needed, p.words.count(words_needed))
        counts = p.made.meta.counts
        graded = (counts.read, counts.derived, counts.near, counts.judged, counts.zeros)
        of_world = p.made.assumptions[p.made.assumptions["grade"] != ""]["grade"]
        assert graded == tuple(int((of_world == g).sum()) for g in GRADES) and sum(graded) == len(of_world)
        assert f"{counts.law_assumptions} of the {counts.numbers} numbers in the rulebooks are assumptions" in p.words
