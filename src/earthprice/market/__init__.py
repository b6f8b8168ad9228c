"""One period: responses, clearing, residuals, surplus, derivatives."""

from earthprice.market.audit import Audit, Status, audit
from earthprice.market.clear import Equilibrium, clear
from earthprice.market.closed import Market, excess, price_matrix
from earthprice.market.response import ISOELASTIC, LOGISTIC, UNIFORM, Responses, respond

__all__ = [
    "ISOELASTIC", "LOGISTIC", "UNIFORM", "Audit", "Equilibrium", "Market", "Responses", "Status", "audit", "clear",
    "excess", "price_matrix", "respond",
]  # fmt: skip
