"""Known answers, each worked out by hand in its comment."""

import pytest

from earthprice.demos.tiny import Book
from earthprice.market import Status

near = lambda value: pytest.approx(value, abs=1e-4)  # noqa: E731


def two_zones(export_tax=0.0, import_tariff=0.0, both=True):
    book = Book().good("home", 70.0).good("port", 80.0).good("abroad", 90.0)
    book.supply("dig home", {"home": 1}).demand("use home", "home", 100)
    book.supply("dig abroad", {"abroad": 1}, start=20).demand("use abroad", "abroad", 200)
    book.supply("load", {"home": -1, "port": 1}, start=20, rise=0.0, tax=export_tax)
    book.supply("land", {"port": -1, "abroad": 1}, rise=0.0, tax=import_tariff)
    return book.clear() if both else book


def test_two_zones():
    # Home: D = 100 - p, S = p, so exports are 2p - 100. Abroad: D = 200 - p, S = p - 20, so imports are 220 - 2p.
    # With p' = p + 20: 2p - 100 = 220 - 2(p + 20) gives p = 70, p' = 90, and 2 x 70 - 100 = 40 shipped.
    found = two_zones()
    assert found.audit.status is Status.CLEARED
    assert found.price["home"] == near(70) and found.price["abroad"] == near(90) and found.level["load"] == near(40)


def test_export_tax_equals_import_tariff():
    # A wedge of 8: 2p - 100 = 220 - 2(p + 28) gives p = 66, p' = 94, 32 shipped, whoever collects the 8 x 32 = 256.
    out, into = two_zones(export_tax=8), two_zones(import_tariff=8)
    for found in (out, into):
        assert found.price["home"] == near(66) and found.price["abroad"] == near(94)
        assert found.level["load"] == near(32) and float(found.money.specific.sum()) == near(256)
    assert out.level == {name: near(level) for name, level in into.level.items()}
    assert out.price["port"] == near(94) and into.price["port"] == near(86), "the price at the port moves"
    assert float(out.money.specific[4]) == near(256) and float(into.money.specific[5]) == near(256), "revenue moves"
    assert float(out.money.total()) == near(float(into.money.total()))


def test_tax_and_its_deadweight_loss():
    # 100 - p = p - 10 gives p = 55 for users, 45 kept by makers, q = 45; untaxed p = q = 50.
    # The loss is half the tax times the fall in quantity: 10 x 5 / 2 = 25; the revenue is 10 x 45 = 450.
    free = Book().good("oxide").supply("dig", {"oxide": 1}).demand("use", "oxide").clear()
    taxed = Book().good("oxide").supply("dig", {"oxide": 1}, tax=10).demand("use", "oxide").clear()
    assert free.price["oxide"] == near(50)
    assert taxed.price["oxide"] == near(55) and taxed.level["dig"] == near(45)
    assert float(taxed.money.specific.sum()) == near(450)
    assert float(free.money.total() - taxed.money.total()) == pytest.approx(25, abs=1e-5)


def test_an_ad_valorem_tax_on_this_equilibrium():
    # Makers keep 90 %: 100 - p = 0.9 p gives p = 1000/19 = 52.632, q = 47.368, revenue 0.1 p q = 249.31.
    found = Book().good("oxide").supply("dig", {"oxide": 1}, share=0.1).demand("use", "oxide").clear()
    assert found.price["oxide"] == near(1000 / 19)
    assert float(found.money.advalorem.sum()) == near(0.1 * 1000 / 19 * (100 - 1000 / 19))


def quota(amount, tax=0.0):
    book = Book().good("oxide", 60.0).good("permit", 20.0, endowment=amount, permit=True)
    return book.supply("dig", {"oxide": 1, "permit": -1}, start=20, tax=tax).demand("use", "oxide").clear()


