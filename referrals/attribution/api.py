"""Doors of the room: touches from pages and servers, and the links that people follow."""

from dataclasses import replace
from typing import ClassVar, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access.callers.addresses import address_of
from loyalty.access.callers.authenticating import CallerKind
from loyalty.access.doors import ProgramView
from loyalty.members.finding import find_member
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, program_called, programs_by_id
from referrals.attribution.kinds import TouchKind
from referrals.attribution.serializers import TouchIn, TouchOut, context_of, kind_of
from referrals.attribution.touching import Context, touch
from referrals.attribution.visitors import COOKIE, new_visitor, read_visitor, signed
from referrals.codes.checking import canonical
from referrals.codes.issuing import codes_called
from referrals.codes.limiting import limit_codes
from referrals.codes.models import ReferralCode
from referrals.codes.redirecting import target_of
from referrals.codes.sharing import first_program_id
from referrals.plans.kinds import PlanState
from referrals.plans.publishing import live_plans
from referrals.plans.terms import Terms, read_terms, terms_of

# whoever looks on behalf of somebody else leaves no touch.
ROBOTS: Final = (
    "bot", "crawl", "spider", "preview", "facebookexternalhit", "whatsapp", "telegram", "slack", "discord",
    "embedly", "pinterest", "skype", "curl", "wget", "python", "headless",
)  # fmt: skip
PREFETCH: Final = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


class ReferralTouches(ProgramView):
    scopes: ClassVar = {"POST": "referrals:touch"}
    publishable: ClassVar = frozenset({"POST"})
    keyed: ClassVar = frozenset()  # the same visitor on the same day is the same touch
    dry_runs: ClassVar = frozenset()

    @extend_schema(request=TouchIn, responses={201: TouchOut})
    def post(self, request: Request) -> Response:
        """Note that somebody came through a code, where the link's own cookie cannot reach. Unknown codes answer alike."""
        told = self.read(TouchIn)
        context = self._context(told.get("context", {}))
        limit_codes(
            caller=str(self.caller.key and self.caller.key.pk), network=context.network, typed=False
        )
        friend = told.get("member") if self.caller.kind is CallerKind.SECRET else None
        member = find_member(program=self.program, told=friend) if friend else None
        context = replace(context, visitor=context.visitor or new_visitor())
        code = codes_called(program=self.program, texts=[told["code"]]).get(told["code"])
        if code is not None and code.plan.state == PlanState.LIVE:
            touch(
                code=code,
                kind=kind_of(told.get("context", {})),
                context=context,
                friend_id=member.pk if member else None,
                at=self.now,
            )
        terms = _terms(self.program, code)
        assert context.visitor, "a fresh one, or the one that was told"
        answer = {"visitor": signed(context.visitor), "expires_at": self.now + terms.touch_window}
        return Response(TouchOut.alone(answer), status=201)

    def _context(self, told: dict[str, str]) -> Context:
        """Pages are known by their connection; a server tells what it saw."""
        if self.caller.kind is CallerKind.SECRET:
            return context_of(told)
        agent = str(self.wire.headers.get("User-Agent", ""))[:500]
        return context_of(told, network=str(address_of(self.wire)), agent=agent)


def follow_link(request: HttpRequest, code: str) -> HttpResponse:
    """A link that an advocate handed on: to the plan's storefront and nowhere else (R-8 to R-11)."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    program = _program(request)
    text = canonical(code)[:20]
    found = codes_called(program=program, texts=[text]).get(text) if program else None
    terms = _terms(program, found)
    address = target_of(
        to=request.GET.get("to", ""),
        origin=terms.storefront or settings.WAFA_BASE_URL,
        landing=terms.landing,
        code=text if text.isalnum() else None,
    )
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    if program is not None and not _is_robot(request) and not terms.cookie_needs_consent:
        _leave_touch(request, response, program=program, code=found, terms=terms)
    return response


def _leave_touch(
    request: HttpRequest,
    response: HttpResponse,
    *,
    program: Program,
    code: ReferralCode | None,
    terms: Terms,
) -> None:
    """The cookie that is there is kept; else a fresh one, whether the code is known or not."""
    visitor = read_visitor(request.COOKIES.get(COOKIE, ""))
    if visitor is None:
        visitor = new_visitor()
        response.set_cookie(
            COOKIE,
            signed(visitor),
            max_age=int(terms.touch_window.total_seconds()),
            secure=True,
            httponly=True,
            samesite="Lax",
        )
    if code is None or code.plan.state != PlanState.LIVE:
        return
    context = Context(
        visitor=visitor,
        network=str(address_of(request)),
        agent=str(request.headers.get("User-Agent", ""))[:500],
        source_site=str(request.headers.get("Referer", "")),
        landing=request.GET.get("to", "")[:200],
    )
    is_qr = request.GET.get("via") == "qr"
    kind = TouchKind.QR if is_qr else TouchKind.CLICK
    touch(code=code, kind=kind, context=context, friend_id=None, at=now_of(program))


def _is_robot(request: HttpRequest) -> bool:
    agent = str(request.headers.get("User-Agent", "")).lower()
    fetched = any("prefetch" in str(request.headers.get(name, "")) for name in PREFETCH)
    return request.method == "HEAD" or fetched or not agent or any(r in agent for r in ROBOTS)


def _program(request: HttpRequest) -> Program | None:
    slug = request.GET.get("p", "")
    if slug:
        return program_called(slug)
    first = first_program_id()
    return programs_by_id([first]).get(first) if first else None


def _terms(program: Program | None, code: ReferralCode | None) -> Terms:
    """What the code's plan says, or the programme's most important one, or nobody's."""
    plans = live_plans(program) if program else []
    own = [version for plan, version in plans if code and plan.pk == code.plan_id]
    chosen = own or [version for _plan, version in plans]
    return terms_of(chosen[0]) if chosen else read_terms({})
