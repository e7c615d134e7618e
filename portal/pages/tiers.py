"""Tiers: the ladder, the member's place on it, until when, and what keeps it."""

from django.http import HttpRequest, HttpResponseBase

from loyalty.members.showing import show_members
from loyalty.tiers.telling.showing import show_ladder
from portal.pages.base import Page


class Tiers(Page):
    """The whole ladder from the lowest tier up."""

    template = "portal/tiers.html"
    here = "tiers"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        (seen,) = show_members(program=self.program, members=[self.member], at=self.now)
        ladder = show_ladder(program=self.program)
        return self.show({"tier": seen.get("tier"), "ladder": ladder})
