"""The letter to a consultation: effects are those of the text with and without, proposals serve, each can be priced."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.law.load import SHELF
from earthprice.measures.spread import FEW
from earthprice.report.document import markdown
from earthprice.report.letter import letter
from earthprice.study.comment import DELETE, KEEP, NONE, VALUE, Answer, Comment, Gains, Worth, _answer, comment
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import pairs
from earthprice.study.frame import Frame
from earthprice.study.money import Money, said_value
from earthprice.study.options import Options
from earthprice.study.wordings import Variant, numbers_to_try, varied
from earthprice.world.world import World
from tests.small import TEXT, framed

SMALL = Options(draws=2, years=(2021, 2022), zones=("EUR",), period="year")
FINE = Variant("20-27", "fine.times_gain", 1.0)


@pytest.fixture(scope="module")
def f(world: World) -> Frame:
    return framed(world, draws=2, years=(2021, 2022), zones=("EUR",), period="year")


@pytest.fixture(scope="module")
def found(world: World) -> Comment:
    return comment(TEXT, SMALL, world=world, runner=1)


Draws = list[float]


def answered(f: Frame, text: Draws, gone: Draws, value: Draws, home: tuple[Draws, Draws] | None = None) -> Answer:
    """The answer to the article on fines where these are the zone's gains by draw; without the text they are nil.

    `home` is what deletion and number are worth to home, nil if None; the text is worth nothing to it.
    """
    article = next(a for a in f.texts.book.articles if a.number == FINE.article)
    at_home = [[0.0] * len(text), *(home or [[0.0] * len(text)] * 2)]
    gains = [
        [Gains(True, {"magnet user": x}, h) for x, h in zip(zone, other, strict=True)]
        for zone, other in zip((text, gone, value), at_home, strict=True)
    ]
    without = Gains(True, {"magnet user": 0.0}, 0.0)
    return _answer(f, article, [Variant(FINE.article), FINE], [[without, *row] for row in zip(*gains, strict=True)])


def test_the_zone_gains_by_the_text_what_an_assessment_says(found: Comment, f: Frame) -> None:
    both = pairs(f.plan, fitted_sample(f), None, 0, lambda *_: None, 1)
    money = Money(f.plan, f.first, 0.03)
    gains = [money.gain(p, ("EUR",)) for p in both]
    assert found.cleared == 2 and found.whole.middle == pytest.approx(np.median(gains), abs=1e-9)
    assert found.valued == said_value(money, both, {"EUR": ("EUR",)}, {"EUR": "Europe"})
    told = markdown(letter(found, "earthprice comment x", "0.2.0"))
    assert found.valued in told and "Present values from 2021 on, of all years to come, in bn USD of 2020." in told
    assert "2021 to 2022" not in told.replace("of 2021 to 2022 alone", ""), "no value of all years is one of these two"


def test_every_article_is_answered_once(found: Comment, f: Frame) -> None:
    told = [x.number for x in found.answers] + [n for n, _, _ in found.silent]
    assert sorted(told) == sorted(a.number for a in f.texts.book.articles)
    assert all(x.sources for x in found.answers) and all(why for _, _, why in found.silent)
    for x in found.answers:
        assert bool(x.wording) == (x.kind in (VALUE, DELETE))
        if x.kind == DELETE:
            assert x.worth.middle == pytest.approx(-x.effect.middle)


def test_the_letter_says_all_of_it(found: Comment) -> None:
    told = markdown(letter(found, "earthprice comment x --for EUR", "0.2.0"))
    for x in found.answers:
        assert x.heading in told and x.says in told
        assert not x.wording or x.wording in told
    assert "earthprice comment x --for EUR" in told and "no legal advice" in told and "Europe" in told


def test_one_draw_has_no_range(found: Comment) -> None:
    alone = Worth(0.5, 0.5, 0.5, FEW, 1.0)
    told = markdown(letter(replace(found, whole=alone, cleared=1), "earthprice comment x", "0.2.0"))
    assert "by +0.500 bn USD of 2020 (1 draw), against" in told


def test_what_gains_most_in_enough_draws_is_proposed(f: Frame) -> None:
    text = [0.0] * 5
    fixed = answered(f, text, [0.1] * 5, [0.3] * 5)
    assert fixed.kind == VALUE and fixed.priced == "--set fine.times_gain=1" and fixed.other is None
    assert fixed.wording.startswith("“Fine in times of the gain: 1 multiple from 2022-01-01” in place of")
    assert "1 to 5 multiple" in fixed.wording
    gone = answered(f, text, [0.3] * 5, [0.1] * 5)
    assert gone.kind == DELETE and gone.other and gone.other.worth.middle == pytest.approx(0.1)
    assert answered(f, [0.3] * 5, text, [0.1] * 5).kind == KEEP
    split = answered(f, text, [0.3, 0.3, 0.3, -0.3, -0.3], [-0.1] * 5)
    assert split.kind == NONE and not split.wording and split.worth.positive == pytest.approx(0.6)


def test_what_costs_home_nothing_is_asked_before_what_gains_more(f: Frame) -> None:
    text, much, little, loss = [0.0] * 5, [0.3] * 5, [0.1] * 5, [-0.2] * 5
    both = answered(f, text, much, little, (loss, little))
    assert both.kind == VALUE and both.at_home.middle == pytest.approx(0.1)
    assert both.other and not both.other.priced and both.other.at_home.middle == pytest.approx(-0.2)
    costly = answered(f, text, much, little, (loss, loss))
    assert costly.kind == DELETE and costly.variant == Variant(FINE.article)
    assert costly.at_home.middle == pytest.approx(-0.2) and costly.other and costly.other.priced


def test_the_letter_puts_first_what_serves_both_and_says_what_costs(found: Comment, f: Frame) -> None:
    text, much, little, loss = [0.0] * 5, [0.3] * 5, [0.1] * 5, [-0.2] * 5
    costly = replace(answered(f, text, much, little, (loss, loss)), heading="Costly")
    both = replace(answered(f, text, much, little, (loss, little)), heading="Serves both")
    kept = replace(answered(f, much, text, little), heading="Kept")
    told = markdown(letter(replace(found, answers=(kept, costly, both)), "earthprice comment x", "0.2.0"))
    order = ["What serves Europe and China", "Serves both", "at a cost to China", "Costly", "support", "Kept"]
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert "1 of what we ask costs China in the median" in told and "It costs China; we ask since" in told
    assert "Not asked, since it costs China:" in told and f"against {found.base}." in told
    alone = markdown(letter(replace(found, home=found.name, answers=(costly,)), "earthprice comment x", "0.2.0"))
    assert "China" not in alone.split("## Our reasons")[0]


def test_a_text_is_held_against_another_of_ones_own(world: World, tmp_path) -> None:
    own = tmp_path / "ours.yaml"
    written = (SHELF / f"{TEXT}.yaml").read_text(encoding="utf-8")
    own.write_text(written.replace(f"rulebook: {TEXT}", "rulebook: ours", 1), encoding="utf-8")
    same = comment(TEXT, replace(SMALL, against=str(own)), world=world, runner=1)
    assert same.base == "ours" and same.whole.middle == pytest.approx(0.0, abs=1e-4)


def test_a_wording_is_the_option_that_prices_it(f: Frame, world: World) -> None:
    by_option = replace(f.options, overrides={FINE.key: "1"})
    plain = framed(world, **{k: getattr(by_option, k) for k in ("draws", "years", "zones", "period", "overrides")}).plan
    ours, theirs = varied(f.plan, [FINE], None), plain.reform(plain.use())
    asked = f.plan.reform(f.plan.use())
    arrays = [k for k, x in vars(ours).items() if isinstance(x, np.ndarray)]
    assert all(np.array_equal(getattr(ours, k), getattr(theirs, k), equal_nan=True) for k in arrays)
    assert any(not np.array_equal(getattr(ours, k), getattr(asked, k), equal_nan=True) for k in arrays)


def test_numbers_to_try_are_ends_of_ranges_that_a_text_can_set(f: Frame) -> None:
    tried = {v.key: v for a in f.texts.book.articles for v in numbers_to_try(f, a)}
    assert {"fine.times_gain", "more_checks.caught"} <= set(tried)
    assert not {k for k in tried if k.endswith((".budget", ".obeyed", ".wealth"))}
    fine = [v.value for a in f.texts.book.articles for v in numbers_to_try(f, a) if v.key == "fine.times_gain"]
    assert fine == [1.0, 5.0]


@pytest.mark.parametrize("zones", [(), ("EUR", "JPN")])
def test_a_comment_is_one_zones(zones: tuple[str, ...], world: World) -> None:
    with pytest.raises(OptionError, match="--for: .*one zone, whose comment it is"):
        comment(TEXT, replace(SMALL, zones=zones), world=world)
