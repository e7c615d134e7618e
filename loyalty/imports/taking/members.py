"""Members from files: whoever is not known yet is enrolled; whoever is, stays as they are (E-87)."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.events.models import Event, Order
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.imports.files.columns import Column
from loyalty.imports.kinds import ImportKind, RowStatus, ToldRow, Verdict, Work
from loyalty.imports.models import ImportRow
from loyalty.imports.refusals import UsedSince
from loyalty.imports.serializers import MemberReader
from loyalty.imports.taking.takers import Taker, register
from loyalty.imports.taking.values import instant_of, json_of, key_of, meet_each_other, release
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.merging import erase
from loyalty.members.contacts import canonical_card
from loyalty.members.enrolling import (
    CLOCKS_DIFFER_MAX,
    CardTaken,
    Enrolment,
    JoinedInFuture,
    enrol,
)
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Consent, Member, MemberProfile
from loyalty.programs.calendar import local_time
from loyalty.tiers.models import TierGrant

ATTRIBUTE: Final = "attribute."
CONSENT: Final = "consent."
ERASED_AT_ONCE: Final = 100  # each is a deed of some statements

COLUMNS: Final = (
    Column(
        name="external_id",
        title=_("Member, as the shop knows them"),
        required=True,
        sample="ada",
        others=("id", "member", "member_id", "customer", "customer_id", "customer_no", "client_id"),
    ),
    Column(name="email", title=_("E-mail"), sample="ada@example.org", others=("e_mail", "mail")),
    Column(name="phone", title=_("Phone"), sample="+380441234567", others=("tel", "mobile")),
    Column(
        name="first_name",
        title=_("First name"),
        sample="Ada",
        others=("firstname", "given_name", "name"),
    ),
    Column(
        name="last_name",
        title=_("Last name"),
        sample="Lovelace",
        others=("lastname", "surname", "family_name"),
    ),
    Column(
        name="birthday",
        title=_("Birthday"),
        sample="12-10",
        others=("birth_date", "birthdate", "date_of_birth", "dob"),
    ),
    Column(name="card", title=_("Card"), others=("card_no", "card_number")),
    Column(name="locale", title=_("Locale"), sample="uk", others=("language", "lang")),
    Column(name="time_zone", title=_("Time zone"), others=("timezone",)),
    Column(
        name="joined_at",
        title=_("Joined"),
        sample="2021-03-08",
        others=("joined", "registered", "registered_at", "member_since", "created_at"),
    ),
    Column(name="attributes", title=_("Attributes, as JSON"), form="json"),
    Column(name="attribute.*", title=_("An attribute"), form="plain"),
    Column(name="consent.*", title=_("Consent to a purpose"), form="flag"),
)


def check_members(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Who of these would be enrolled."""
    return [verdict for verdict, _enrolment in _judged(work, rows)]


