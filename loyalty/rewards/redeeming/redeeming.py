"""Redeeming: rewards for points, and gifts, each wish judged in order and all handed out in one unit (W-20, W-26)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Problem
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer, OnOffer, on_offer
from loyalty.rewards.catalogue.stocking import put_back, take_pieces
from loyalty.rewards.kinds import RewardKind
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.accepting import Accepted
from loyalty.rewards.redeeming.handing_out import hand_out
from loyalty.rewards.redeeming.judging import note_taken, price_of, reasons_not
from loyalty.rewards.redeeming.scenes import Currency, Scene, read_currencies, read_scene
from loyalty.rewards.redeeming.wishes import WISHES_MAX, Handed, Wish
from loyalty.rewards.refusals import GiftConflict, RewardUnknown

_EARLIER = """
    SELECT r.id FROM loyalty_redemption r
    JOIN unnest(%s::text[], %s::text[]) AS told (origin, origin_key)
      ON r.origin = told.origin AND r.origin_key = told.origin_key
    WHERE r.program_id = %s
"""


@unit_of_work
def redeem(
    *, program: Program, wishes: Sequence[Wish], actor: Actor, at: datetime, partial: bool = False
) -> list[Handed]:
    """Hand these rewards out, in order; answers each wish. A refusal changes nothing.

    All or nothing: the first refusal rises, with every reason in its `problems`; with `partial`, each answer carries
    its own instead. The same number of statements for 1 and for 1,000 wishes.
    """
    return redeemed(program=program, wishes=wishes, actor=actor, at=at, partial=partial)


@inside_unit_of_work
def redeemed(
    *, program: Program, wishes: Sequence[Wish], actor: Actor, at: datetime, partial: bool = False
) -> list[Handed]:
    """See `redeem`."""
    assert len(wishes) <= WISHES_MAX, "more than one unit can take"
    if not wishes:
        return []
    standing = _standing(program, wishes, partial=partial)
    currencies = read_currencies(program)
    book = _lock(program, wishes, standing, currencies, at=at)
    earlier = _earlier(program, wishes)
    fresh = [wish for wish in wishes if (wish.origin, wish.origin_key) not in earlier]
    scene = read_scene(
        program=program,
        member_ids={wish.member_id for wish in fresh},
        offers=[each.offer for each in standing.values() if each.offer],
        currencies=currencies,
        at=at,
    )
    answers = [_told_again(wish, earlier) or _unknown(wish, standing) for wish in wishes]
    accepted = _judge(scene, wishes, standing, answers, partial=partial)
    handed = hand_out(scene=scene, accepted=accepted, accounts=book, actor=actor, partial=partial)
    for each, result in zip(accepted, handed, strict=True):
        answers[each.place] = result
    return [each for each in answers if each is not None]


def _standing(program: Program, wishes: Sequence[Wish], *, partial: bool) -> dict[str, OnOffer]:
    """The rewards wished for, by what they are called. Raises RewardUnknown, unless each answers for itself."""
    told = {wish.reward for wish in wishes}
    found = {each.slug: each for each in on_offer(program=program, slugs=told)}
    if told - found.keys() and not partial:
        raise RewardUnknown(pointer="/reward")
    return found


def _lock(
    program: Program,
    wishes: Sequence[Wish],
    standing: Mapping[str, OnOffer],
    currencies: Sequence[Currency],
    *,
    at: datetime,
) -> Book:
    """The members' accounts in every currency that is paid or handed out; for gifts, in the first one (W-75)."""
    offers = [each.offer for each in standing.values() if each.offer]
    given = {each.terms["currency"] for each in offers if each.kind == RewardKind.POINTS}
    ids = {each.id for each in currencies if each.slug in given}
    for wish in wishes:
        each = standing.get(wish.reward)
        if each and each.offer and not wish.is_gift:
            ids |= each.offer.currency_ids
    ids = ids or {each.id for each in currencies[:1]}
    member_ids = {wish.member_id for wish in wishes}
    return lock_accounts(program=program, member_ids=member_ids, currency_ids=ids, at=at)


