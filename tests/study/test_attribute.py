"""What each article of a text does: parts that add up, and a word for one that does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.explore.matters import acting
from earthprice.law.experiment import HEAD
from earthprice.study.assessment import Assessment
from earthprice.study.attribute import articles
from earthprice.study.draws import central_point
from earthprice.study.ensemble import solved
from earthprice.study.figures import catalogue
from earthprice.study.wordings import Variant, wording
from earthprice.world.world import World
from tests.small import framed


def test_shapley_values_sum_to_the_total(assessment: Assessment) -> None:
    for _, rows in assessment.articles.groupby("figure"):
        total = rows["total"].iloc[0]
        empty = total - rows["shapley"].sum()  # what the announcement does without any article
        assert abs(empty) <= 0.05 * max(abs(total), rows["shapley"].abs().sum(), 1e-6)


def test_an_article_that_does_nothing_says_why(assessment: Assessment) -> None:
    rows = assessment.articles
    still = rows[(rows["without"] == 0) & (rows["alone"] == 0) & (rows["shapley"] == 0)]
    by_article = still.groupby("article").size() == rows["figure"].nunique()
    quiet = still[still["article"].isin(by_article[by_article].index)]
    assert (quiet["nothing"] != "").all()


def test_an_article_that_only_repeals_is_given_what_it_does(world: World, tmp_path: Path) -> None:
    """It has no measure, and yet China's separation of imported feed is under the total from its day on."""
    head = HEAD.format(
        name="feed-counts",
        title="Feed counts",
        jurisdiction="CHN",
        announced="2021-01-15",
        begin="2021-06-01",
        builds_on="",
    ).rpartition("articles:")[0]
    said = "- {{number: {}, heading: H, says: S., source: own, modelled: {}, against_base: {}, see: [{}]}}\n"
    ends = said.format("ends", "fully", "repeals", "imported_feed_free")
    book = tmp_path / "feed-counts.yaml"
    book.write_text(f"{head}articles:\n{ends}{said.format('keeps', 'elsewhere', 'continues', 'separation_total')}")
    f = framed(world, str(book), years=(2021, 2023), period="year")
    p, plan = central_point(f), f.plan
    base, text = (solved(plan, p, law(plan.use())) for law in (plan.whole.baseline, plan.whole.reform))
    figure = next(x for x in catalogue(plan, 2023, f.first, 0.03) if x.key == "price_ndpr")
    told = articles(plan, p, base, [figure], lambda *_: None, 1, 1).set_index("article")
    does = figure.read(text) - figure.read(base)
    assert abs(does) > 0.1
    assert told.loc["ends", ["without", "alone", "shapley", "total"]].tolist() == pytest.approx([does] * 4)
    assert told["nothing"].to_dict() == {"ends": "", "keeps": "works through separation_total"}
    assert acting(f) == ["ends"], "on the page it is one of the articles that matter"
    assert wording(f, f.texts.book.articles[0], Variant("ends"))[0] == "Delete article ends."
