"""New rows for the record: what fits is taken, amounts at a yearly rate; what does not is refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from earthprice.errors import FactsError
from earthprice.facts.record import new_rows
from earthprice.facts.schema import packaged

TODAY = "2026-02-01"
HEAD = "series,zone,year,value,value_nominal,unit,date,published,source,confidence,fact\n"
PRICE = "price_home/ndpr_oxide,CHN,2025,62,72,USD2020/kg,2025-10,2025-11-03,house,B,own-1\n"
EXPORTS = "exports_product_weight,CHN,2025,4.5,,kt product,2025-10,2025-11-20,customs,A,own-2\n"


def rows_of(text: str, folder: Path):
    path = folder / "new.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return new_rows(path, packaged("world"), TODAY)


def test_a_price_stays_and_an_amount_is_carried_to_a_yearly_rate(tmp_path: Path) -> None:
    price, exports = rows_of(PRICE + EXPORTS, tmp_path).itertuples(index=False)
    assert (price.value, price.value_nominal, price.source) == (62.0, 72.0, "house")
    assert exports.value == 54.0 and exports.source == "customs; 4.5 in 1 month, at a yearly rate"
    whole = EXPORTS.replace("2025-10,2025-11-20", "2025,2026-01-20").replace("4.5", "54")
    (year,) = rows_of(whole, tmp_path).itertuples(index=False)
    assert year.value == 54.0 and year.source == "customs"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PRICE.replace("ndpr_oxide", "ndpr_oxid"), "Did you mean 'price_home/ndpr_oxide'"),
        (PRICE.replace("CHN", "JPN"), "column zone: the record has no zone 'JPN' of price_home/ndpr_oxide"),
        (PRICE.replace("USD2020/kg", "CNY/kg"), "column unit"),
        (PRICE.replace("62", "-62"), "column value: -62 is no level"),
        (PRICE.replace("2025-10,", "2024-10,"), "'2024-10' is not of 2025"),
        (PRICE.replace("2025-11-03", "2025-10-03"), "from the end of the period, 2025-10-31, to today"),
        (PRICE.replace("2025-11-03", "2026-11-03"), "to today, 2026-02-01"),
        (EXPORTS.replace("2025-10,", "2025-10-05,"), "no whole number of months"),
        (PRICE + PRICE.replace("62", "63"), "line 3, column date: price_home/ndpr_oxide of 2025-10 from this source"),
        (
            2 * PRICE.replace(",house,", ",house; bureau,"),
            "line 3, column date: price_home/ndpr_oxide of 2025-10 from this",
        ),
        (EXPORTS.replace("2025", "2024"), "is told as a whole year already"),
        (EXPORTS + EXPORTS.replace("2025-10,2025-11-20", "2025,2026-01-20"), "is told in parts already"),
        (PRICE.replace(",B,", ",D,"), "unknown word 'D'"),
        (PRICE.replace("CHN", "JPN") + EXPORTS.replace("4.5", "0"), "also "),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError) as refused:
        rows_of(text, tmp_path)
    assert words in str(refused.value) and "new.csv, line " in str(refused.value)
