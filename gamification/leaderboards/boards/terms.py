"""Terms of a board: its shape in the programme document, and the same as values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gamification.criteria.conditions import Condition, read_condition
from gamification.criteria.life.catalogue import Live, versions_called
from gamification.criteria.measures import shapes
from gamification.criteria.measures.specs import Spec
from gamification.leaderboards.kinds import GAME, Ranking, Ties
from gamification.prizes.shapes import PRIZE
from loyalty.foundation.ids import Id
from loyalty.foundation.shapes import DURATION, TEXTS, Schema, closed
from loyalty.programs.calendar import Period, Unit
from loyalty.programs.tenants import Program

PLACES_MAX: Final = 1_000  # the last place that can win: what an archived board keeps as well
BANDS_MAX: Final = 50
K_DEFAULT: Final = 10
GRACE_DEFAULT: Final = "PT12H"
GRACE_DAYS_MAX: Final = 31
CLAWBACK_DAYS_MAX: Final = 400  # about as long as the rows of all winners are kept

_PLACE: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": PLACES_MAX}
_PLACES: Final[Schema] = {"type": "array", "minItems": 2, "maxItems": 2, "items": _PLACE}

FIELDS: Final[Mapping[str, Schema]] = {
    "measure": shapes.MEASURE,
    "best": {"type": "boolean"},
    "unit": TEXTS,
    "period": {"enum": ["day", "week", "month", "quarter", "year", "ever"]},
    "grace": DURATION,
    "ranking": {"enum": Ranking.values},
    "ties": {"enum": Ties.values},
    "who": shapes.CONDITION,
    "clawback_for": DURATION,
    "k": {"type": "integer", "minimum": 0, "maximum": 1_000},
    "prizes": {
        "type": "array",
        "maxItems": BANDS_MAX,
        "items": closed({"places": _PLACES, "prize": PRIZE}, required=["places", "prize"]),
    },
}
REQUIRED: Final = ("measure",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Places that win the same, both ends included."""

    first: int
    last: int
    prize: Mapping[str, Any]

    @property
    def item(self) -> str:
        """What tells the band from the others of a period, in a grant."""
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A board by the wording of one version."""

    live: Live
    spec: Spec
    best: bool
    unit: Unit
    grace: Period
    ranking: Ranking
    ties: Ties
    k: int
    bands: Sequence[Band]
    who: Condition | None
    clawback_for: Period | None

    @property
    def has_prizes(self) -> bool:
        """Whether hidden members take part under an alias (G-84)."""
        return bool(self.bands)

    @property
    def last_place(self) -> int:
        """The last place that wins; 0 without prizes."""
        return max((band.last for band in self.bands), default=0)

    def band_of(self, place: int) -> Band | None:
        """What this place wins."""
        return next((band for band in self.bands if band.first <= place <= band.last), None)

    def band_before(self, place: int) -> Band | None:
        """The nearest better band than that of this place."""
        better = [band for band in self.bands if band.last < place]
        return max(better, key=lambda band: band.last, default=None)


def board_of(live: Live) -> Board:
    """The board that this definition is."""
    assert live.game == GAME
    told = live.settings
    clawback = told.get("clawback_for")
    return Board(
        live=live,
        spec=live.specs[0],
        best=told.get("best", False),
        unit=Unit(told.get("period", Unit.MONTH)),
        grace=Period.read(told.get("grace", GRACE_DEFAULT)),
        ranking=Ranking(told.get("ranking", Ranking.COMPETITION)),
        ties=Ties(told.get("ties", Ties.FIRST_TO_REACH)),
        k=told.get("k", K_DEFAULT),
        bands=bands_of(told),
        who=live.parsed,
        clawback_for=Period.read(clawback) if clawback else None,
    )


def read_who(
    program: Program, settings: Mapping[str, Any], zone: str, _opened_at: datetime | None = None
) -> Condition | None:
    """Who takes part; None: everybody. Raises what reading a condition raises."""
    told = settings.get("who")
    return read_condition(told, program=program, pointer="/who", zone=zone) if told else None


def boards_of(program: Program, version_ids: Collection[Id]) -> dict[Id, Board]:
    """The boards that these versions say, by version."""
    return {each: board_of(live) for each, live in versions_called(program, version_ids).items()}


def bands_of(settings: Mapping[str, Any]) -> list[Band]:
    """Bands of prizes, best first."""
    told = [
        Band(first=each["places"][0], last=each["places"][1], prize=each["prize"])
        for each in settings.get("prizes", ())
    ]
    return sorted(told, key=lambda band: band.first)
