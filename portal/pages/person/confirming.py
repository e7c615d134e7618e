"""Confirming: before a costly deed a mailed code, or a fresh entry from the shop, says that it is really you (S-19)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from loyalty.foundation.refusals import DomainError
from portal.entry.framing import confirmed_token
from portal.letters.asking import ask_for_code
from portal.letters.confirming import confirm
from portal.letters.refusals import TooManyLetters
from portal.pages.base import Page

TOO_MANY = 429


class ConfirmedPage(Page):
    """A page with a deed that is done for whoever has just proved who they are."""

    def to_confirming(self, back: str) -> HttpResponse:
        """First there, then back here."""
        response = self.to("confirm", status=303)
        response.headers["Location"] += f"?{urlencode({'next': back})}"
        return response


class Confirm(ConfirmedPage):
    """A code is mailed, and typed here. Whether there is an address to mail it to is not said."""

    template = "portal/confirm.html"
    here = "me"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self._show(is_sent="sent" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self._send() if "send" in request.POST else self._check()

    def _send(self) -> HttpResponse:
        holder = self.session.pk if self.session else None
        try:
            ask_for_code(
                program=self.program,
                member=self.member,
                holder=holder,
                asker=self.asker,
                at=timezone.now(),
            )
        except TooManyLetters as refusal:
            return self._show(is_sent=True, refusal=refusal, status=TOO_MANY)
        response = self.to_confirming(self._back())
        response.headers["Location"] += "&sent"
        return response

    def _check(self) -> HttpResponse:
        told, at = self.request.POST.get("code", ""), timezone.now()
        try:
            confirm(member=self.member, session=self.session, told=told, at=at)
        except DomainError as refusal:
            return self._show(is_sent=True, refusal=refusal, status=422)
        if self.session is None:
            # The frame's script goes on with a token that says so, for five minutes.
            token = confirmed_token(member=self.member, at=at).token
            return self._show(is_sent=False, token=token)
        response = self.to("home", status=303)
        response.headers["Location"] = self._back()
        return response

    def _show(
        self,
        *,
        is_sent: bool,
        refusal: DomainError | None = None,
        token: str = "",
        status: int = 200,
    ) -> HttpResponse:
        told = {"is_sent": is_sent, "refusal": refusal, "token": token, "back": self._back()}
        return self.show(told, status=status)

    def _back(self) -> str:
        """Where the deed waits: a page of ours, or home."""
        told = self.request.POST.get("next") or self.request.GET.get("next", "")
        home = self.address("home")
        is_ours = url_has_allowed_host_and_scheme(told, allowed_hosts=None)
        return told if is_ours and told.startswith(home) and ".." not in told else home
