"""The state as a rulebook that says so itself, and as the command that gives these numbers."""

from __future__ import annotations

import io
import shlex
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from earthprice.explore.session import Session
from earthprice.explore.state import LeverState
from earthprice.law import rulebook_from_text, shipped
from earthprice.law.patch import checked, span_of
from earthprice.world.override import Override, Span

WHY = "Moved on the page of `earthprice explore`: the text has {0}."
ENDING = "-explored"
"""What is put behind the name of a text that has been changed, so that one name stays one text."""


def saved_text(s: Session, state: LeverState) -> tuple[str, str]:
    """Name and text of a rulebook that holds what was moved and switched; the rest of its text stands as it was.

    A moved number is a value of basis `assumption` that says what the text had; a range is moved with it. What lies
    outside a rulebook (reading, delay, answers, discount, numbers of the world) is in the command (`command`).

    Raises:
        RulebookError: the changed text would not be accepted.
    """
    book = s.opened.book
    yaml = YAML(typ="rt")
    yaml.width, yaml.preserve_quotes = 4096, True
    tree = yaml.load(book.text)
    texts = s.frame(state).texts
    latest = texts.reform.stack
    for name, given in state.changes.items():
        override = checked(latest, name, given, texts.reading, texts.as_of)
        item = latest.latest[name.rpartition(".")[0]]
        parameter = name.rpartition(".")[2]
        _move(_measure(tree, item.id), parameter, override, span_of(item, parameter))
    for article in tree["articles"]:
        if str(article["number"]) in state.off:
            _off(tree, article)
        for name, measure in (article.get("measures") or {}).items():
            moved = measure["kind"] == "power" and any(k.rpartition(".")[0] == name for k in state.changes)
            if (name in state.used or moved) and str(article["number"]) not in state.off:
                used = state.used.get(name, True)
                measure["used"] = "always" if used else "never"
                if used and article.get("against_base") == "continues":
                    article["against_base"] = "new"
    own = f"{book.rulebook.removesuffix(ENDING)}{ENDING}" if state.changes or state.off or state.used else book.rulebook
    if own != book.rulebook:
        _rename(tree, own)
    out = io.StringIO()
    yaml.dump(tree, out)
    with s.opened.opening.reading():
        return own, rulebook_from_text(out.getvalue(), f"{own}.yaml").text


def _rename(tree: Any, own: str) -> None:
    tree["rulebook"] = own
    tree["title"] = f"{tree['title']}, as changed"
    if tree["status"] == "in_force":
        tree["status"] = "draft"


def _measure(tree: Any, name: str) -> Any:
    return next(a["measures"][name] for a in tree["articles"] if name in (a.get("measures") or {}))


def _move(measure: Any, parameter: str, override: Override, span: Span) -> None:
    """Move every level of a parameter, and its range with it, and say so."""
    for value in measure[parameter]["values"]:
        had = [value[k] for k in ("value", "range") if k in value]
        if not had or "yearly_change" in value:
            continue
        if override.value is not None:
            value.pop("range", None)
            value["value"] = float(override.value)
        else:
            assert override.factor is not None
            if "value" in value:
                value["value"] = _held(float(value["value"]) * override.factor, span)
            if "range" in value:
                low, high = (_held(float(x) * override.factor, span) for x in value["range"])
                if low < high:
                    value["range"] = [low, high]
                else:
                    del value["range"]
                    value["value"] = low
        value["basis"] = "assumption"
        value["why"] = Quoted(WHY.format(" and ".join(str(list(x) if isinstance(x, list) else x) for x in had)))
        value.pop("source", None)


def _held(number: float, span: Span) -> float:
    return min(max(number, span.least), span.most)


def _off(tree: Any, article: Any) -> None:
    """Switch an article off: its measures are powers that are never used, it repeals nothing, no review is under it."""
    for measure in (article.get("measures") or {}).values():
        measure["kind"], measure["used"] = "power", "never"
    if article.get("against_base") in ("repeals", "changes"):
        article["against_base"] = "continues"
    gone = {r["id"] for r in tree.get("reviews") or [] if str(r["under"]) == str(article["number"])}
    if gone:
        tree["reviews"] = [r for r in tree["reviews"] if r["id"] not in gone]
        for measure in (m for a in tree["articles"] for m in (a.get("measures") or {}).values()):
            for quantity in (q for q in measure.values() if isinstance(q, dict) and "values" in q):
                quantity["values"] = [v for v in quantity["values"] if v.get("set_by") not in gone]


def command(s: Session, state: LeverState, file: str = "") -> str:
    """The command line that gives the numbers of a state; from the file saved where switches or an own text need it.

    Args:
        s: the session.
        state: the state.
        file: name of the saved rulebook; empty: the text by its own name, with what was moved as `--set`.
    """
    o = s.opened.opening.options
    name = s.opened.book.rulebook
    plain = name in shipped() and not state.off and not state.used
    moved = {} if file or not plain else dict(state.changes)
    words = ["earthprice", "assess", file or (name if plain else f"{name.removesuffix(ENDING)}{ENDING}.yaml")]
    first, last = s.frame(state).options.years or (0, 0)
    words += ["--years", f"{first}-{last}"]
    words += ["--as-of", o.as_of] if o.as_of else []
    words += [w for k, v in {**moved, **s.world_changes(state)}.items() for w in ("--set", f"{k}={override_text(v)}")]
    reading = state.reading or o.reading
    words += ["--reading", reading] if reading else []
    words += [w for a in state.answers for w in ("--with", a)]
    words += ["--delay", f"{state.delay:g}y"] if state.delay else []
    words += ["--discount", f"{state.discount:g}"] if state.discount != 0.03 else []
    words += ["--draws", str(o.draws)] if o.draws != 200 else []
    words += ["--seed", str(o.seed)] if o.seed != 1 else []
    return shlex.join(words)


def override_text(x: str | float) -> str:
    """A change as the command line takes it."""
    return x if isinstance(x, str) else repr(float(x))
