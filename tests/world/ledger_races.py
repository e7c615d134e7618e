"""Controls of the ledger's races: what happens when nobody holds the accounts."""

import pytest

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.ledger import claiming, giving_back, holding, locks, posting
from loyalty.ledger.rows.writing import write
from tests.world.racing import meet


def look_without_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody looks at the accounts without holding them, and writes when all have looked."""
    bare = locks._LOCK.replace("FOR NO KEY UPDATE OF a", "")
    for name, which in (
        ("_OF_MEMBERS", "a.member_id = ANY(%s::uuid[]) AND a.currency_id = ANY(%s::uuid[])"),
        ("_OF_OWNERS", "a.member_id = ANY(%s::uuid[]) OR a.voucher_id = ANY(%s::uuid[])"),
        ("_BY_ID", "a.id = ANY(%s::uuid[])"),
    ):
        monkeypatch.setattr(locks, name, bare.format(which=which))
    for room in (posting, holding, claiming, giving_back):
        monkeypatch.setattr(room, "write", _written_late)


def _written_late(rows):
    meet()
    write(rows)


def is_clean(cafe):
    """No invariant is broken, whoever won."""
    found = list(prove(Scope(program_id=cafe.pk)))
    return [each for each in found if each.name != "holds end"] == []
