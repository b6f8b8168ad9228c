"""Memory: what a run reserves, looked at before the work where the system limits it (`ulimit -v`).

Compiled programs and the engine that draws charts reserve addresses, not memory, and end the process with a trap where
they get none; nothing can be said then, so it is said before.
"""

from __future__ import annotations

from earthprice.errors import EarthpriceError

try:
    import resource
except ImportError:  # Windows: there is no such limit
    resource = None

COMPUTES, DRAWS = 8e9, 80e9
"""Addresses that a run reserves without and with charts [bytes]; measured: 4 and 68 GB, of which 1 GB is used."""


def must_have_room(needed: float) -> None:
    """Refuse a run that would end in a trap.

    Args:
        needed: addresses that it reserves [bytes].

    Raises:
        EarthpriceError: the limit is below that.
    """
    if resource is None:
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < needed:
        raise EarthpriceError(
            f"the address space is limited to {limit / 1e9:.3g} GB (ulimit -v), and {needed / 1e9:.0f} GB are reserved,"
            " though little of it is used. Lift that limit (ulimit -v unlimited); to limit memory itself, use a cgroup "
            "(systemd-run --user --scope -p MemoryMax=4G earthprice ...)."
        )