def test_quota_rent_and_deadweight_loss():
    # D = 100 - q and MC = 20 + q meet at q = 40, p = 60. With 30 permits p = 70, MC = 50, rent 20 each.
    # The loss is half the wedge times the quantity lost: 20 x 10 / 2 = 100.
    free, capped = quota(4000.0), quota(30.0)
    assert free.price["oxide"] == pytest.approx(60, abs=1e-2), "an idle permit's price is nil within a permit spread"
    assert capped.price["oxide"] == near(70) and capped.price["permit"] == near(20)
    assert float(capped.money.rent.sum()) == pytest.approx(600, abs=1e-2)
    assert float(free.money.total() - capped.money.total()) == pytest.approx(100, abs=0.01)


def test_a_tax_below_the_rent_moves_only_the_rent():
    # With a rent of 20, a tax of 12 leaves q = 30 and p = 70; the permit is then worth 8.
    capped, taxed = quota(30.0), quota(30.0, tax=12)
    assert taxed.level["dig"] == near(capped.level["dig"]) and taxed.price["oxide"] == near(capped.price["oxide"])
    assert taxed.price["permit"] == near(8)


def one_source(share, tax=0.0):
    """Oxide from abroad (MC = q) and from home (MC = 20 + q); a share of use at most may come from abroad."""
    book = Book().good("oxide", 40.0).good("credit", 10.0, permit=True)
    book.supply("abroad", {"oxide": 1, "credit": -1}, share=tax).supply("home", {"oxide": 1}, start=20)
    return book.demand("use", "oxide", credit=share).clear()


def test_at_most_half_from_one_source():
    # Free: p + (p - 20) = 100 - p gives p = 40, 40 from abroad and 20 from home: two thirds from one source.
    # At most half: p - l = p - 20, so l = 20; users get l / 2: 2 (p - 20) = 100 - (p - 10) gives p = 50, 30 from each.
    # Users pay 50 - 10 = 40 as before: who sells from abroad pays 20 x 30 = 600, users get 10 x 60 = 600.
    free, held = one_source(0.9), one_source(0.5)
    assert free.audit.status is Status.CLEARED and held.audit.status is Status.CLEARED
    assert free.price["oxide"] == pytest.approx(40, abs=0.05), "a credit that nobody needs is worth a few spreads"
    assert 0 <= free.price["credit"] < 0.1
    assert held.price["oxide"] == near(50) and held.price["credit"] == near(20)
    assert held.level["abroad"] == near(30) and held.level["home"] == near(30) and held.level["use"] == near(60)
    assert held.price["credit"] * (held.level["abroad"] - 0.5 * held.level["use"]) == pytest.approx(0, abs=1e-4)
    assert float(held.money.rent.sum()) == pytest.approx(0, abs=0.01), "nobody keeps a rent"


def test_a_credit_bears_no_charge_on_value():
    # Makers abroad keep 90 % of the price and pay all of the credit: 0.9 p - l = p - 20, 2 (p - 20) = 100 - p + l / 2
    # gives l = 20 - 0.1 p, 3.05 p = 150, p = 49.180.
    found = one_source(0.5, tax=0.1)
    assert found.price["oxide"] == near(150 / 3.05) and found.price["credit"] == near(20 - 15 / 3.05)


def test_at_least_a_quarter_from_home():
    # Use needs 1/4 credit, home brings one: home earns p + l, users pay p + l / 4. Home starts at 60 here, so free
    # trade has p = 50 and none from home. With l: q = 4 h; p = 3 h from abroad, p + l = 60 + h, and
    # 4 h = 100 - p - l / 4 gives 4 h = 100 - 3 h - (60 - 2 h) / 4, 6.5 h = 85, h = 13.077, l = 33.846.
    book = Book().good("oxide", 40.0).good("credit", 20.0, permit=True)
    book.supply("abroad", {"oxide": 1}).supply("home", {"oxide": 1, "credit": 1}, start=60)
    found = book.demand("use", "oxide", credit=-0.25).clear()
    h = 85 / 6.5
    assert found.level["home"] == near(h) and found.level["use"] == near(4 * h)
    assert found.price["oxide"] == near(3 * h) and found.price["credit"] == near(60 - 2 * h)


