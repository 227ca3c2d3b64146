"""The day on which a test runs: asked for inside the test, and the same to its end."""

from __future__ import annotations

import datetime
import time

LONGEST = 60
"""In seconds, of one test with room to spare."""


def today() -> datetime.date:
    """The day of the server's clock; see `wait_for_midnight`."""
    return datetime.datetime.now(datetime.UTC).date()


def noon() -> datetime.datetime:
    """An hour that is over, or nearly, at any time of this day."""
    return datetime.datetime.combine(today(), datetime.time(0, 1), datetime.UTC)


def wait_for_midnight() -> None:
    """Let a day end first that would end within a test, by the server's clock or the local one."""
    for now in (datetime.datetime.now(datetime.UTC), datetime.datetime.now()):
        if (left := seconds_left(now)) < LONGEST:
            time.sleep(left + 0.1)


def seconds_left(now: datetime.datetime) -> float:
    """Seconds until the next day of this clock."""
    tomorrow = datetime.datetime.combine(now.date(), datetime.time(), now.tzinfo)
    return (tomorrow + datetime.timedelta(days=1) - now).total_seconds()
