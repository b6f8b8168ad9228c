"""What must be said of the texts that an assessment sets side by side: a kind of sentence, and its blanks filled."""

from __future__ import annotations

from dataclasses import dataclass

SENTENCES = {
    "below": "The law in force of other countries stands below {text} on both sides, though it names none of that law",
    "added": "{text} does not say which law of {zone} it builds on: it is added to the law that it is held against",
    "lacking": "{text} stands on {below}, which {law} lacks: differences are of them together",
    "abroad": "{measure} ({text} art. {article}) reaches {some} of {all} activities outside {home}, in {zones}: "
    "no law of {home} binds there; {advice}",
}
"""English by kind; the page of `explore` has the same kinds in its other languages (`explore/words.csv`)."""


@dataclass(frozen=True)
class Note:
    """A note, in English where it is printed.

    Attributes:
        kind: a key of `SENTENCES`.
        blanks: what stands in the sentence's blanks.
    """

    kind: str
    blanks: dict[str, str]

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(**self.blanks)
