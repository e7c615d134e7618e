"""Gift cards that are out already come in from files, with what is left on them (W-51, E-87, E-89)."""

import pytest

from loyalty.access.approvals.proposing import said
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import DomainError
from loyalty.imports.models import ImportPart
from loyalty.imports.steering import start_or_propose
from loyalty.rewards.models import GiftCard, Voucher
from loyalty.rewards.voucher_kinds import PaidWith
from tests.world.access import a_person, a_shop
from tests.world.earning import NOON
from tests.world.imports import a_table, checked, counts_of, imported, rows_of, undone
from tests.world.ledger import a_member
from tests.world.vouchers import a_cafe, redeemed, validated

pytestmark = pytest.mark.django_db
CODE, BARE = "GC-7H2K-90PX", "gc-7h2k-90px"
FILE = a_table(
    "code,value,currency,pin,ends_on,external_id,paid_with",
    f"{CODE},2500,,4711,2027-12-31,ada,",
    f"{BARE},1000,USD,,,,free",
    f"{CODE},9900,,,,,",
    "NOBODY-1,100,,,,nobody,",
    "NOTHING-1,0,,,,,",
    ",100,,,,,",
    "LATE-1,100,,,2026-11-19,,",
    "MONEY-1,100,eur,,,,",
    "PAID-1,100,,,,,barter",
    "LONG-PIN,100,,123456789012345678901,,,",
    "TOO-MUCH,1000000000000001,,,,,",
)


@pytest.fixture
def cafe():
    cafe = a_cafe()
    a_member(cafe)
    return cafe


def why_not(deed):
    with pytest.raises(DomainError) as told:
        deed()
    return told.value.values.get("reason") or told.value.code


def test_each_row_is_a_card_with_its_value_once(cafe):
    """W-51: how it was paid is remembered; what is told twice is there already; the file itself is sealed."""
    run = imported(cafe, "gift_cards", FILE)

    assert [(status, code) for _number, status, code in rows_of(run)] == [
        ("taken", ""),
        ("taken", ""),
        ("already_there", ""),
        ("refused", "member_unknown"),
        ("refused", "malformed"),
        ("refused", "malformed"),
        ("refused", "already_expired"),
        *[("refused", "malformed")] * 4,
    ]
    assert counts_of(run.preview) == counts_of(run.outcome) == (2, 1, 8)
    assert run.preview["money"] == run.outcome["money"] == {"EUR": 2500, "USD": 1000}
    cards = {card.currency: card for card in GiftCard.objects.select_related("voucher")}
    told = {name: (card.value, card.paid_with) for name, card in cards.items()}
    assert told == {"EUR": (2500, PaidWith.MONEY), "USD": (1000, PaidWith.FREE)}
    assert cards["EUR"].voucher.ends_at.isoformat() == "2027-12-31T22:00:00+00:00"
    assert {card.voucher.origin for card in cards.values()} == {"import"}
    assert counts_of(imported(cafe, "gift_cards", FILE).outcome) == (0, 3, 8)
    parts = ImportPart.objects.values_list("sealed", flat=True)
    assert CODE.encode() not in b"".join(bytes(part) for part in parts)


def test_a_card_works_by_its_own_code_and_pin_or_for_its_owner(cafe):
    """W-52: spelled exactly; without a PIN in the file there is none to ask for."""
    imported(cafe, "gift_cards", FILE)
    owner = Voucher.objects.get(last_four="90PX").member

    assert why_not(lambda: validated(cafe, CODE, at=NOON, inspects=True)) == "pin_missing"
    wrong = {"pin": "4712", "inspects": True}
    assert why_not(lambda: validated(cafe, CODE, at=NOON, **wrong)) == "pin_wrong"
    assert validated(cafe, CODE, by=owner, at=NOON)["remaining"]["amount"] == 2500
    drawn = redeemed(cafe, CODE, pin="4711", amount=1850, at=NOON)
    assert drawn["remaining"] == {"amount": 650, "currency": "EUR"}
    assert validated(cafe, BARE, at=NOON)["remaining"] == {"amount": 1000, "currency": "USD"}


def test_undoing_cancels_what_nobody_has_drawn_from(cafe):
    """E-89: what was spent of keeps its rest; the codes stay known."""
    run = imported(cafe, "gift_cards", FILE)
    redeemed(cafe, CODE, pin="4711", amount=1850, at=NOON)

    run = undone(run)

    assert (run.undone["undone"], run.undone["kept"]) == (1, 1)
    assert [row for row in rows_of(run) if row[1] == "kept"] == [(2, "kept", "used_since")]
    assert validated(cafe, CODE, pin="4711", at=NOON)["remaining"]["amount"] == 650
    assert why_not(lambda: validated(cafe, BARE, at=NOON, inspects=True)) == "cancelled"
    assert counts_of(imported(cafe, "gift_cards", FILE).outcome)[:2] == (0, 3)


@pytest.mark.parametrize(("money", "is_proposed"), [(100_000, False), (100_001, True)])
def test_much_money_takes_two_people(cafe, money, is_proposed):
    """S-26: 1,000.00 of one currency in one file, as for a batch of vouchers."""
    run = checked(cafe, "gift_cards", a_table("code,value", "A-1,40000", f"A-2,{money - 40_000}"))
    clerk = Actor(kind=ActorKind.STAFF, id=a_person().pk)

    told = start_or_propose(program=cafe, import_id=run.pk, actor=clerk, at=NOON)

    assert (told.proposal is not None) is is_proposed
    if told.proposal:
        assert "2 gift cards with 1000.01 EUR" in said(told.proposal)


def test_doors_tell_the_money(cafe):
    """E-86: what would come onto cards, by currency, beside the points."""
    run = checked(cafe, "gift_cards", FILE)

    told = a_shop(cafe).get(f"/v1/imports/{run.shown_id}").json()["preview"]

    assert told["points"] == []
    assert told["money"] == [
        {"amount": 2500, "currency": "EUR"},
        {"amount": 1000, "currency": "USD"},
    ]