def test_a_source_split_in_two_zones_escapes_a_limit_on_each():
    # Abuse: the same makers sell half through a third zone (freight 1). Each zone stays below a half of use, so the
    # limit on each binds nobody and only the freight on what goes round is lost; a limit on both together is 20 again.
    def market(both):
        book = Book().good("oxide", 40.0).good("source", 40.0).good("credit", 10.0, permit=True)
        book.good("other", 10.0, permit=True)
        book.supply("dig", {"source": 1}).supply("home", {"oxide": 1}, start=20)
        book.supply("direct", {"source": -1, "oxide": 1, "credit": -1}, rise=0.0)
        book.supply("round", {"source": -1, "oxide": 1, ("credit" if both else "other"): -1}, start=1, rise=0.0)
        return book.demand("use", "oxide", credit=0.5, other=0.0 if both else 0.5).clear()

    each, both = market(False), market(True)
    assert each.price["credit"] == pytest.approx(1, abs=0.06) and each.level["round"] > 1
    assert each.level["dig"] > 0.5 * each.level["use"], "more than half of use still comes from one source"
    assert both.price["credit"] == pytest.approx(20, abs=0.01) and both.level["dig"] == pytest.approx(30, abs=0.01)


def recycled(share, cut=True):
    """Virgin oxide at q, recycled at 30 + q; `cut`: oxide may be cut to scrap and made oxide again, 5 % lost, for 1."""
    book = Book().good("oxide", 40.0).good("credit", 2.0, permit=True)
    book.supply("dig", {"oxide": 1}).supply("recycle", {"oxide": 1, "credit": 1}, start=30)
    if cut:
        book.supply("round", {"oxide": -0.05, "credit": 0.95}, start=1, rise=0.0)
    return book.demand("use", "oxide", credit=-share).clear()


def test_recycled_content_that_is_met_already_changes_nothing():
    # Free: p + (p - 30) = 100 - p gives p = 43.33, 13.33 of 56.67 recycled: 23.5 %.
    free, held = recycled(0.0), recycled(0.2)
    assert held.price["oxide"] == pytest.approx(130 / 3, abs=0.05) == free.price["oxide"]
    assert held.price["credit"] < 0.1 and held.level["round"] < 0.1


def test_recycled_content_is_paid_by_users():
    # A quarter: p = 0.75 q, p + l = 30 + 0.25 q, p + l / 4 = 100 - q give q = 92.5 / 1.625, l = 30 - q / 2.
    found, q = recycled(0.25), 92.5 / 1.625
    assert found.level["use"] == near(q) and found.level["recycle"] == near(q / 4)
    assert found.price["oxide"] == near(0.75 * q) and found.price["credit"] == near(30 - q / 2)


def test_scrap_cut_to_be_recycled_meets_a_higher_content_in_the_books_alone():
    """Abuse: at 40 % a credit would be worth more than cutting oxide to scrap and back costs, (1 + 0.05 p) / 0.95."""
    found = recycled(0.4)
    price, credit, use = found.price["oxide"], found.price["credit"], found.level["use"]
    assert credit == pytest.approx((1 + 0.05 * price) / 0.95, abs=0.01) and price == pytest.approx(41.94, abs=0.02)
    booked = found.level["recycle"] + 0.95 * found.level["round"]
    assert booked == pytest.approx(0.4 * use, abs=0.01)
    assert found.level["recycle"] == pytest.approx(0.268 * use, abs=0.01 * use), "27 % is what it was made for"
    honest = recycled(0.4, cut=False)
    assert honest.level["recycle"] == pytest.approx(0.4 * honest.level["use"], abs=0.01)
    assert honest.price["credit"] > credit, "left out by name, what is cut on purpose counts no more"


def test_cournot_as_a_mark_up():
    # D = 30 - p, n = 2 firms at cost 4: p = (30 + 2 x 4)/3 = 12.667, q = 17.333. Each keeps back q/(n p) of its price:
    # 17.333 / (2 x 12.667) = 0.68421, and (1 - 0.68421) x 12.667 = 4.
    conduct = (30 - 38 / 3) / (2 * 38 / 3)
    book = Book().good("oxide", 12.0).supply("firms", {"oxide": 1}, start=4, rise=0.0, share=conduct)
    found = book.demand("use", "oxide", 30).clear()
    assert found.price["oxide"] == near(38 / 3)
    assert found.level["firms"] / (2 * found.price["oxide"]) == pytest.approx(conduct, abs=1e-6)


