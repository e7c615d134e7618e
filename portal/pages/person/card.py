"""The member card: a code that says who for a minute, and the number in text (U-55)."""

from typing import Final

import segno
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone

from loyalty.members.cards.passing import LIFE, make_pass
from loyalty.members.showing import show_member_alone
from portal.pages.base import Page

QUIET_ZONE: Final = 4  # modules around a symbol, as the standard asks


class Card(Page):
    """A fresh code with every look; the page's script fetches the next one before this one ends."""

    template = "portal/card.html"
    here = "card"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        number = in_groups(self.card_number())
        told = {"picture": self.picture(), "number": number, "seconds": int(LIFE.total_seconds())}
        return self.show(told)

    def card_number(self) -> str:
        """The number that the shop gave; empty for whom it gave none."""
        return str(show_member_alone(self.member).get("card") or "")

    def picture(self) -> str:
        """The code as a `data:` address; real time, since a person waits at a till."""
        shown = make_pass(member=self.member, at=timezone.now())
        symbol = segno.make(shown.text, error="m", micro=False, boost_error=False)
        return str(symbol.svg_data_uri(border=QUIET_ZONE, scale=4))


class PrintedCard(Card):
    """A card of paper: its code is the number, which says who and dies with nothing. For whom has a number."""

    template = "portal/printed_card.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        number = self.card_number()
        if not number:
            raise Http404
        symbol = segno.make(number, error="q", micro=False, boost_error=False)
        picture = symbol.svg_data_uri(border=QUIET_ZONE, scale=4)
        return self.show({"picture": picture, "number": in_groups(number)})


class CardCode(Card):
    """The next code, for the page's script."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return JsonResponse({"picture": self.picture()})


def in_groups(number: str) -> str:
    """A long number as it is read aloud, four at a time."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
