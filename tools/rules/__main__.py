"""Make every table again that a rule makes: `python -m tools.rules`, or `make data`."""

from tools.rules.catalogue import MADE, make

changed = make()
print(f"{len(MADE)} tables made, {len(changed)} changed" + "".join(f"\n  {name}" for name in changed))
