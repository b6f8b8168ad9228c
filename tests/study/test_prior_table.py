"""The figures on the prior alone beside those with fitted behaviour."""

from __future__ import annotations

import numpy as np

from earthprice.study.assessment import Assessment


def test_the_prior_alone_stands_beside_the_fit_on_request(assessment: Assessment) -> None:
    table = assessment.prior
    assert set(table["draws"]) == {"fitted", "prior alone"} and set(table["key"]) <= set(assessment.figures["key"])
    assert (table["p05"] <= table["p50"]).all() and (table["p50"] <= table["p95"]).all()
    own, figures = table[table["draws"] == "fitted"].set_index("key"), assessment.figures.set_index("key")
    for q in ("p05", "p50", "p95"):
        np.testing.assert_allclose(own[q], figures.loc[own.index, f"diff_{q}"], rtol=1e-12)
    assert assessment.meta.fit