def _earlier(program: Program, wishes: Sequence[Wish]) -> dict[tuple[str, str | None], Redemption]:
    """Redemptions of these natural keys that are there already."""
    keys = sorted({(wish.origin.value, wish.origin_key) for wish in wishes if wish.origin_key})
    if not keys:
        return {}
    origins, told = zip(*keys, strict=True)
    ids = [row[0] for row in run(_EARLIER, [list(origins), list(told), program.pk])]
    rows = Redemption.objects.filter(pk__in=ids).select_related("reward") if ids else []
    return {(row.origin, row.origin_key): row for row in rows}


def _told_again(wish: Wish, earlier: Mapping[tuple[str, str | None], Redemption]) -> Handed | None:
    """The first answer again; another gift under the same key is refused. Vouchers are looked up by whoever shows them."""
    row = earlier.get((wish.origin, wish.origin_key))
    if row is None:
        return None
    if (row.member_id, row.reward.slug, row.quantity) != (
        wish.member_id,
        wish.reward,
        wish.quantity,
    ):
        raise GiftConflict
    return Handed(wish=wish, redemption=row, repeated=True)


def _unknown(wish: Wish, standing: Mapping[str, OnOffer]) -> Handed | None:
    if wish.reward in standing:
        return None
    return Handed(wish=wish, refusal=RewardUnknown(pointer="/reward"))


def _judge(
    scene: Scene,
    wishes: Sequence[Wish],
    standing: Mapping[str, OnOffer],
    answers: list[Handed | None],
    *,
    partial: bool,
) -> list[Accepted]:
    """Which wishes are fulfilled, one after the other; stock is taken for them, and what is not needed put back."""
    pending = [place for place, answer in enumerate(answers) if answer is None]
    taken, left = _take_stock(scene, [wishes[place] for place in pending], standing)
    accepted: list[Accepted] = []
    used: dict[Id, int] = {}
    keys: set[tuple[str, str]] = set()
    for place in pending:
        wish = wishes[place]
        reasons = reasons_not(standing[wish.reward], wish, scene)
        if wish.origin_key and (wish.origin, wish.origin_key) in keys:
            reasons.insert(0, GiftConflict())
        if reasons:
            refusal = with_all(reasons)
            if not partial:
                raise refusal
            answers[place] = Handed(wish=wish, refusal=refusal)
            continue
        offer = standing[wish.reward].offer
        assert offer is not None, "what is live has a revision"
        price = _price(offer, wish, scene)
        is_limited = offer.reward_id in scene.pieces
        note_taken(offer, wish, scene, price=price)
        accepted.append(
            Accepted(
                place=place,
                wish=wish,
                offer=offer,
                price=price,
                stock_taken=wish.quantity if is_limited else 0,
            )
        )
        used[offer.reward_id] = used.get(offer.reward_id, 0) + wish.quantity
        keys |= {(wish.origin, wish.origin_key)} if wish.origin_key else set()
    spare = {key: n - used.get(key, 0) for key, n in taken.items() if n > used.get(key, 0)}
    put_back(pieces=spare)
    scene.left = {key: left[key] + spare.get(key, 0) for key in used if key in left}
    return accepted


def with_all(reasons: Sequence[DomainError], *, pointer: str = "/reward") -> DomainError:
    """The first reason, with all of them among its problems."""
    first = reasons[0]
    first.problems = [
        Problem(pointer=pointer, code=each.code, message=each.sentence()) for each in reasons
    ]
    return first


def _take_stock(
    scene: Scene, wishes: Sequence[Wish], standing: Mapping[str, OnOffer]
) -> tuple[dict[Id, int], dict[Id, int]]:
    """Take as many pieces as all wishes together want, as far as there are: nobody else can have them now (W-11)."""
    wanted: dict[Id, int] = {}
    for wish in wishes:
        each = standing[wish.reward]
        if each.is_live:
            wanted[each.reward_id] = wanted.get(each.reward_id, 0) + wish.quantity
    taken, left = take_pieces(pieces=wanted)
    scene.pieces = dict(taken)
    return taken, left


def _price(offer: Offer, wish: Wish, scene: Scene) -> tuple[Id, int] | None:
    if wish.is_gift:
        return None
    return price_of(offer, scene.people[wish.member_id], scene, currency=wish.currency)
