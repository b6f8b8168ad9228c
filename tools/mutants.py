"""Small changes to formulas, one at a time: which do the tests not see? `make mutants`, docs/mutants.md.

python -m tools.mutants [MODULE ...] [--count 12] [--seed 1] [--workers 2]

A place of a module, such as an operator or a number, is changed as `cosmic-ray` would, and the tests that mirror the
module are run: one must fail. COUNT places a module, drawn by the seed, with one change each; 0: every change of every
place. Each worker changes a copy of its own; no kept program is taken for a changed one, as its name has the digest of
the whole text (`keep/traced.py`), and JAX's own names have the program's.

A process that has loaded all libraries, and nothing of ours, forks for each change: to load them takes longer than most
tests. `build/mutants/survivors.diff` shows what no test has seen.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from importlib import import_module
from itertools import groupby
from pathlib import Path

import parso  # noqa: F401  before its trees, which cosmic-ray loads first
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "law/abatement": "law/test_abatement",
    "law/amounts": "law/test_amounts law/test_units law/test_compile",
    "law/credits": "law/test_shares law/test_credits",
    "law/days": "law/test_days law/test_acting",
    "law/deterrence": "law/test_deterrence",
    "law/floors": "law/test_floors",
    "law/units": "law/test_units",
    "market/bundles": "market/test_bundles",
    "market/closed": "market/test_contracts market/test_response market/test_bundles market/test_textbook"
    " market/test_independent market/test_networks",
    "market/contracts": "market/test_contracts",
    "market/response": "market/test_response market/test_textbook",
    "market/surplus": "market/test_textbook market/test_contracts dynamics/test_money",
    "dynamics/building": "dynamics/test_building dynamics/test_clock",
    "dynamics/clock": "dynamics/test_clock dynamics/test_building",
    "dynamics/laws": "dynamics/test_laws dynamics/test_clock dynamics/test_reviewing dynamics/test_mass"
    " market/test_stock",
    "dynamics/reviewing": "dynamics/test_reviewing dynamics/test_clock",
    "dynamics/sparse": "dynamics/test_sparse",
    "measures/welfare": "measures/test_welfare measures/test_money_audit measures/test_credits",
}
"""Module -> the files that test it, the cheapest first; the next is run where one sees nothing."""
SUMS, SETS, ORDER = "(Add|Sub|Mul|Div|FloorDiv|Mod|Pow)", "Bit(Or|And|Xor)", "(Eq|NotEq|Lt|LtE|Gt|GtE)"
KINDS = re.compile(
    f"core/(NumberReplacer|AddNot|ReplaceTrue.*|ReplaceFalse.*|ReplaceAnd.*|ReplaceOr.*|ReplaceUnaryOperator_.*"
    f"|ReplaceBinaryOperator_({SUMS}_{SUMS}|{SETS}_{SETS})|ReplaceComparisonOperator_({ORDER}_{ORDER}|Is_IsNot|IsNot_Is))"
)
"""Changes that are made; the others are errors of types, or ask whether two floats are one object."""
LIBRARIES = "altair axe_playwright_python distributed docx jax.numpy jinja2 jsonschema numpy openpyxl pandas pydantic"
LIBRARIES += " pyarrow rich ruamel.yaml scipy.linalg scipy.optimize scipy.stats starlette typer vl_convert xarray"


@dataclass(frozen=True)
class Change:
    """One operator of cosmic-ray at one of the places that it can change."""

    module: str
    line: int
    operator: str
    occurrence: int


def changes(module: str) -> list[list[Change]]:
    """Every change of a module, by place; what is said of types alone changes nothing and is left out."""
    text = source(ROOT, module).read_text()
    silent = [span(x) for x in ast.walk(ast.parse(text)) for x in types_of(x)]
    tree, found = get_ast(text), []
    for name in (x for x in operator_names() if KINDS.fullmatch(x)):
        operator = get_operator(name)()
        at = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        found += [(start, Change(module, start[0], name, k)) for k, start in enumerate(at)]
    found = sorted((x for x in found if not any(a <= x[0] < b for a, b in silent)), key=lambda x: x[0])
    return [[change for _, change in group] for _, group in groupby(found, lambda x: x[0])]


def types_of(node: ast.AST) -> list[ast.expr]:
    """Annotations and decorators of a node."""
    said = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return [x for x in (*said, *getattr(node, "decorator_list", ())) if x is not None]


def span(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where it begins and ends, as lines and columns."""
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def source(root: Path, module: str) -> Path:
    """The file of a module."""
    return root / "src/earthprice" / f"{module}.py"


