"""The textbook's markets as they are built: answers worked out by hand that no demonstration states."""

from __future__ import annotations

import pytest

from earthprice.demos.cases import collected, cournot, two_zones


def test_a_tax_on_exports_does_what_a_tariff_on_imports_does() -> None:
    """Lerner (1936): 4 p = 280 - 2 t at home, 20 + t dearer abroad; 40 - t pass the port, and one of two is paid."""
    taxed, tariffed = two_zones(export_tax=10.0), two_zones(import_tariff=10.0)
    for done, paid in ((taxed, "load"), (tariffed, "land")):
        assert done.price["home"] == pytest.approx(65.0, abs=1e-4) and done.price["abroad"] == pytest.approx(
            95.0, abs=1e-4
        )
        assert collected(done, paid) == pytest.approx(10.0 * 30.0, abs=1e-2)
    assert tariffed.price["port"] == pytest.approx(taxed.price["port"] - 10.0, abs=1e-4)


@pytest.mark.parametrize(("sellers", "price"), [(1, 17.0), (4, 9.2), (None, 4.0)])
def test_few_sellers_keep_back_what_cournot_says(sellers: int | None, price: float) -> None:
    """p = (30 + 4 n) / (n + 1)."""
    assert cournot(sellers) == pytest.approx(price, rel=1e-3)
