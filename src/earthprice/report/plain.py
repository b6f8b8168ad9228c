"""Values as JSON has them."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from earthprice.report.printed import for_json


def plain(value: Any) -> Any:
    """A value as JSON has it: NaN and infinities as null, dates as ISO text, arrays as lists, keys as text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return value.name
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def json_text(value: Any) -> str:
    """JSON of a value, indented, with letters of every language as they are."""
    return for_json(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)) + "\n"