def take_members(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Enrol whoever is new, all in a few statements; nobody is greeted as if they had joined today."""
    judged = _judged(work, rows)
    fresh = [(verdict, told) for verdict, told in judged if verdict.is_new and told]
    # Who was erased since may come again: what an earlier import took for them is free.
    release([verdict.key for verdict, _told in fresh], work=work, kind=ImportKind.MEMBERS)
    members = enrol.step(
        program=work.program,
        enrolments=[told for _verdict, told in fresh],
        how="import",
        actor=work.actor,
        at=work.at,
    )
    for (verdict, _told), member in zip(fresh, members, strict=True):
        verdict.member_id = verdict.target_id = member.pk
    return [verdict for verdict, _told in judged]


def undo_members(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Erase who came by these rows and has been left alone since: their ids are free, their card is void (E-89)."""
    ids = [row.member_id for row in rows if row.member_id is not None]
    members = Member.objects.in_bulk(ids)
    touched = _touched(ids)
    verdicts = []
    for row in rows:
        verdict = Verdict(row.number, status=RowStatus.UNDONE)
        member = members.get(row.member_id) if row.member_id else None
        if member is None or member.status == MemberStatus.ERASED:
            pass  # gone already: nothing is left to take back
        elif member.pk in touched:
            verdict.status, verdict.refusal = RowStatus.KEPT, UsedSince()
        else:
            erase.step(program=work.program, member=member, actor=work.actor, at=work.at)
        verdicts.append(verdict)
    return verdicts


def _judged(work: Work, rows: Sequence[ToldRow]) -> list[tuple[Verdict, Enrolment | None]]:
    reader = MemberReader()
    judged = [_read(row, work=work, reader=reader) for row in rows]
    verdicts = [verdict for verdict, _told in judged]
    meet_each_other(verdicts)
    told = {told.external_id for verdict, told in judged if told and verdict.is_new}
    known = set(
        Member.objects.filter(program=work.program, external_id__in=told).values_list(
            "external_id", flat=True
        )
    )
    for verdict, enrolment in judged:
        if enrolment and verdict.is_new and enrolment.external_id in known:
            verdict.status = RowStatus.ALREADY_THERE
    _refuse_taken_cards(work, judged)
    return judged


def _read(row: ToldRow, *, work: Work, reader: MemberReader) -> tuple[Verdict, Enrolment | None]:
    verdict = Verdict(row.number)
    if row.bad is not None:
        verdict.refuse(row.bad)
        return verdict, None
    try:
        enrolment = reader.read(_told(row, work=work))
        if enrolment.joined_at and enrolment.joined_at > work.at + CLOCKS_DIFFER_MAX:
            raise JoinedInFuture(pointer="/joined_at", now=local_time(work.at, work.program.zone))
    except DomainError as refusal:
        verdict.refuse(refusal)
        return verdict, None
    assert enrolment.external_id, "the column is demanded"
    verdict.key = key_of(work, ImportKind.MEMBERS, enrolment.external_id)
    return verdict, enrolment


def _told(row: ToldRow, *, work: Work) -> dict[str, Any]:
    """A row as the API would be told it."""
    told = {name: cell for name, cell in row.told.items() if "." not in name}
    if "attributes" in told:
        told["attributes"] = json_of(told["attributes"], name="attributes")
    if "joined_at" in told:
        told["joined_at"] = instant_of(told["joined_at"], program=work.program, name="joined_at")
    attributes = {
        name.removeprefix(ATTRIBUTE): cell
        for name, cell in row.told.items()
        if name.startswith(ATTRIBUTE)
    }
    if attributes:
        told["attributes"] = {**told.get("attributes", {}), **attributes}
    consents = [
        {"purpose": name.removeprefix(CONSENT), "given": cell, "source": "import"}
        for name, cell in row.told.items()
        if name.startswith(CONSENT)
    ]
    if consents:
        told["consents"] = consents
    return told


def _refuse_taken_cards(work: Work, judged: Sequence[tuple[Verdict, Enrolment | None]]) -> None:
    """A card names one member: the first row that tells it, or whoever has it already (card_names_one_member)."""
    cards = {
        verdict.number: canonical_card(card)
        for verdict, told in judged
        if told and verdict.is_new and (card := told.profile.get("card"))
    }
    if not cards:
        return
    profiles = MemberProfile.objects.filter(program=work.program, card__in=set(cards.values()))
    taken = set(profiles.values_list("card", flat=True))
    for verdict, _told in judged:
        card = cards.get(verdict.number)
        if card is None:
            continue
        if card in taken:
            verdict.refuse(CardTaken(pointer="/card"))
        taken.add(card)


def _touched(ids: Sequence[Id]) -> set[Id]:
    """Who of these did something since, or had something done about them."""
    touched = {
        profile.member_id
        for profile in MemberProfile.objects.filter(member__in=ids).select_related("member")
        if profile.changed_at > profile.member.enrolled_at
        or profile.member.status != MemberStatus.ACTIVE
        or profile.member.epoch
    }
    for rows in (Event.objects, Order.objects, TierGrant.objects):
        found = rows.filter(member__in=ids).values_list("member_id", flat=True).distinct()
        touched |= set(found)
    late = Consent.objects.filter(member__in=ids).select_related("member")
    touched |= {each.member_id for each in late if each.noted_at > each.member.enrolled_at}
    touched |= set(
        Member.objects.filter(merged_into__in=ids).values_list("merged_into_id", flat=True)
    )
    book = lock_accounts_of(owner_ids=ids)
    return touched | {
        state.member_id for state in book.values() if state.member_id and state.last_number
    }


register(
    Taker(
        kind=ImportKind.MEMBERS,
        about=_("Who takes part: one member a row."),
        columns=COLUMNS,
        check=check_members,
        take=take_members,
        undo=undo_members,
        undone_at_once=ERASED_AT_ONCE,
    )
)
