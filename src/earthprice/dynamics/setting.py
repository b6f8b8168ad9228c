"""The setting of a run: everything that is fixed while time passes, as arrays, by what it is of.

N goods, P permits, K = N + P nodes, M activities, O bodies of ore (deposit x class), S stocks, Z zones, D places
(districts, and zones for what has no district), B burdens, F final uses, U kinds of pit,
C contracts for difference, J activities that can be begun, V outlets.
No letter: one number.
"""

from __future__ import annotations

from typing import NamedTuple

from jax import Array

from earthprice.dynamics.reviewing import Reviews
from earthprice.dynamics.sparse import Sparse
from earthprice.market.bundles import Layout


class Base(NamedTuple):
    """The base year, to which a market without changes returns."""

    a: Array  # coefficients of the goods, positive produces [kt per kt of level; N, M]
    price: Array  # prices [USD/kg; N]
    flow: Array  # gross flow of each good, at least 0.01 [kt/yr; N]
    level: Array  # levels [kt/yr; M]
    capacity: Array  # capacity; of final use what is used [kt/yr; M]
    cost: Array  # cost without charges and rents; of final use its value [USD/kg; M]
    rent: Array  # what is left of the margin [USD/kg; M]
    spread: Array  # spread of costs, of final use the exponent of its curve [USD/kg or -; M]
    form: Array  # form of the response, `market.response` [int; M]
    margin: Array  # revenue less inputs, charges and permits [USD/kg; M]
    value: Array  # gross value of a unit of level [USD/kg; M]
    buyer: Array  # who has no zero of price from which a surplus counts: buyers, shippers [bool; M]
    risk: Array  # cost of smuggling as a share of the cargo's worth at its origin, nil for others [-; M]


class Permits(NamedTuple):
    """Permits of the law and what they cost in the base year; another law has others."""

    use: Array  # permit needed per unit of level, negative where it brings one [kt per kt of level; P, M]
    scale: Array  # factor that fits a permit's amount to the base year's use [-; P]
    reference: Array  # scale of its price [USD/kg; P]
    price: Array  # rent in the base year [USD/kg; P]

    @property
    def held(self) -> Array:
        """Permits that whoever needs them holds; of a credit, paid by the one side to the other, none [P, M]."""
        return self.use * ~(self.use < 0).any(1, keepdims=True)


class Insured(NamedTuple):
    """Plants under a contract for difference, as of `market.contracts`; room that is not needed makes nothing."""

    activity: Array  # position of the plant [int; C]
    row: Array  # row of its good in the layout [int; C]
    entry: Array  # entry of the layout at which it makes the good [int; C]
    made: Array  # what a unit of level makes of the good [kg/kg; C]


class Plants(NamedTuple):
    """How capacity is built and closed: mines, plants, projects, links."""

    lines: Sparse  # picks the lines of each make that has several recipes [0 or 1; E, M]
    gives: Sparse  # ore from a unit of capacity of the mines of each way [kg/kg; A, M]
    takes: Sparse  # ore into a unit of capacity of its plants [kg/kg; A, M]
    worth: Array  # what margins are measured in: value of a unit, of a plant the capital it ties up [USD/kg; M]
    response: Array  # growth for each unit of drive above nil [1/yr; M]
    exit: Array  # closing for each unit of drive below nil [1/yr; M]
    lead: Array  # time from start to first output [yr; M]
    adapt: Array  # links that grow with their use [bool; M]
    follow: Array  # share of the gap that such a link closes in a year [1/yr]
    use: Array  # share of capacity used in the base year, at which links aim [-; M]
    project: Array  # what is opened from a list [bool; M]
    built: Array  # positions of what can be begun, and is ready a lead later [int; J]
    milled: Array  # mills of projects, which grow with what they must feed [bool; M]
    planned: Array  # capacity that the list plans [kt/yr; M]
    share: Array  # of the gap to what pays, share begun in a year [1/yr]
    capex: Array  # cost of new capacity [USD per kg/yr; M]
    annuity: Array  # yearly cost of capital, with what keeps the plant [1/yr]


class Outlets(NamedTuple):
    """Where all of a good goes when it is worth nothing."""

    activity: Array  # positions of these activities [int; V]
    needed: Sparse  # room that capacity of each plant and mine calls for at an outlet of its good [kt/kt; V, M]


class Fields(NamedTuple):
    """Where diggers without a licence may move to."""

    pit: Sparse  # picks the activities that are such pits [0 or 1; U, M]
    way: Array  # from each to each, share of all ore of the first one's kind that lies in the second [-; U, U]
    mobility: Array  # share that moves in a year for each unit by which drives differ [1/yr]


