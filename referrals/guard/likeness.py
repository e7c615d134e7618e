"""Likeness: what two people have in common, compared in memory and kept by nobody (R-51). Pure."""

import unicodedata
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from loyalty.members.contacts import canonical_phone
from loyalty.members.persons import Person
from referrals.attribution.models import Touch
from referrals.guard.remembering import canonical_mail

SIMILAR_LENGTH_MIN: Final = 5
EDITS_MAX: Final = 2
_NEAR: Final = timedelta(hours=24)


def same_mail(friend: Person, advocate: Person) -> int | None:
    """Whether both have one mailbox; None where one has none."""
    return _same(canonical_mail(friend.email), canonical_mail(advocate.email))


def same_phone(friend: Person, advocate: Person) -> int | None:
    """Whether both have one phone."""
    return _same(canonical_phone(friend.phone), canonical_phone(advocate.phone))


def same_surname(friend: Person, advocate: Person) -> int | None:
    """Whether both have one surname, however it is written."""
    return _same(surname(friend), surname(advocate))


def similar_mail(friend: Person, advocate: Person) -> int | None:
    """One domain, and names that are equal without digits or at most two edits apart."""
    mine, theirs = canonical_mail(friend.email), canonical_mail(advocate.email)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return 1
    (one, domain), (other, their_domain) = _parts(mine), _parts(theirs)
    if domain != their_domain:
        return 0
    bare, their_bare = _without_digits(one), _without_digits(other)
    if bare and bare == their_bare:
        return 1
    if min(len(one), len(other)) < SIMILAR_LENGTH_MIN:
        return 0
    return int(_are_near(one, other))


def domain_of(mail: str) -> str:
    """The domain of a mailbox."""
    return _parts(canonical_mail(mail))[1]


def surname(person: Person) -> str:
    """The surname as it is compared."""
    return unicodedata.normalize("NFKC", person.last_name).strip().casefold()


def network_of(mine: Collection[Touch], theirs: Collection[Touch]) -> tuple[int | None, int | None]:
    """Whether both came from one network within a day; and with one browser at that."""
    seen = [touch for touch in mine if touch.network]
    other = [touch for touch in theirs if touch.network]
    if not seen or not other:
        return None, None
    near = [
        (bytes(one.agent or b""), bytes(two.agent or b"!"))
        for one in seen
        for two in other
        if bytes(one.network or b"") == bytes(two.network or b"")
        and abs(one.occurred_at - two.occurred_at) < _NEAR
    ]
    return int(bool(near)), int(any(agent == their_agent for agent, their_agent in near))


def shared(mine: Collection[object], theirs: Collection[object]) -> int | None:
    """How many of these both have; None where one has none."""
    return len(set(mine) & set(theirs)) if mine and theirs else None


def _same(mine: str, theirs: str) -> int | None:
    return int(mine == theirs) if mine and theirs else None


def _parts(mail: str) -> tuple[str, str]:
    local, _at, domain = mail.rpartition("@")
    return local, domain


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def _are_near(one: str, other: str) -> bool:
    """At most two insertions, deletions or changes apart (Levenshtein, 1966)."""
    if abs(len(one) - len(other)) > EDITS_MAX:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[0], place
        for column, theirs in enumerate(other, start=1):
            cost = before + (letter != theirs)
            before = row[column]
            row[column] = min(cost, row[column] + 1, row[column - 1] + 1)
    return row[-1] <= EDITS_MAX
