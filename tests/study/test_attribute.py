"""What each article of a text does: parts that add up, and a word for one that does nothing."""

from __future__ import annotations

from earthprice.study.assessment import Assessment


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
