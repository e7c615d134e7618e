"""Codes from files fill the pool of a reward (W-46, E-87, E-89)."""

import pytest

from loyalty.foundation.refusals import Malformed
from loyalty.foundation.units import run as in_unit
from loyalty.imports.models import ImportPart
from loyalty.rewards.codes.pooling import Wanted, take_codes
from loyalty.rewards.models import PoolCode, Reward, RewardStock
from tests.world.earning import NOON
from tests.world.imports import a_table, counts_of, imported, received, rows_of, undone
from tests.world.vouchers import PARTNER, a_cafe

pytestmark = pytest.mark.django_db
FILE = a_table(
    "code,value,ends_on,pin",
    "SPA-7H2K-90,1500,2027-12-31,4711",
    "spa-7h2k-90,,,",
    "SPA-7H2K-90,,,",
    "Спа 90 €,,,",
    ",100,,",
    "LATE,,2026-11-19,",
    "FREE,0,,",
)


@pytest.fixture
def cafe():
    return a_cafe(PARTNER)


def test_codes_fill_the_pool_each_once(cafe):
    """W-46: foreign codes keep their spelling; doubles are there already; the stock grows."""
    run = imported(cafe, "codes", FILE, pool="cinema")

    assert rows_of(run) == [
        (2, "taken", ""),
        (3, "taken", ""),
        (4, "already_there", ""),
        (5, "taken", ""),
        (6, "refused", "malformed"),
        (7, "refused", "already_expired"),
        (8, "refused", "malformed"),
    ]
    assert counts_of(run.preview) == counts_of(run.outcome) == (3, 1, 3)
    assert (PoolCode.objects.count(), RewardStock.objects.get().left) == (3, 3)
    assert PoolCode.objects.get(value=1500).last_four == "K-90"
    assert counts_of(imported(cafe, "codes", FILE, pool="cinema").outcome) == (0, 4, 3)
    assert b"SPA-7H2K-90" not in b"".join(
        bytes(part) for part in ImportPart.objects.values_list("sealed", flat=True)
    )


@pytest.mark.parametrize("pool", ["", "nowhere"])
def test_only_a_reward_with_a_pool_takes_codes(cafe, pool):
    with pytest.raises(Malformed):
        received(cafe, "codes", FILE, pool=pool)


def test_undoing_takes_out_what_nobody_was_handed(cafe):
    """E-89."""
    run = imported(cafe, "codes", FILE, pool="cinema")
    reward = Reward.objects.get(slug="cinema")
    in_unit(lambda: take_codes(program=cafe, wanted=[Wanted(reward_id=reward.pk)], at=NOON))

    run = undone(run)

    assert (run.undone["undone"], run.undone["kept"]) == (2, 1)
    assert PoolCode.objects.count() == 1
    kept = [row for row in rows_of(run) if row[1] == "kept"]
    assert [code for _number, _status, code in kept] == ["used_since"]
