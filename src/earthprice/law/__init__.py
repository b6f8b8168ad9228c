"""The law: rulebooks as data, stacked, compiled to the terms that the market sees."""

from earthprice.law.bounds import bounded
from earthprice.law.cases import run_cases
from earthprice.law.clauses import Clause, Swap, clauses, swap
from earthprice.law.compile import Prepared, compile_terms, prepare
from earthprice.law.deterrence import digging_pays, expected_charge, share_that_deters
from earthprice.law.load import base_of, load_rulebook, rulebook_from_text, shipped
from earthprice.law.numbers import central_quantile, delay, json_schema, number_at, numbers, uncertain_keys
from earthprice.law.patch import checked, cuts, patch
from earthprice.law.prose import prose
from earthprice.law.reached import reach
from earthprice.law.rulebook import Article, Rulebook
from earthprice.law.stack import Item, Stack, contested, stack
from earthprice.law.strict import check_day
from earthprice.law.texts import Asked, Texts, seen, texts
from earthprice.law.use import Bill, Use

__all__ = [
    "Article",
    "Asked",
    "Bill",
    "Clause",
    "Item",
    "Prepared",
    "Rulebook",
    "Stack",
    "Swap",
    "Texts",
    "Use",
    "base_of",
    "bounded",
    "central_quantile",
    "check_day",
    "checked",
    "clauses",
    "compile_terms",
    "contested",
    "cuts",
    "delay",
    "digging_pays",
    "expected_charge",
    "json_schema",
    "load_rulebook",
    "number_at",
    "numbers",
    "patch",
    "prepare",
    "prose",
    "reach",
    "rulebook_from_text",
    "run_cases",
    "seen",
    "share_that_deters",
    "shipped",
    "stack",
    "swap",
    "texts",
    "uncertain_keys",
]
