"""Contacts: the member's own e-mail address and phone, changed here by whoever has just proved who they are (S-19)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from loyalty.foundation.refusals import DomainError
from loyalty.members.showing import show_member_alone
from portal.contacts.changing import ask_for_new_address, believe_new_address, change_phone
from portal.pages.door import NOT_DONE, STATUS, read_address
from portal.pages.person.confirming import ConfirmedPage

REFUSED = 422


class Mailbox(ConfirmedPage):
    """A new address, a code mailed to it, and the code typed here: then it is believed."""

    template = "portal/contacts/email.html"
    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self._show({"is_sent": "sent" in request.GET})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self._believe() if "code" in request.POST else self._ask()

    def _ask(self) -> HttpResponse:
        typed = self.request.POST.get("email", "").strip()
        if not self.is_confirmed:
            return self._show({"typed": typed}, status=REFUSED)
        try:
            ask_for_new_address(
                member=self.member,
                email=read_address(typed),
                session=self.session,
                asker=self.asker,
                at=timezone.now(),
            )
        except NOT_DONE:
            raise
        except DomainError as refusal:
            told = {"refusal": refusal, "typed": typed}
            return self._show(told, status=STATUS.get(refusal.kind, REFUSED))
        response = self.to("email", status=303)
        response.headers["Location"] += "?sent"
        return response

    def _believe(self) -> HttpResponse:
        told, at = self.request.POST["code"], timezone.now()
        try:
            believe_new_address(member=self.member, session=self.session, told=told, at=at)
        except NOT_DONE:
            raise
        except DomainError as refusal:
            return self._show({"refusal": refusal, "is_sent": True}, status=REFUSED)
        return self.to("me", status=303)

    def _show(self, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
        around = {"seen": show_member_alone(self.member), "is_confirmed": self.is_confirmed}
        return self.show({**around, **told}, status=status)


class Phone(ConfirmedPage):
    """Another number, or none; nobody calls it to see whether it is right."""

    template = "portal/contacts/phone.html"
    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self._show({})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        typed = request.POST.get("phone", "").strip()
        if not self.is_confirmed:
            return self._show({"typed": typed}, status=REFUSED)
        try:
            change_phone(member=self.member, phone=typed, session=self.session)
        except NOT_DONE:
            raise
        except DomainError as refusal:
            return self._show({"refusal": refusal, "typed": typed}, status=REFUSED)
        return self.to("me", status=303)

    def _show(self, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
        seen = show_member_alone(self.member)
        around = {"seen": seen, "typed": seen["phone"] or "", "is_confirmed": self.is_confirmed}
        return self.show({**around, **told}, status=status)
