"""What duties, tariffs, other charges on value and mark-ups leave of one price, against arithmetic by hand."""

from __future__ import annotations

from typing import Any

import pytest

from earthprice import caps
from earthprice.errors import RulebookError
from earthprice.law import compile_terms, prepare, stack
from tests.law.conftest import q

SHIPS = "acts_on: {doing: ship, status: licensed}"


def charge(name: str, rate: float, more: str = f"levy: duty, {SHIPS}", base: str = "border_value") -> str:
    rated = q("share of value", rate)
    return f"{name}: {{instrument: charge, kind: duty, {more}, base: {base}, rate: {rated}}}\n"


TARIFF = f"levy: duty, paid_to: partner, {SHIPS}"
VAT = f"levy: vat, {SHIPS}"


@pytest.fixture
def ship(terms: Any, network: Any) -> Any:
    """What the terms say of the licensed shipment of dysprosium to Japan in the last period."""

    def found(text: str) -> dict[str, float]:
        t, i = terms(text), network.activities.index.get_loc("ship/dy")
        return {k: float(getattr(t, k)[-1, i]) for k in ("advalorem", "tariff", "markup")}

    return found


def test_a_tariff_is_on_what_the_seller_is_paid_and_his_duty_lies_in_that(ship: Any) -> None:
    """Japan pays 125; 100 reaches the seller, who owes 20 of it on a value of 80."""
    t = ship(charge("out", 0.25) + charge("into", 0.25, TARIFF))
    assert t["tariff"] == pytest.approx(25 / 125)
    assert t["advalorem"] == pytest.approx((25 + 20) / 125) == pytest.approx(1 - 1 / 1.25**2)


def test_duties_of_one_levy_add_before_they_are_taken_out_of_the_price(ship: Any) -> None:
    """No export duty lies in the value that export duties are taken on: 100 pays 15 and 10 on 80."""
    assert ship(charge("one", 0.15) + charge("two", 0.10))["advalorem"] == pytest.approx(0.25 / 1.25)


def test_an_export_duty_and_value_added_tax_are_each_on_the_value_without_itself(ship: Any) -> None:
    """China's rules: duty on the price less duty alone, value-added tax on the price less that tax alone."""
    t = ship(charge("duty", 0.25) + charge("vat", 0.17, VAT))
    assert t["advalorem"] == pytest.approx(0.25 / 1.25 + 0.17 / 1.17)


def test_tariffs_of_the_state_of_arrival_add_whatever_they_are_called(ship: Any) -> None:
    anti_dumping = charge("more", 0.30, TARIFF.replace("levy: duty", "levy: tax"))
    assert ship(charge("into", 0.25, TARIFF) + anti_dumping)["tariff"] == pytest.approx(0.55 / 1.55)


def test_what_the_state_of_arrival_takes_of_the_sale_comes_before_its_tariff(ship: Any) -> None:
    """Of 100, 10 are for the sale; 90 are a value of 72 and a tariff of 18."""
    t = ship(charge("sale", 0.10, TARIFF, "sale_value") + charge("into", 0.25, TARIFF))
    assert t["tariff"] == t["advalorem"] == pytest.approx(0.28)


def test_a_mark_up_is_on_what_charges_leave(ship: Any) -> None:
    """Of 100, 20 are duty; marginal revenue is (1 - 1/10) of the 80 that are left."""
    few = f"few: {{instrument: conduct, kind: duty, {SHIPS}, sellers: {q('number', 5)}, "
    few += f"elasticity: {q('elasticity', 2)}}}\n"
    t = ship(charge("out", 0.25) + few)
    assert t["advalorem"] + t["markup"] == pytest.approx(1 - 0.8 * 0.9)


def test_what_a_third_state_takes_is_of_what_the_tariff_leaves(small: Any, network: Any, years: Any) -> None:
    """A Japanese duty on China's shipments is Japan's own money, and lies in what Japan's tariff is taken on."""
    book = small(charge("own", 0.25) + charge("into", 0.25, TARIFF), zone="JPN")
    t = compile_terms(stack(book), network, years)
    (levy,), i = t.foreign, network.activities.index.get_loc("ship/dy")
    assert levy.advalorem[-1, i] == pytest.approx(20 / 125)
    assert t.tariff[-1, i] == pytest.approx(25 / 125) and t.advalorem[-1, i] == pytest.approx(45 / 125)


@pytest.mark.parametrize("rates", [(-0.5, -0.5), (-0.9, -0.9), (-0.4, -0.4)])
def test_rebates_that_together_pay_all_of_a_price_are_refused(rates: Any, small: Any, network: Any, years: Any) -> None:
    """Rates that add to -1 or below have no value before them."""
    book = small(charge("a", rates[0]) + charge("b", rates[1]))
    with pytest.raises(RulebookError, match=r"a, b together keep back -\d") as told:
        prepare(stack(book), network).terms(years)
    assert f"{100 * caps.PAID_ON_TOP:g} % paid on top" in str(told.value)


def test_a_tariff_however_high_leaves_what_the_exporter_is_taxed_on(ship: Any) -> None:
    """Rates of one levy may be written in parts. Added up, these duties and tariffs would be 160 % of the price."""
    out, into = ("".join(charge(f"{k}{n}", 1.0, more) for n in "abcd") for k, more in (("o", VAT), ("i", TARIFF)))
    assert ship(out + into)["advalorem"] == pytest.approx(1 - 1 / 5**2)
