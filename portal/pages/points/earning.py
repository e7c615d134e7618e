"""Earning: the ways to points, each with its limit, its state, and why not."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from loyalty.earning.telling.ways import ways_to_earn
from loyalty.members.showing import show_members
from loyalty.programs.tenants import currencies_of
from loyalty.tiers.telling.showing import show_ladder
from portal.pages.base import Page


class Earn(Page):
    """Every live rule that concerns this member, open ones first."""

    template = "portal/earn.html"
    here = "earn"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        (seen,) = show_members(program=self.program, members=[self.member], at=self.now)
        tier: Any = seen.get("tier")
        ladder: Any = show_ladder(program=self.program)["data"]
        return self.show(
            {
                "ways": ways_to_earn(
                    program=self.program,
                    member_id=self.member.pk,
                    tier=tier["current"]["slug"] if tier else None,
                    at=self.now,
                ),
                "names": currencies_of(self.program),
                "tiers": {each["slug"]: each["name"] for each in ladder},
            }
        )
