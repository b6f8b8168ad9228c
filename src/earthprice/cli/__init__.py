"""The command line: parse, call one public function, show.

app.py        the verbs, and the one place where errors become a message and an exit code
arguments.py  the options that verbs share, as values
ending.py     Ctrl-C and SIGTERM
screen.py     tables, JSON, colour and progress
assessing.py  assess, compare
doctor.py     doctor
drafting.py   show, check, copy
exploring.py  explore
reading.py    explain, table, verify, cite
stating.py    now
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from earthprice.cli.ending import watch
from earthprice.keep.swept import sweep_seldom

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (`app.EXIT_CODES`).

    Args:
        arguments: the words after `earthprice`; by default those of the process, which is then ended within a moment
            of Ctrl-C or SIGTERM, whatever it is at.
    """
    if arguments is None:
        watch(as_json="--json" in sys.argv)
        sweep_seldom()
    from earthprice.cli.app import main as run

    return run(arguments)
