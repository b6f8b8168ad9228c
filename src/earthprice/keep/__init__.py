"""Files that are trusted, and why: folders of the user alone, entries with a digest, paths that stay inside a folder.

private.py    folders that nobody else can write
sealed.py     bytes with a digest over what they are and under which name they are kept
compiled.py   JAX's compiled programs, sealed
traced.py     what it compiles them from, sealed
inside.py     reading within a folder: no links, no way out, sizes bounded
manifest.py   the list of a folder's files with their digests
"""
