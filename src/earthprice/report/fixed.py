"""Words that stand in every report: the checklist of an impact assessment, the methods, what a certificate is."""

from __future__ import annotations

CHECKLIST = (
    ("Is the problem correctly defined?", "Figure 1 (earth price against rare price), 3, 5, 6 and 11"),
    ("Is government action justified?", "Figure 10, option “do nothing”, and the ten figures without reform"),
    ("Is regulation the best form of government action?", "Figure 10, market-based and non-regulatory options"),
    ("Is there a legal basis for regulation?", "Not answered: a question of law. Flags on trade law stand on page one"),
    ("What is the appropriate level of government?", "In part: burdens and inspection by district, figure 5"),
    ("Do the benefits of regulation justify the costs?", "Nos. 6, 9 and 10 of page one, by country; figure 8"),
    ("Is the distribution of effects across society transparent?", "Figure 8, unlicensed diggers apart"),
    ("Is the regulation clear, consistent, comprehensible and accessible to users?",
     "In part: rulebook.txt, and the list of articles that change nothing here"),
    ("Have all interested parties had the opportunity to present their views?",
     "Not answered by a model; alternative wordings can be compared article by article"),
    ("How will compliance be achieved?", "The line on the share caught; nos. 5 and 10 of page one"),
)  # fmt: skip
"""The OECD's ten questions (Recommendation of 1995, OECD/LEGAL/0278) and where this report answers each."""

METHODS = (
    "Everything that happens in a period is an activity: digging a grade class of an ore body, separating, "
    "shipping, making "
    "metal or a magnet, recycling, storing, using, throwing away. An activity turns goods into others with fixed "
    "coefficients and grows with its own margin. Prices are those at which every good in every country clears; joint "
    "production fixes how much cerium comes with each kilogram of dysprosium.",
    "The law enters as charges, caps (permits with a price of their own), capacity and standards, compiled "
    "from the rulebook "
    "article by article. “No reform” is the law in force continued, with the same draws and the same yearly "
    "totals unless "
    "the reading of the powers changes them.",
    "Between periods the ore is used up by grade class, capacity follows profit with its lead time, stocks "
    "follow expected "
    "prices, complaints follow burdens, and totals are reviewed with a lag.",
    "The earth price is what an oxide sells for. The rare price is the price at which the same market clears "
    "when every "
    "damage is charged to whoever causes it and every ore body charges its user cost: two equilibria, no allocation of "
    "joint costs to single oxides. An oxide in glut may turn out not rare at all.",
    "Ranges are over draws of what is not known: “in 9 of 10 draws between a and b”, with fewer "
    "than twenty draws between the least and the greatest. They are judged, not estimated. Readings "
    "are choices of an authority and carry no probability. Gaps are what the model leaves out; they stand under “Not "
    "claimed”. The three are never mixed.",
    "An article’s share of a difference is its Shapley value: its mean contribution over the orders in which "
    "articles can be "
    "added. Where the total has no clear sign, amounts are given in place of shares.",
    "Figures are rounded to what their interval supports, by the rule of the Particle Data Group, with half "
    "the interval in "
    "place of the error. The files beside this page keep every digit.",
)

SIGN_WORDS = (
    "nearly sure: at least 95 % of draws have this sign; likely: 80 to 95 %; leaning: 60 to 80 %; no clear sign: fewer."
)

CLEARED = (
    "Cleared is a statement about arithmetic, not about truth: the residuals of every market, computed apart from the "
    "solver, are below the tolerance. Whether the model is right is the hindcast’s business."
)
