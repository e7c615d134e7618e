"""Races: real threads behind one barrier, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connections

from loyalty.foundation.refusals import DomainError

PATIENCE_SECONDS = 60


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all of these at the same moment; what each came to, in order: `done`, a refusal's code, a constraint."""
    barrier = threading.Barrier(len(works))
    outcomes: list[Any] = ["nothing"] * len(works)

    def one(place: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=PATIENCE_SECONDS)
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
            connections.close_all()

    threads = [threading.Thread(target=one, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    return outcomes