class Ore(NamedTuple):
    """Bodies of ore and how they are dug."""

    dig: Sparse  # ore REO dug per unit of level, 1 / recovery [kt/kt; O, M]
    recovery: Array  # recovery in the base year; nil for what digs nothing [-; M]
    most: Array  # technical limit of recovery [-; M]
    cost: Array  # unit cost at the base recovery, mill apart [USD/kg; M]
    effort: Array  # what the last kg recovered costs in the base year, in unit costs [-]
    ground: Array  # ore left at the start of the base year [kt REO; O]
    years: Array  # years of ore below which a mine's capacity falls short [yr]
    replacement: Array  # ore that exploration finds for each tonne sold [kt/kt]
    lean_lost: Array  # lean ore sterilised for each tonne of rich ore dug [kt/kt; O]
    lean_of: Array  # the lean body (row) beside a rich one (column) [0 or 1; O, O]
    tail_to: Array  # the pond (row) that receives a body's unrecovered ore (column) [0 or 1; O, O]
    host: Array  # ore that comes up with a host mineral, wanted or not [kt REO/yr; O]


class Demand(NamedTuple):
    """Final use: its curve in the short run, and thrift and substitution in the long."""

    final: Array  # who is a final user [bool; M]
    curved: Array  # positions of the activities with an isoelastic curve [int; F]
    choke: Array  # value at which use ends; nil for all others [USD/kg; M]
    thrift: Array  # long-run less short-run elasticity; nil for all others [-; M]
    speed: Array  # share of the way to the long run in a year [1/yr]


class Storage(NamedTuple):
    """Stocks, private and the state's."""

    store: Array  # private holders who buy [bool; M]
    release: Array  # private holders who sell [bool; M]
    state_buy: Array  # states that buy [bool; M]
    state_sell: Array  # states that sell [bool; M]
    private: Sparse  # activities of a private stock [0 or 1; S, M]
    state: Sparse  # what an activity adds to a state's stock [-1, 0 or 1; S, M]
    stock: Array  # private stocks at the start [kt; S]
    uses: Sparse  # what a unit of level uses up of a stock's good in its zone [kg/kg; S, M]

    @property
    def holder(self) -> Array:
        """Who puts a good aside or sells it from a stock [bool; M]."""
        return self.store | self.release | self.state_buy | self.state_sell


class Beliefs(NamedTuple):
    """How expectations are formed."""

    adaptive: Array  # share of a surprise that expectations take up in a year [1/yr]
    extrapolate: Array  # share of the last move of a price that holders expect again [-]


class Knowledge(NamedTuple):
    """Knowledge of making high grades."""

    known: Array  # index of knowledge in the base year; nil where nobody knows [-; Z]
    made: Sparse  # who makes high grades where [0 or 1; Z, M]
    saves: Array  # what one more on the index saves [USD/kg; M]
    learning: Array  # index gained by each doubling of output [-]
    research: Array  # index gained for each unit of research money [1/MUSD]
    spillover: Array  # share of the gap to the leader that closes in a year [1/yr]
    depreciation: Array  # share forgotten in a year [1/yr]
    frontier: Array  # index that nobody passes [-]


class Places(NamedTuple):
    """Places, their damage and their complaints."""

    damage: Array  # damage of a unit of level by burden, at the activity's place [USD/kg; M, B]
    site: Sparse  # which activity lies where [0 or 1; D, M]
    within: Array  # which place (column) lies in which (row), itself included [0 or 1; D, D]
    memory: Array  # share of the gap to what is felt that complaints close in a year [1/yr]


class Monitor(NamedTuple):
    """What reviews watch by zone."""

    licensed: Sparse  # licensed mining [0 or 1; Z, M]
    unlicensed: Sparse  # unlicensed mining [0 or 1; Z, M]
    shipped: Sparse  # REO in a unit of a licensed shipment, by zone of origin [kg/kg; Z, M]
    magnets: Sparse  # who makes magnets where [0 or 1; Z, M]


class Setting(NamedTuple):
    """Fixed arrays of a run."""

    base: Base
    permits: Permits
    insured: Insured
    layout: Layout
    plants: Plants
    outlets: Outlets
    fields: Fields
    ore: Ore
    demand: Demand
    storage: Storage
    beliefs: Beliefs
    knowledge: Knowledge
    places: Places
    monitor: Monitor
    reviews: Reviews
