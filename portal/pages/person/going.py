"""Going: everything that is kept, as a file to take along; and being forgotten for good (S-57, S-58)."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import pgettext

from loyalty.ledger.merging import erase
from loyalty.members.showing import export_member
from portal.entry.staying import leave_everywhere
from portal.pages.base import COOKIE, Page
from portal.pages.person.confirming import ConfirmedPage
from portal.words.reading import folded


class Export(ConfirmedPage):
    """Everything that is kept about the member, as one file; once it is sure who asks (S-19)."""

    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.to("me")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not self.is_confirmed:
            return self.to_confirming(self.address("me"))
        export = export_member(program=self.program, member=self.member, at=self.now)
        text = json.dumps(export, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        name = f"{self.program.slug}-{self.member.shown_id}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class Erase(ConfirmedPage):
    """Says what goes, and goes when the word is typed; once it is sure who asks (S-19, U-16)."""

    template = "portal/erase.html"
    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self._ask()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        typed = request.POST.get("word", "")
        if not self.is_confirmed or folded(typed) != folded(self._word()):
            return self._ask(typed=typed, status=422)
        leave_everywhere(member=self.member)
        erase(program=self.program, member=self.member, actor=self.actor, at=self.now)
        response = self.to("gone", status=303)
        response.delete_cookie(COOKIE)
        return response

    def _ask(self, *, typed: str = "", status: int = 200) -> HttpResponse:
        told = {"word": self._word(), "typed": typed, "is_confirmed": self.is_confirmed}
        return self.show({**told, "is_wrong": status != 200}, status=status)

    def _word(self) -> str:
        """What is to be typed, in the reader's language."""
        return pgettext("typed to confirm", "erase")


class Gone(Page):
    """What somebody sees who was just forgotten."""

    template = "portal/gone.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show()
