"""⑤ Diagnosis, below step 4: does an address answer pings? Without privileges, so a kernel may refuse it."""

from __future__ import annotations

from enum import Enum

import icmplib

from actions.diagnosis.budget import Budget
from actions.diagnosis.safety import Guard

COUNT, INTERVAL, LONGEST = 2, 0.2, 1.0  # packets; seconds between them; seconds to wait for the last


class Ping(str, Enum):
    """SILENT is no fault by itself: many servers and clouds drop pings."""

    ANSWERS = "answers"
    SILENT = "silent"
    NOT_PERMITTED = "not_permitted"  # on this machine (Linux: net.ipv4.ping_group_range)
    NOT_TRIED = "not_tried"


async def ping(address: str, budget: Budget, guard: Guard, privileged: bool = False) -> Ping:
    """Ping an address that the guard allows. Never raises for the net."""
    if not guard.allows(address):
        return Ping.NOT_TRIED
    timeout = min(LONGEST, budget.left)
    try:
        host = await icmplib.async_ping(address, COUNT, INTERVAL, timeout, privileged=privileged)
    except icmplib.SocketPermissionError:
        return Ping.NOT_PERMITTED
    except (icmplib.ICMPLibError, OSError):
        return Ping.NOT_TRIED  # no IPv6 here, for example
    return Ping.ANSWERS if host.is_alive else Ping.SILENT
