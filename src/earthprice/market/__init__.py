"""One period: responses, clearing, residuals, surplus, derivatives. In 64 bit: in 32 no market clears."""

from earthprice.keep import compiled
from earthprice.market.audit import Audit, Status, audit
from earthprice.market.clear import clear
from earthprice.market.closed import Market, excess, price_matrix
from earthprice.market.response import ISOELASTIC, LOGISTIC, UNIFORM, Responses, exponent, respond
from earthprice.market.surplus import Accounts, account

__all__ = [
    "ISOELASTIC",
    "LOGISTIC",
    "UNIFORM",
    "Accounts",
    "Audit",
    "Market",
    "Responses",
    "Status",
    "account",
    "audit",
    "clear",
    "excess",
    "exponent",
    "price_matrix",
    "respond",
]

compiled.seal()
