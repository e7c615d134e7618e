"""Rewards of the Corner Café: its catalogue, what members redeem, and what is left."""

from datetime import datetime, timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.ledger.reports.balances import coming_ends_of as ends_of
from loyalty.outbox.models import AnnouncedFact
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.giving.goodwill import Goodwill, give_by_hand
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Redemption, Reward, RewardStock
from loyalty.rewards.redeeming.redeeming import redeem, redeemed
from loyalty.rewards.redeeming.wishes import Wish
from tests.world.ledger import TILL, a_member, moving, posted
from tests.world.programs import a_program, applied
from tests.world.tiers import a_ladder, granted

KYIV = ZoneInfo("Europe/Kyiv")
NOON = datetime(2026, 11, 21, 12, tzinfo=KYIV)
_keys = count(1)


def at(told):
    """`2026-11-21T12:00`, by the clock of the café."""
    return datetime.fromisoformat(told).replace(tzinfo=KYIV)


def a_reward(slug="coffee", *, price=100, currency="stars", **rest):
    """A free coffee for 100 stars, unless told otherwise; no price is a reward that is only given."""
    definition = {
        "slug": slug,
        "name": {"en": "Free coffee", "fa": "قهوهٔ رایگان"},
        "kind": "free_product",
        "terms": {"skus": ["COF-1"]},
    }
    if price is not None:
        definition["prices"] = [{"currency": currency, "points": price}]
    return definition | rest


def a_percentage(percent="15", *, slug="percent", **rest):
    return a_reward(slug, kind="percent_off", terms={"percent": percent}, **rest)


def a_perk(slug="lounge", **rest):
    return a_reward(slug, kind="perk", terms={"slug": slug}, **rest)


def an_exchange(points=10, *, slug="exchange", currency="xp", **rest):
    return a_reward(slug, kind="points", terms={"currency": currency, "points": points}, **rest)


def a_gift_card(amount=5000, *, slug="card", **rest):
    money = {"money": {"amount": amount, "currency": "EUR"}}
    return a_reward(slug, kind="gift_card", terms=money, **rest)


def a_cafe(*rewards, ladder=False, when=NOON, **settings):
    """A café with these rewards on offer; with `ladder`, its tiers too."""
    parts = {"rewards": list(rewards or [a_reward()])}
    if ladder:
        parts["tiers"] = a_ladder()
    return a_program(parts=parts, at=when, **settings)


def offered(program, *rewards, when=NOON):
    """More rewards, or other revisions of the same."""
    return applied(
        {"program": {"slug": program.slug}, "rewards": list(rewards)}, own=program, at=when
    )


def a_guest(program, points=1000, *, name="ada", when=NOON, ends=None):
    """A member with points that never end, or end then."""
    member = a_member(program, name, at=when)
    if points:
        posted(moving(points, of=member, ends=ends, occurred_at=when), at=when)
    return member


def wish(member, reward="coffee", **rest):
    return Wish(member_id=member.pk, reward=reward, **rest)


def got(member, reward="coffee", *, when=NOON, by=TILL, **rest):
    """One redemption of this member, through the front door of the room."""
    return got_all([wish(member, reward, **rest)], of=member.program, when=when, by=by)[0]


def got_all(wishes, *, of, when=NOON, by=TILL, partial=False):
    return redeem(program=of, wishes=wishes, actor=by, at=when, partial=partial)


def given(member, reward="coffee", *, origin=Origin.CAMPAIGN, key=None, when=NOON, **rest):
    """A gift, under its natural key."""
    told = wish(member, reward, origin=origin, origin_key=key or f"gift/{next(_keys)}", **rest)
    work = partial(redeemed, program=member.program, wishes=[told], actor=TILL, at=when)
    return run(work)[0]


def cancelled(row, *, when=NOON, by=TILL, reason=""):
    return cancel(program=row.program, redemption_ids=[row.pk], reason=reason, actor=by, at=when)[0]


def goodwill(member, reward="coffee", *, by, when=NOON, key=None, **rest):
    """A gift by hand of this person (a signed-in browser)."""
    told = {"reason": "goodwill", "note": "The milk was off."} | rest
    return give_by_hand(
        program=member.program,
        goodwill=Goodwill(member_id=member.pk, reward=reward, **told),
        key=key or new_id(),
        actor=the_person(by),
        at=when,
    )


def the_person(browser):
    """The hand of somebody who is signed in."""
    return Actor(kind=ActorKind.STAFF, id=browser.user.pk)


def a_guest_in(tier, program, points, *, name="ada", when=NOON):
    """A member with points, who was given this tier."""
    guest = a_guest(program, points, name=name, when=when)
    granted(tier, to=guest, until=when + timedelta(days=365), at=when)
    return guest


def coming_ends_of(member):
    """When points end, and how many."""
    told = ends_of(program=member.program, member=member)
    return [(each["at"], each["points"]) for each in told]


def the_member(member):
    """The member's own hand."""
    return Actor(kind=ActorKind.MEMBER, id=member.pk)


def left_of(program, slug="coffee"):
    """Pieces left, or None: unlimited."""
    stock = RewardStock.objects.filter(reward__program=program, reward__slug=slug).first()
    return stock.left if stock and stock.is_limited else None


def reward_of(program, slug="coffee"):
    return Reward.objects.get(program=program, slug=slug)


def redemptions_of(member):
    """States of what the member redeemed or was given, in order."""
    return list(Redemption.objects.filter(member=member).order_by("pk").values_list("state", flat=True))  # fmt: skip


def reward_facts_about(member):
    """The names of what was announced about a member's rewards and vouchers, in order."""
    told = AnnouncedFact.objects.filter(member_id=member.pk).order_by("id")
    names = told.values_list("name", flat=True)
    return [name for name in names if name.split(".")[0] in {"reward", "voucher", "gift_card"}]
