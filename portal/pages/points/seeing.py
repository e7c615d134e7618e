"""Points: what a member has, what came and went, and what comes and ends on which day."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from loyalty.ledger.reports.statements import show_entries, statement
from loyalty.members.showing import show_members
from loyalty.programs.tenants import Program, currencies_of
from loyalty.rewards.showing.catalogue import show_catalogue_to
from portal.pages.base import Page
from portal.pages.points.ways import way_to_next_reward, way_to_next_tier

NEWS_MAX = 5


class Home(Page):
    """The balance and what it buys, what ends soon, the tier, and the next step."""

    template = "portal/home.html"
    here = "home"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        (seen,) = show_members(program=self.program, members=[self.member], at=self.now)
        tier: Any = seen.get("tier")
        rewards = show_catalogue_to(program=self.program, member_id=self.member.pk, at=self.now)
        news = statement(member=self.member, limit=NEWS_MAX)
        return self.show(
            {
                "seen": seen,
                "is_new": "joined" in request.GET,
                "balances": _with_names(self, seen["balances"]),
                "tier": tier,
                "climb": way_to_next_tier(tier),
                "next_reward": way_to_next_reward(rewards),
                "within_reach": [each for each in rewards if each["affordable"]][:3],
                "entries": show_entries(news.entries, program=self.program),
                "names": names_of(self.program),
            }
        )


def names_of(program: Program) -> dict[str, str]:
    """What the programme's point currencies are called in the reader's language, by slug."""
    return {slug: str(each) for slug, each in currencies_of(program).items()}


def _with_names(page: Page, balances: Any) -> list[dict[str, Any]]:
    """Balances in the programme's order of currencies, each with its name."""
    currencies = currencies_of(page.program)
    return [{"currency": each, **balances[slug]} for slug, each in currencies.items()]
