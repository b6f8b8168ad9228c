"""The heading of an assessment in words."""

from __future__ import annotations

from earthprice.study.heading import series_words

NAMES = {"la": "La", "tb": "Tb", "ndpr": "NdPr"}


def test_series_of_the_record_are_told_by_kind_in_words():
    series = ["price_home/la_oxide", "exports", "price_fob/ndpr_oxide", "price_home/tb_oxide", "gap/tb_oxide"]
    said = "price at home of La, Tb; exports; price FOB of NdPr; price abroad less at home of Tb"
    assert series_words(series, NAMES) == said
    assert series_words([], NAMES) == ""
