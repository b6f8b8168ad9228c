"""docs/cli.md: the command line, from the program itself."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from earthprice.cli.app import EXIT_CODES, THREE_THINGS, app
from tools.pages.fill import DOCS


def cli_page() -> str:
    """The command line as Markdown: every verb, argument and option with its default, and the exit codes."""
    group: Any = get_command(app)
    parts = [
        "# Command line",
        "Written by `make docs` from the program itself; do not edit. Results go to stdout, everything else to stderr. "
        "`NO_COLOR` is respected. With `--json` a verb prints one object with `status` (`ok`, `error`, `not cleared`, "
        "`differs`, `changed`, `other version`, `left its band`) on stdout, also when it refuses; "
        "`check --schema` prints the schema itself.",
        "\n".join(f"- `{command}`: {words}" for command, words in THREE_THINGS),
        "## Exit codes\n\n| code | meaning |\n| ---: | --- |\n"
        + "\n".join(f"| {code} | {words} |" for code, words in EXIT_CODES.items()),
        "## earthprice\n\n" + _parameters(group),
    ]
    for name, command in verbs(group).items():
        usage = " ".join(["earthprice", name, *_usage(command)])
        parts.append(f"## {name}\n\n{command.help.strip()}\n\n```\n{usage}\n```\n\n{_parameters(command)}")
    return "\n\n".join(parts) + "\n"


def verbs(group: Any) -> dict[str, Any]:
    """Every verb by the words that call it: `assess`, `facts add`."""
    out: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = verbs(command) if hasattr(command, "commands") else {"": command}
        out |= {f"{name} {rest}".strip(): verb for rest, verb in inside.items()}
    return out


def _usage(command: Any) -> list[str]:
    words = [p.metavar if p.required else f"[{p.metavar}]" for p in command.params if p.param_type_name == "argument"]
    return ["[OPTIONS]", *words]


def _parameters(command: Any) -> str:
    rows = ["| given as | value | default | meaning |", "| --- | --- | --- | --- |"]
    for p in sorted(command.params, key=lambda p: p.param_type_name):  # arguments before options
        argument = p.param_type_name == "argument"
        given = p.metavar if argument else ", ".join(p.opts)
        rows.append(f"| `{given}` | {_value(p)} | {_default(p)} | {_cell(p.help or '')} |")
    return "\n".join(rows)


def _value(p: Any) -> str:
    if getattr(p, "is_flag", False):
        return "flag"
    return _cell(f"`{p.metavar}`")


def _default(p: Any) -> str:
    if p.required:
        return "required"
    flag = getattr(p, "is_flag", False)
    return "" if flag or p.default is None or p.default == [] else f"`{p.default}`"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    (DOCS / "cli.md").write_text(cli_page(), encoding="utf-8")
    print("cli.md written")
