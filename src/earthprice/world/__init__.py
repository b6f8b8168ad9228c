"""The nouns that are true before the law speaks, and how they come from numbers."""