def chosen(module: str, count: int, seed: int) -> list[Change]:
    """One change at each of some places; all of all if none are counted."""
    places, draw = changes(module), random.Random(f"{seed} {module}")
    if not count:
        return [change for place in places for change in place]
    some = sorted(draw.sample(range(len(places)), min(count, len(places))))
    return [draw.choice(places[k]) for k in some]


def tested(root: Path, module: str, limit: float) -> bool:
    """Whether all tests of a module pass, within some seconds a file."""
    return all(passes(root, f"tests/{file}.py", limit) for file in TESTS[module].split())


def passes(root: Path, file: str, limit: float) -> bool:
    """Whether a file of tests passes in a fork of this process, which ends all that it began."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            os.setsid()
            _test(root, file)
        os._exit(1)
    until = time.monotonic() + limit
    while not (done := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < until:
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(done[1] if done[0] else os.waitpid(child, 0)[1]) == 0


def _test(root: Path, file: str) -> None:
    os.chdir(root)
    with (root / "said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    for name in [x for x in sys.modules if x.partition(".")[0] in ("earthprice", "tests", "tools")]:
        del sys.modules[name]
    sys.path[:0] = [str(root / "src"), str(root)]
    sys.dont_write_bytecode = True
    os._exit(pytest.main([*"-x -q -p no:xdist -p no:cacheprovider -W ignore::pytest.PytestWarning".split(), file]))


def own(out: Path) -> Path:
    """The copy of this process."""
    root = out / f"copy-{os.getpid()}"
    if not root.exists():
        shutil.copytree(out / "copy", root)
    return root


def limit(out: Path, module: str) -> float:
    """Seconds that a file of a module's tests may take; with nothing changed they pass, or nothing can be said."""
    root, start = own(out), time.monotonic()
    if not tested(root, module, 3600.0):
        raise SystemExit(f"{module}: its tests fail with nothing changed\n{(root / 'said').read_text()}")
    return 60.0 + 5.0 * (time.monotonic() - start)


def survives(out: Path, limits: dict[str, float], change: Change) -> str | None:
    """What a change has changed, if no test sees it; else nothing. Each process changes a copy of its own."""
    root = own(out)
    path = source(root, change.module)
    before = path.read_text()
    after = mutate_code(before, get_operator(change.operator)(), change.occurrence)
    path.write_text(after)
    try:
        if not tested(root, change.module, limits[change.module]):
            return None
    finally:
        path.write_text(before)
    lines = unified_diff(before.splitlines(), after.splitlines(), change.module, change.module, lineterm="", n=1)
    return "\n".join(lines)


def main() -> None:
    """Change and test, and say how many of each module's changes were seen."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("modules", nargs="*", metavar="MODULE", help="such as law/deterrence; all if left out")
    for name, number in (("count", 12), ("seed", 1), ("workers", 2)):
        given.add_argument(f"--{name}", type=int, default=number)
    args = given.parse_args()
    modules, out = args.modules or list(TESTS), ROOT / "build/mutants"
    if unknown := [x for x in modules if x not in TESTS]:
        given.error(f"no tests are named for {', '.join(unknown)}; there are {', '.join(TESTS)}")
    _prepare(out)
    with (
        ProcessPoolExecutor(args.workers, multiprocessing.get_context("fork")) as pool,
        (out / "survivors.diff").open("w") as kept,
    ):
        limits = dict(zip(modules, pool.map(partial(limit, out), modules), strict=True))
        tried = {x: pool.map(partial(survives, out, limits), chosen(x, args.count, args.seed)) for x in modules}
        for module, found in tried.items():
            each = list(found)
            lived = [x for x in each if x is not None]
            print(f"{module}: {len(each) - len(lived)} of {len(each)} seen", flush=True)
            kept.write("".join(f"{x}\n" for x in lived))
            kept.flush()


def _prepare(out: Path) -> None:
    """An empty folder with a copy of what is tested, and all libraries loaded."""
    shutil.rmtree(out, ignore_errors=True)
    bare = shutil.ignore_patterns("__pycache__", "img")
    for name in ("src", "tests", "tools", "docs", "benchmarks"):
        shutil.copytree(ROOT / name, out / "copy" / name, ignore=bare)
    for name in ("pyproject.toml", "README.md", "Makefile", "CHANGELOG.md"):
        shutil.copy(ROOT / name, out / "copy")
    compileall.compile_dir(out / "copy", quiet=2)  # what is changed later is younger than its bytecode, and read anew
    (out / "kept").mkdir(mode=0o700)
    os.environ |= {"JAX_COMPILATION_CACHE_DIR": str(out / "kept"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    for name in ("earthprice", *LIBRARIES.split()):  # ours first: it says how many threads they have
        with contextlib.suppress(ImportError):
            import_module(name)


if __name__ == "__main__":
    main()
