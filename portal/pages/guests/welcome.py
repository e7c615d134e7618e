"""The first page of whoever has not come in: what this is, what it brings, and the ways in."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase

from loyalty.earning.telling.ways import WayState, ways_to_earn
from loyalty.rewards.showing.catalogue import show_catalogue
from loyalty.tiers.telling.showing import show_ladder
from portal.pages.base import Page
from portal.pages.guests.answering import answers_of
from portal.pages.points.seeing import names_of
from portal.reception.reading import received_by
from portal.words.spoken import spoken

SAMPLES_MAX: Final = 3
WAYS_MAX: Final = 6  # more is nobody's first page; members see them all


class Welcome(Page):
    """What this is, in three steps, for whoever has not come in."""

    template = "portal/guests/welcome.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.session is not None:
            return self.to("home")
        received = received_by(self.program)
        ladder: Any = show_ladder(program=self.program)
        ways = ways_to_earn(program=self.program, member_id=None, tier=None, at=self.now)
        told = [each for each in ways if each.state != WayState.OTHER_TIER]
        return self.show(
            {
                "received": received,
                "ways": told[:WAYS_MAX],
                "rewards": self._samples()[:SAMPLES_MAX],
                "ladder": ladder,
                "names": names_of(self.program),
                "answers": answers_of(self.program, received.questions, language=self.language),
                "ref": request.GET.get("ref", "")[:64],
            }
        )

    def _samples(self) -> list[dict[str, Any]]:
        """Rewards of which something is left, each with what it costs everybody."""
        return [
            each | {"price": next((one for one in each["prices"] if one["tier"] is None), None)}
            for each in show_catalogue(program=self.program)
            if each["stock"] is None or each["stock"]["left"]
        ]


class Terms(Page):
    """The terms that hold, in full; without any there is no such page."""

    template = "portal/guests/terms.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        terms = received_by(self.program).terms
        if terms is None:
            raise Http404
        return self.show({"terms": terms, "told": spoken(terms.texts, language=self.language)})
