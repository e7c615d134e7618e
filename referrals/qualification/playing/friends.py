"""Friends in the demo: after the last purchase of the log six more weeks pass, in which members bring friends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import unit_of_work
from loyalty.imports.importing import travel
from loyalty.imports.playing import plays_on
from loyalty.members.contacts import ProfileTold
from loyalty.members.enrolling import Enrolment, MemberExists, enrol
from loyalty.members.finding import find_member
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import TouchKind
from referrals.attribution.touching import Context, touch
from referrals.attribution.visitors import new_visitor, signed
from referrals.codes.issuing import add_affiliate, code_of_member
from referrals.codes.models import Advocate
from referrals.plans.models import ReferralPlan
from referrals.plans.publishing import change_plan
from referrals.qualification.bringing import Telling, bring

PLAYER: Final[Actor] = job("play_demo")
SEEN: Final = "00004"  # whose pages the demo opens
PARTNERS: Final[Mapping[str, Any]] = {
    "slug": "partners",
    "name": {"en": "Partners"},
    "audience": "affiliates",
    "min_order": 1500,
    "friend_reward": {"kind": "points", "currency": "stars", "points": 100},
    "advocate_reward": {"kind": "payable", "money": {"amount": 500, "currency": "EUR"}},
}
HOME: Final[dict[str, str]] = {"address_key": "7 Yaroslaviv Val", "device_key": "kitchen tablet"}
CARD: Final[dict[str, str]] = {"payment_fingerprint": "a card of Boris"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What somebody does on a day: joins (by a link or a code), orders, returns, or claims."""

    day: int
    who: str
    does: str  # joins, orders, returns, claims
    name: tuple[str, str] = ("", "")
    email: str = ""
    through: str = ""  # whose link or code
    typed: bool = False
    total: int = 0
    keys: Mapping[str, str] = field(default_factory=dict)


# Rewarded, reversed, still to order, waiting, in review, a self-referral, a household and its second, a claim, an affiliate's.
SCENES: Final = (
    Scene(day=1, who="boris", does="joins", name=("Boris", "Kovalenko"), email="boris@example.org"),
    Scene(day=1, who="grace", does="joins", name=("Grace", "Hopper"), through=SEEN),
    Scene(day=2, who="boris", does="orders", total=2400, keys=HOME | CARD),
    Scene(day=3, who="grace", does="orders", total=3200),
    Scene(day=4, who="hedy", does="joins", name=("Hedy", "Lamarr"), through=SEEN, typed=True),
    Scene(day=5, who="hedy", does="orders", total=5400),
    Scene(day=6, who="mark", does="joins", name=("Mark", "Ivanenko"), through="boris"),
    Scene(day=6, who="mark", does="orders", total=2000, keys=CARD),
    Scene(day=7, who="boris-2", does="joins", email="Boris@Example.org", through="boris"),
    Scene(day=8, who="olha", does="joins", name=("Olha", "Kovalenko"), through="boris"),
    Scene(day=9, who="olha", does="orders", total=2600, keys=HOME),
    Scene(day=10, who="frances", does="joins", name=("Frances", "Allen")),
    Scene(day=11, who="frances", does="orders", total=1900),
    Scene(day=12, who="frances", does="claims", through=SEEN),
    Scene(day=14, who="petro", does="joins", name=("Petro", "Kovalenko"), through="boris"),
    Scene(day=15, who="petro", does="orders", total=2100, keys=HOME),
    Scene(day=16, who="evelyn", does="joins", name=("Evelyn", "Boyd"), through="partners"),
    Scene(day=17, who="evelyn", does="orders", total=4100),
    Scene(day=30, who="hedy", does="returns"),
    Scene(day=34, who="joan", does="joins", name=("Joan", "Clarke"), through=SEEN),
    Scene(day=36, who="radia", does="joins", name=("Radia", "Perlman"), through=SEEN),
    Scene(day=37, who="radia", does="orders", total=2800),
    Scene(day=42, who="", does=""),
)


