"""Drawing: what a letter brings is made at the last moment, by the room that its kind belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loyalty.foundation.units import inside_unit_of_work
from portal.letters.kinds import LetterKind
from portal.letters.models import Letter
from portal.letters.wording import Saying


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A letter with its secret, which nobody keeps: a path that holds it, or a code; a notice has none."""

    letter: Letter
    email: str
    saying: Saying
    path: str = ""
    code: str = ""
    told: Mapping[str, str] = field(default_factory=dict)  # further values for its words


Draw = Callable[[Letter, datetime], Drawn | None]
_draws: dict[LetterKind, Draw] = {}


def draws(kind: LetterKind) -> Callable[[Draw], Draw]:
    """Register what makes letters of this kind; it answers None where nobody is to be written to."""

    def keep(make: Draw) -> Draw:
        assert kind not in _draws, f"two rooms draw letters of the kind {kind}"
        _draws[kind] = make
        return make

    return keep


@inside_unit_of_work
def draw(letter: Letter, at: datetime) -> Drawn | None:
    """The letter as it leaves now."""
    return _draws[LetterKind(letter.kind)](letter, at)
