"""Explore: a page where levers of a rulebook are moved and the model answers at once.

levers.py    the numbers, articles and powers of a rulebook as levers
state.py     what has been moved, as a value that is checked
opened.py    a rulebook opened: its texts, its world, what stays the same for every state
session.py   a state run: the central run, and draws, with what was run before kept
answers.py   a run read off: six charts, ten figures, three sentences
matters.py   which article and which uncertain numbers matter
saved.py     the state as a rulebook, and as a command
link.py      the state as a link
crew.py      processes that run draws
server.py    what answers the page on this machine
"""
