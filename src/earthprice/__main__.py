"""`python -m earthprice` is `earthprice`."""

from __future__ import annotations

import sys

from earthprice.cli import main

if __name__ == "__main__":
    sys.exit(main())