def test_monopoly_on_isoelastic_demand():
    # Elasticity 1.5 and one firm at cost 4: the mark-up is 1/1.5, so p = 4 / (1 - 2/3) = 12.
    book = Book().good("oxide", 12.0).supply("firm", {"oxide": 1}, start=4, rise=0.0, share=1 / 1.5)
    assert book.isoelastic("use", "oxide", 10, 12, 1.5).clear().price["oxide"] == near(12)


@pytest.mark.parametrize(
    ("cost", "ore", "cerium", "neodymium", "dumped"), [(6, 200 / 9, 16 / 9, 230 / 9, 0), (2, 100, 0, 10, 30)]
)
def test_joint_ore(cost, ore, cerium, neodymium, dumped):
    # One ore yields 0.5 Ce and 0.2 Nd; demands 20 - 5p and 30 - p.
    # Cost 6: pCe = 4 - 0.1 Q, pNd = 30 - 0.2 Q, 0.5 pCe + 0.2 pNd = 8 - 0.09 Q = 6: Q = 22.22, prices 1.78 and 25.56.
    # Cost 2: that would be Q = 66.7 and pCe < 0. So pCe = 0, 0.2 pNd = 2, pNd = 10, Q = 20/0.2 = 100;
    # 50 Ce is made, 20 used, 30 dumped.
    book = Book().good("ce", 2.0).good("nd", 20.0)
    book.supply("mine", {"ce": 0.5, "nd": 0.2}, start=cost, rise=0.0).supply("dump", {"ce": -1}, rise=0.0)
    found = book.demand("use ce", "ce", 4, 0.2).demand("use nd", "nd", 30).clear()
    assert found.level["mine"] == pytest.approx(ore, abs=1e-3)
    assert found.level["dump"] == pytest.approx(dumped, abs=1e-3)
    assert found.price["ce"] == near(cerium) and found.price["nd"] == near(neodymium)


def test_pigou():
    # D = 100 - p, private cost q, damage 20 a unit charged to the maker: 100 - p = p - 20, p = 60, q = 40.
    found = Book().good("oxide").supply("dig", {"oxide": 1}, tax=20).demand("use", "oxide").clear()
    assert found.price["oxide"] == near(60) and found.level["dig"] == near(40)


def test_storage_over_two_periods():
    # Supply 12 then 8, p = 20 - q, interest 10 %, carrying costs 0.5. Money of the first period: carrying x pays when
    # p1/1.1 - p0 = 0.5 with p0 = 8 + x, p1 = 12 - x: x = 2.65/2.1 = 1.2619, p0 = 9.262, p1 = 10.738.
    book = Book().good("now", 10.0, endowment=12).good("later", 10.0, endowment=8)
    book.supply("carry", {"now": -1, "later": 1}, start=0.5, rise=0.0)
    found = book.demand("use now", "now", 20).demand("use later", "later", 20, worth=1 / 1.1).clear()
    assert found.level["carry"] == near(2.65 / 2.1)
    assert found.price["now"] == near(8 + 2.65 / 2.1) and found.price["later"] * 1.1 == near(12 - 2.65 / 2.1)


def test_ore_over_two_periods():
    # 10 of ore, p = 20 - q, interest 10 %, digging free: p1 = 1.1 p0 and q0 + q1 = 10 give q0 = 12/2.1 = 5.714,
    # p0 = 14.286, p1 = 15.714; the ore's price is its user cost, 14.286.
    book = Book().good("ore", 10.0, endowment=10).good("now", 10.0).good("later", 10.0)
    for when, worth in (("now", 1.0), ("later", 1 / 1.1)):
        book.supply(f"dig {when}", {"ore": -1, when: 1}, rise=0.0).demand(f"use {when}", when, 20, worth=worth)
    found = book.clear()
    assert found.price["now"] == near(20 - 12 / 2.1) and found.price["later"] * 1.1 == near(10 + 12 / 2.1)
    assert found.price["ore"] == near(20 - 12 / 2.1)
