"""The command line: parse, call one public function, show.

app.py        the verbs, and the one place where errors become a message and an exit code
arguments.py  the options that verbs share, as values
screen.py     tables, JSON, colour and progress
assessing.py  assess, compare
drafting.py   show, check, copy
reading.py    explain, table, verify, cite
"""

from earthprice.cli.app import main

__all__ = ["main"]
