"""All demonstrations by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from earthprice.arithmetic import settled
from earthprice.demos.answers import answers
from earthprice.demos.boom import boom
from earthprice.demos.brown_eggert import brown_eggert
from earthprice.demos.byproduct import byproduct
from earthprice.demos.cabbage import cabbage
from earthprice.demos.competition import competition
from earthprice.demos.cutoff import cutoff
from earthprice.demos.cycle import cycle
from earthprice.demos.demonstration import Demonstration
from earthprice.demos.draft import draft
from earthprice.demos.entry import entry
from earthprice.demos.exports import exports
from earthprice.demos.fines import fines
from earthprice.demos.joint import joint
from earthprice.demos.knowledge import knowledge
from earthprice.demos.lab import Lab
from earthprice.demos.pollution import pollution
from earthprice.demos.pothen import pothen
from earthprice.demos.rare import rare
from earthprice.demos.readings import readings
from earthprice.demos.review import review
from earthprice.demos.stocks import stocks
from earthprice.demos.stop import stop
from earthprice.demos.textbook import textbook
from earthprice.demos.wedge import wedge
from earthprice.errors import OptionError


class Entry(NamedTuple):
    """A demonstration before it is made: the row of the model it shows, in a few words, and its maker.

    `start`: where it starts, in a sentence, if it has a start of its own, whatever its lab's.
    """

    row: str
    shows: str
    make: Callable[[Lab], Demonstration]
    start: str = ""


MADE_UP, PAST = "Made-up markets.", "From the benchmark of 2008, under china-in-force-2008."


DEMOS: dict[str, Entry] = {
    "joint": Entry("S1", "more dysprosium floods the market with yttrium, more neodymium with cerium", joint),
    "textbook": Entry("S1", "known answers of textbook markets, through the model's engine", textbook, MADE_UP),
    "stocks": Entry("S1", "holders of stocks soften a boom and buy ahead of an announced cut", stocks),
    "brown-eggert": Entry("S1", "a stockpile, a tax, better recovery: who follows, and with which sign", brown_eggert),
    "review": Entry("S2", "a review fitted on the notices up to 2020 raises the total of 2021", review),
    "cycle": Entry("S2", "a boom turns into digging, complaints, tightening and the next high price", cycle),
    "competition": Entry("S3", "promotion makes an earth price; groups and a charge narrow the gap", competition),
    "rare": Entry("S3", "the rare price by two equilibria, and a user cost that agrees with itself", rare),
    "pollution": Entry("S4", "firms clean where it costs less than the bill; tightening moves harm abroad", pollution),
    "boom": Entry("S4", "a price that doubles brings unlicensed digging within two years", boom),
    "cutoff": Entry("S5", "a short mill leaves lean ore behind: Lane's cut-off grade through the market", cutoff),
    "cabbage": Entry("S5", "lean ore lost for good, tailings that wait, what a recovery standard saves", cabbage),
    "byproduct": Entry("S5", "rare earths that come up with iron or zircon do not follow their price", byproduct),
    "entry": Entry("S6", "a boom calls up low-grade plants that stand idle after it", entry),
    "knowledge": Entry("S6", "learning, research and Japan's example make high grades cheaper", knowledge),
    "exports": Entry("S7", "quota, duty, licence, ban: same tonnes, other pockets; smugglers bound the gap", exports),
    "answers": Entry("S7", "what fills the gap after a ban, and how long each answer takes", answers),
    "stop": Entry("S7", "a stop of half a year: seen in half years, averaged away in years", stop),
    "wedge": Entry("S7", "quotas and duties put the wedge of 2010-11 between home and abroad", wedge, PAST),
    "pothen": Entry("S7", "export quotas and duties kept to 2020 against free trade, as Pothen has it", pothen, PAST),
    "draft": Entry("S8", "the draft of 2021 and the regulations of 2024, priced clause by clause", draft),
    "fines": Entry("S8", "digging pays unless the share caught exceeds 1/(1+m), or wealth bounds the fine", fines),
    "readings": Entry("S8", "one text read four ways, delayed, and answered by another country", readings),
}
"""Name as typed -> demonstration, in the order of the rows S1 to S8."""


def entry_of(name: str) -> Entry:
    """The demonstration of a name.

    Raises:
        OptionError: no demonstration has this name.
    """
    if name not in DEMOS:
        raise OptionError(f"no demonstration is called '{name}'", where="NAME", accepted=DEMOS, given=name)
    return DEMOS[name]


@settled()
def demonstrate(name: str, lab: Lab) -> Demonstration:
    """Make a demonstration.

    Raises:
        OptionError: no demonstration has this name.
        NotClearedError: a market of it did not clear.
    """
    entry = entry_of(name)
    return replace(entry.make(lab), name=name, row=entry.row)
