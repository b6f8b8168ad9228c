"""Docs cannot drift: their code runs, and what the program offers is in them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

import earthprice
from earthprice.cli.app import app
from earthprice.dynamics import building, laws, setup
from earthprice.facts.world import load_world
from earthprice.law.instruments import AnyMeasure
from earthprice.law.measure import Measure
from earthprice.measures import spread
from earthprice.report.charts import exports
from earthprice.runs import rare, sample
from earthprice.study import alternatives, drivers, effects, figures, frame, workers
from tools.pages import floors
from tools.pages.cli import cli_page, verbs
from tools.pages.fill import filled
from tools.pages.hindcast import bodies

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^\$ (earthprice .*)$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)")
GROUP: Any = get_command(app)
VERBS = verbs(GROUP)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [p for p in PAGES if CODE.search(p.read_text("utf-8"))], ids=lambda p: p.name)
def test_python_in_the_docs_runs(page: Path, tmp_path: Path) -> None:
    """Each block by itself, those of a page one after the other; what takes long on fewer draws."""
    blocks = [code.replace("draws=8", "draws=2") for code in CODE.findall(page.read_text("utf-8"))]
    script = tmp_path / "blocks.py"
    script.write_text("\n".join(f"exec({code!r}, {{'__name__': '__main__'}})" for code in blocks), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_line_page_is_what_the_program_says() -> None:
    page = cli_page()
    assert read("docs/cli.md") == page, "run: make docs"


def test_the_hindcast_page_says_what_ships() -> None:
    text = read("docs/hindcast.md")
    assert text == filled(text, bodies(load_world())), "run: make hindcast"


def test_the_tables_of_the_floor_page_are_those_of_its_printed_commands() -> None:
    text = read(f"docs/{floors.PAGE}")
    assert filled(text, floors.page(floors.read())) == text, "run: make floors"
    asked = [" ".join(words) for words in floors.printed() if words[0] == "compare"]
    told = [{r["rulebook"] for r in floors.read() if r["home"] == home} for home in floors.HOMES]
    assert len(asked) == len(told) and told[0] == {"usa-floor-2025", "usa-credit-45x"}
    assert all(book in command for command, books in zip(asked, told, strict=True) for book in books)


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_and_option_is_documented(verb: str) -> None:
    section = read("docs/cli.md").split(f"## {verb}\n")[1].split("\n## ")[0]
    for parameter in VERBS[verb].params:
        given = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar
        assert f"`{given}`" in section
        assert parameter.help, f"{verb} {given} has no help"
    assert verb in read("README.md") + read("docs/tutorial.md") + read("CHANGELOG.md")


def test_commands_in_the_docs_exist() -> None:
    found = [words for page in PAGES for words in SHELL.findall(page.read_text(encoding="utf-8"))]
    assert len(found) > 10
    for words in found:
        called = words.split("#")[0].split(">")[0].split()[1:]
        verb, rest = next((" ".join(called[:n]), called[n:]) for n in (2, 1) if n == 1 or " ".join(called[:n]) in VERBS)
        assert verb in VERBS, words
        options = {o for p in VERBS[verb].params for o in p.opts}
        assert {w for w in rest if w.startswith("--")} <= options, words


def instruments() -> list[type[Measure]]:
    union = get_args(AnyMeasure)[0]
    return list(get_args(union))


@pytest.mark.parametrize("model", instruments(), ids=lambda m: m.__name__)
def test_every_instrument_is_documented(model: type[Measure]) -> None:
    name = get_args(model.model_fields["instrument"].annotation)[0]
    law = read("docs/law.md")
    assert f"`{name}`" in law and f"`{name}`" in read("docs/glossary.md")
    own = set(model.model_fields) - set(Measure.model_fields) - {"instrument"}
    lacking = [key for key in own if f"`{key}`" not in law and f"{key}:" not in law]
    assert not lacking, f"docs/law.md says nothing of {name}'s {lacking}"


STATED = (
    ("study", f"at most {rare.ROUNDS} rounds"),
    ("study", f"until they agree within {rare.ENOUGH:g} USD/kg of ore"),
    ("study", f"takes {rare.MIX:g} of the gap that is left"),
    ("model", f"or {rare.ROUNDS} rounds are over"),
    ("study", f"over {frame.BEYOND} years from"),
    ("study", f"the first {frame.RARE_DRAWS} draws, which"),
    ("study", f"with {workers.SPAWN} draws or more"),
    ("study", f"figure year `y` ({figures.FIGURE_YEAR},"),
    ("study", f"under {figures.PART:g} % the change"),
    ("study", f"With fewer than {spread.FEWEST} draws"),
    ("study", f"at most {100 * spread.NIL:g} % of the level and no draw's is above {100 * spread.EVER:g} %"),
    ("study", f"at most {spread.NIL:.4f} bn USD in every draw"),
    ("study", f"at least {100 * spread.SURE['likely']:.0f} % *likely*"),
    ("study", f"over {effects.TIMES} resamples"),
    ("study", f"mean over {2 * effects.ORDERS} orders"),
    ("study", f"factors under {100 * drivers.SMALLEST:g} %"),
    ("study", f"first {alternatives.DRAWS} draws"),
    ("study", f"held between {100 * sample.EDGE:.0f} %"),
    ("report", f"under {figures.PART:g} % of all exports"),
    ("report", f"at least {100 * spread.SURE['nearly sure']:.0f} % | nearly sure"),
    ("report", f"under {exports.FEW} t"),
    ("model", f"{laws.MOST_DUG:g} of the ore left | `laws.MOST_DUG`"),
    ("model", f"{laws.NEAR:g} of the way | `laws.NEAR`"),
    ("model", f"{building.MOST_GROWN:g}, {building.MOST_CLOSED:g} a year | `building.MOST_GROWN`, `MOST_CLOSED`"),
    ("model", f"{building.WIDTH:g} of value | `building.WIDTH`"),
    ("model", f"{setup.DEPRECIATION:g} a year | `setup.DEPRECIATION`"),
)
"""Numbers that a page states and the code holds."""


@pytest.mark.parametrize(("page", "words"), STATED)
def test_numbers_in_the_pages_are_those_of_the_code(page: str, words: str) -> None:
    assert words in " ".join(read(f"docs/{page}.md").split())


def test_no_page_speaks_of_what_the_code_gave_up() -> None:
    text = read("docs/study.md")
    assert "p_rare - 1" not in text and "eight rounds" not in text and "worth nothing, so" not in text


def test_versions_agree() -> None:
    top = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    project = tomllib.loads(read("pyproject.toml"))["project"]
    cited = YAML(typ="safe").load(read("CITATION.cff"))["version"]
    assert top and {top[1], project["version"], str(cited)} == {earthprice.__version__}


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = [d for part in project["optional-dependencies"].values() for d in part]
    declared = {re.split(r"[><=\[]", d)[0] for d in [*project["dependencies"], *extras]} - {"earthprice"}
    explained = set(re.findall(r"^\| ([\w.-]+) \| (?!what for)", read("docs/dependencies.md"), re.MULTILINE))
    assert explained - {"---"} == declared


LOCKED = re.compile(r"([A-Za-z0-9._-]+)==([^ ;]+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


@pytest.mark.parametrize("purpose", ["", "test", "bench", "mutants", "dev"])
def test_every_dependency_is_pinned_with_hashes(purpose: str) -> None:
    text = read(f"requirements-{purpose}.lock" if purpose else "requirements.lock")
    assert LOCKED.sub("", text) == ""  # nothing but packages of one version with their hashes
    pinned = {spelt(name) for name, _, _ in LOCKED.findall(text)}
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras, asked = project["optional-dependencies"], [*project["dependencies"], "hatchling", "editables"]
    asked += [
        d
        for name in ([purpose, "bench", "mutants", "test", "dask"] if purpose == "dev" else [purpose])
        for d in extras.get(name, ())
    ]
    assert {spelt(re.split(r"[><=\[]", d)[0]) for d in asked} - {"earthprice"} <= pinned


def spelt(name: str) -> str:
    """A package's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_locks_agree() -> None:
    whole = dict(found[:2] for found in LOCKED.findall(read("requirements-dev.lock")))
    for purpose in ("", "-test", "-bench", "-mutants"):
        part = dict(found[:2] for found in LOCKED.findall(read(f"requirements{purpose}.lock")))
        assert part.items() <= whole.items()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_ci_runs_what_the_readme_says() -> None:
    assert read(".ci/run").rstrip().splitlines()[-1] == "make test"
    assert "\nmake test" in read("README.md") and "\nmake assess" in read("README.md")
    targets = re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE)
    assert {"assess", "test", "check", "docs"} <= set(targets)