@plays_on
def play_friends(program: Program, since: datetime) -> None:
    """Tell every scene on its day; told again, or after a stop, nothing happens twice."""
    if not ReferralPlan.objects.filter(program=program, slug="friends").exists():
        return
    _open_partners(program)
    for scene in SCENES:
        travel(program=program, to=since + timedelta(days=scene.day))
        program.refresh_from_db()
        if scene.does:
            DEEDS[scene.does](program, scene, now_of(program))
            deliver_until_idle(program_id=program.pk)


def _open_partners(program: Program) -> None:
    """A plan for sites that are no members, and one of them."""
    _put(program=program)
    if not Advocate.objects.filter(program=program, name="Morning Coffee Blog").exists():
        add_affiliate(
            program=program,
            plan=ReferralPlan.objects.get(program=program, slug=PARTNERS["slug"]),
            name="Morning Coffee Blog",
            text="MORNING-COFFEE",
            actor=PLAYER,
            at=now_of(program),
        )


@unit_of_work
def _put(*, program: Program) -> None:
    change_plan(program=program, told=PARTNERS, actor=PLAYER, at=now_of(program))


def _joins(program: Program, scene: Scene, at: datetime) -> None:
    first, last = scene.name
    profile: ProfileTold = {}
    if first:
        profile |= {"first_name": first, "last_name": last}
    if scene.email:
        profile |= {"email": scene.email}
    enrolment = Enrolment(
        external_id=scene.who, profile=profile, referral_code=_told(program, scene, at)
    )
    try:
        enrol(program=program, enrolments=[enrolment], how="api", actor=PLAYER, at=at)
    except MemberExists:
        return


def _told(program: Program, scene: Scene, at: datetime) -> str:
    """The code as typed, or the token of a browser that followed the link a while before."""
    if not scene.through:
        return ""
    if scene.through == "partners":
        return "morning coffee"
    whose = find_member(program=program, told=f"ext:{scene.through}")
    code = code_of_member(program=program, member_id=whose.pk, at=at)
    if scene.typed:
        return code.text
    visitor = new_visitor()
    touch(
        code=code,
        kind=TouchKind.CLICK,
        context=Context(visitor=visitor, agent="A phone", network=f"192.0.2.{scene.day}"),
        friend_id=None,
        at=at - timedelta(hours=2),
    )
    return signed(visitor)


def _orders(program: Program, scene: Scene, at: datetime) -> None:
    line = {"sku": "BEANS-1", "quantity": 1, "amount": scene.total, "categories": ["coffee"]}
    told = {"order_id": f"friend-{scene.who}-{scene.day}", "currency": program.currency}
    _tell(
        program,
        scene,
        "order.paid",
        told | {"total": scene.total, "lines": [line], **scene.keys},
        at,
    )


def _returns(program: Program, scene: Scene, at: datetime) -> None:
    (bought,) = [each for each in SCENES if each.who == scene.who and each.does == "orders"]
    _tell(program, scene, "order.cancelled", {"order_id": f"friend-{bought.who}-{bought.day}"}, at)


def _claims(program: Program, scene: Scene, at: datetime) -> None:
    friend = find_member(program=program, told=f"ext:{scene.who}")
    whose = find_member(program=program, told=f"ext:{scene.through}")
    code = code_of_member(program=program, member_id=whose.pk, at=at)
    telling = Telling(text=code.text, context=Context())
    try:
        bring(program=program, friend_id=friend.pk, telling=telling, actor=PLAYER, at=at)
    except DomainError:
        return  # told before


def _tell(program: Program, scene: Scene, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    event = {
        "type": kind,
        "member": f"ext:{scene.who}",
        "source": "demo",
        "source_id": f"friend-{scene.who}-{scene.day}-{scene.does}",
        "occurred_at": at.isoformat(),
        "data": dict(data),
    }
    told = read_event(program=program, told=event)
    take_in(program=program, told=[told], actor=PLAYER, at=at)


DEEDS: Final[Mapping[str, Callable[[Program, Scene, datetime], None]]] = {
    "joins": _joins,
    "orders": _orders,
    "returns": _returns,
    "claims": _claims,
}
