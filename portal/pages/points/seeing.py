"""Points: what a member has, what came and went, and what comes and ends on which day."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from loyalty.events.kept.usual import usual_points_of_an_order
from loyalty.ledger.reports.statements import show_entries, statement
from loyalty.members.showing import show_members
from loyalty.programs.tenants import PointCurrency, Program, currencies_of
from loyalty.rewards.showing.catalogue import can_be_had, show_catalogue_to
from portal.pages.base import Page
from portal.pages.points.steps import next_steps
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
        within_reach = [each for each in rewards if can_be_had(each)][:3]
        return self.show(
            {
                "seen": seen,
                "is_new": "joined" in request.GET,
                "balances": _with_names(self, seen["balances"]),
                "tier": tier,
                "climb": way_to_next_tier(tier),
                "next_reward": way_to_next_reward(rewards),
                "within_reach": within_reach,
                "steps": next_steps(
                    program=self.program, within_reach=within_reach, is_new=not news.entries
                ),
                "first_order": None if news.entries else first_order_of(self.program),
                "entries": show_entries(news.entries, program=self.program),
                "names": names_of(self.program),
            }
        )


def first_order_of(program: Program) -> dict[str, Any] | None:
    """What the first order brings, about; None where nobody can say."""
    told = usual_points_of_an_order(program)
    return {"currency": told[0], "points": told[1]} if told else None


def names_of(program: Program) -> dict[str, PointCurrency]:
    """The programme's point currencies, by slug: they know what they are called in the reader's language."""
    return currencies_of(program)


def _with_names(page: Page, balances: Any) -> list[dict[str, Any]]:
    """Balances in the programme's order of currencies, each with its name."""
    currencies = currencies_of(page.program)
    return [{"currency": each, **balances[slug]} for slug, each in currencies.items()]
