"""Races: real threads behind one barrier, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connections

from loyalty.foundation.refusals import DomainError

PATIENCE_SECONDS = 60
MEETING_SECONDS = 10  # only reached where one racer holds what another needs to come this far

_here = threading.local()


class _Race:
    """Those who run, and a line at which they wait for one another."""

    def __init__(self, racers: int) -> None:
        self.start = threading.Barrier(racers)
        self.changed = threading.Condition()
        self.expected, self.arrived = racers, 0

    def meet(self) -> None:
        with self.changed:
            self.arrived += 1
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.arrived >= self.expected, timeout=MEETING_SECONDS)

    def leave(self) -> None:
        with self.changed:
            self.expected -= 1
            self.changed.notify_all()


def meet() -> None:
    """Wait until every racer has come here, once each, or has come to an end; at once outside of a race.

    Put between reading and writing, it makes a race happen on the slowest machine, where a pause only might.
    """
    if race := getattr(_here, "race", None):
        _here.race = None
        race.meet()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all of these at the same moment; what each came to, in order: `done`, a refusal's code, a constraint."""
    race = _Race(len(works))
    outcomes: list[Any] = ["nothing"] * len(works)

    def one(place: int, work: Callable[[], Any]) -> None:
        try:
            race.start.wait(timeout=PATIENCE_SECONDS)
            _here.race = race
            work()
            outcomes[place] = "done"
        except DomainError as refusal:
            outcomes[place] = refusal.code
        except IntegrityError as error:
            diagnosis = getattr(error.__cause__, "diag", None)
            outcomes[place] = getattr(diagnosis, "constraint_name", None) or "integrity"
        except Exception as error:  # noqa: BLE001 (the outcome of a race is looked at, whatever it is)
            outcomes[place] = type(error).__name__
        finally:
            if getattr(_here, "race", None):
                race.leave()
            connections.close_all()

    threads = [threading.Thread(target=one, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    return outcomes
