"""A seeded fuzz of everything that a user or a file can give: books, cases, options, and what else `targets` lists.

The property: what is given either works or ends in an error of `errors.py`, within two seconds, in a message below the
cap. `python -m tests.fuzz books --count 2000 --seed 7` tries many; `test_fuzz.py` tries a few in every run of the
tests.
"""
