"""What matters: the article that moves most, and the uncertain numbers whose draws go with a change."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from earthprice.explore.matters import acting, articles_that_matter, numbers_that_matter
from earthprice.runs.sample import Sample
from earthprice.study.ensemble import Pair, Summary
from earthprice.study.figures import Figure
from earthprice.study.frame import Frame

FIGURE = Figure(1, "dug", "What is dug", "kt", lambda c: float(c.series["dug"][0]))


def summary(dug: float, miss: float = 0.0) -> Summary:
    return Summary({"dug": np.array([dug])}, {}, {}, {}, 0.0, True, miss=miss)


def test_the_article_without_which_a_figure_moves_most_leads() -> None:
    """Of 10 kt more, article 2 makes 6 and article 5 makes 3; one that moves nothing or did not book is left out."""
    cases = {"2": summary(104.0), "5": summary(107.0), "6": summary(110.0), "9": summary(0.0, miss=1.0)}
    found = articles_that_matter(Pair(0, summary(100.0), summary(110.0)), cases, [FIGURE])
    assert found["without"]["dug"] == [{"article": "2", "change": 6.0}, {"article": "5", "change": 3.0}]
    assert found["most"] == "2"
    assert articles_that_matter(Pair(0, summary(100.0), summary(110.0)), {}, [FIGURE])["most"] == ""


def test_the_number_whose_draws_go_with_the_change_leads(small: Frame) -> None:
    names = [n for n, keys in small.world.numbers.members.items() if len(keys) < 3][:3]
    quantiles = np.random.default_rng(1).permuted(np.tile(np.linspace(0.05, 0.95, 20), (3, 1)), axis=1).T
    kept = [Pair(i, summary(0.0), summary(1.0 + q**3)) for i, q in enumerate(quantiles[:, 1])]
    drawn = Sample(tuple(names), 3, quantiles)
    session = SimpleNamespace(sample=lambda _: drawn, opened=SimpleNamespace(world=small.world))
    found = numbers_that_matter(session, small, kept, SimpleNamespace(figures=[FIGURE]))  # type: ignore[arg-type]
    assert found["levers"][0]["name"] == names[1] and found["shares"]["dug"][0]["share"] == pytest.approx(1.0)
    still = [Pair(p.draw, p.baseline, p.baseline) for p in kept]
    none = numbers_that_matter(session, small, still, SimpleNamespace(figures=[FIGURE]))  # type: ignore[arg-type]
    assert none == {"levers": [], "shares": {}}


def test_a_number_that_goes_along_no_more_than_chance_has_it_is_not_named_unless_it_was_moved(small: Frame) -> None:
    """Of three numbers the second makes the change; the others' squared rank correlations are far below 1 / (n - 1)."""
    names = [n for n, keys in small.world.numbers.members.items() if len(keys) < 3][:3]
    x = np.linspace(0.05, 0.95, 21)
    even = np.abs(x - 0.5)  # goes along with x in nothing, by symmetry
    quantiles = np.array([even, x, even**2 + 1e-9 * x]).T
    kept = [Pair(i, summary(0.0), summary(1.0 + q**3)) for i, q in enumerate(x)]
    drawn = Sample(tuple(names), 3, quantiles)
    session = SimpleNamespace(sample=lambda _: drawn, opened=SimpleNamespace(world=small.world))
    given = session, small, kept, SimpleNamespace(figures=[FIGURE])
    found = numbers_that_matter(*given)  # type: ignore[arg-type]
    assert [r["name"] for r in found["levers"]] == [r["name"] for r in found["shares"]["dug"]] == [names[1]]
    kept_too = numbers_that_matter(*given, moved={names[2]: 0.9})  # type: ignore[arg-type]
    assert [r["name"] for r in kept_too["levers"]] == [names[2], names[1]]


def test_an_article_acts_whose_measures_may(small: Frame) -> None:
    book = small.texts.book
    mine = {a.number for a in book.articles if any(m.kind == "duty" for m in a.measures.values())}
    assert mine <= set(acting(small)) <= {a.number for a in book.articles if a.measures}
