"""Tokens in the admin: made for a screen or a sheet of paper, seen once, used once (G-70)."""

from datetime import datetime
from typing import Any

import segno
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.hands.filters import OfDefinition
from gamification.criteria.models import Definition
from gamification.stamps.desk.forms import TokenForm
from gamification.stamps.desk.stamping import AtTheTill
from gamification.stamps.models import StampToken
from gamification.stamps.tokens import Made, issue_sheet
from loyalty.access.site import actor_of, program_of, staff_site
from loyalty.foundation.refusals import Text
from loyalty.programs.clock import now_of

QUIET_ZONE = 4  # what the standard asks for around a symbol
GROUP = 4  # characters that a person reads at once


@admin.register(StampToken, site=staff_site)
class StampTokenAdmin(AtTheTill, admin.ModelAdmin[StampToken]):
    """Codes that were made: for how many stamps, until when, and what became of each. The code itself is not kept."""

    empty_note = _(
        "Codes that give stamps will stand here. Make them for a screen or for receipts."
    )
    list_display = ("made_at", "card", "quantity", "place", "expires_at", "became", "used_at", "actor")  # fmt: skip
    list_display_links = None
    list_filter = (("card", OfDefinition),)
    list_select_related = ("card__program",)
    ordering = ("-id",)
    change_list_template = "gamification/tokens.html"

    @admin.display(description=_("state"))
    def became(self, row: StampToken) -> Text:
        """Used, over, or still good."""
        if row.used_at is not None:
            return _("Used")
        return _("Over") if row.expires_at <= now_of(_card_of(row).program) else _("Good")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Make codes, and show them this once."""
        program = program_of(request)
        form = TokenForm(program, request.POST or None)
        made: list[Made] = []

        def act() -> None:
            made.extend(
                issue_sheet(
                    card=form.live(),
                    wanted=form.wanted(),
                    count=form.cleaned_data["count"],
                    actor=actor_of(request),
                    at=now_of(program),
                )
            )

        answer = self.hand_page(
            request,
            form=form,
            title=_("Make codes"),
            done=_("Made. The codes are shown only now."),
            about={"explained": _("Whoever shows a code first gets its stamps, once.")},
            verb="stamp",
            act=act,
        )
        if not made:
            return answer
        return self._sheet(request, made, card=str(form.live().name))

    def _sheet(self, request: HttpRequest, made: list[Made], *, card: str) -> HttpResponse:
        told: list[dict[str, str | int | datetime]] = [
            {
                "token": " ".join(_groups(each.token)),
                "picture": segno.make(each.token.upper(), error="m").svg_data_uri(
                    border=QUIET_ZONE
                ),
                "quantity": each.row.quantity,
                "until": each.row.expires_at,
            }
            for each in made
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Codes to show or print"),
            "card": card,
            "codes": told,
        }
        return TemplateResponse(request, "gamification/token_sheet.html", context)


def _card_of(row: StampToken) -> Definition:
    assert isinstance(row.card, Definition)
    return row.card


def _groups(token: str) -> list[str]:
    return [token[place : place + GROUP] for place in range(0, len(token), GROUP)]
