"""A batch whose process is killed with -9 at and inside its chunks ends with exactly as many codes (W-45, V-67)."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from loyalty.foundation.units import run
from loyalty.rewards.batches.making import BatchWish, make_chunk
from loyalty.rewards.batches.proposing import make_batch
from loyalty.rewards.catalogue.offers import live_offer
from loyalty.rewards.codes.keeping import unseal_code
from loyalty.rewards.codes.spelling import is_spelled_right
from loyalty.rewards.models import Voucher
from tests.world.ledger import TILL
from tests.world.vouchers import ISSUED_AT, a_cafe, facts_of

ROOT = Path(__file__).resolve().parents[3]
CODES = 2_000
PAUSES = [0.0, 0.03, 0.1]  # seconds into a chunk: before it, while it writes, at its edge


def made_on_and_killed(batch, *, after):
    """A process makes codes, and is killed this long after it has begun its second chunk."""
    arguments = [connection.settings_dict["NAME"], str(batch.pk)]
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.loyalty.rewards.making_on", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    for _chunk in range(2):
        child.stdout.readline()
    time.sleep(after)
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_is_complete_and_none_is_doubled():
    """W-45: killed three times, then made to its end in this process; told as made once."""
    cafe = a_cafe()
    wish = BatchWish(offer=live_offer(program=cafe, slug="ten-percent"), count=CODES)
    batch = make_batch(program=cafe, wish=wish, actor=TILL, at=ISSUED_AT)
    batch = getattr(batch, "batch", batch)

    for pause in PAUSES:
        made_on_and_killed(batch, after=pause)
    told = {"program": cafe, "argument": {"batch": str(batch.pk)}, "cursor": None}
    while run(lambda: make_chunk(at=ISSUED_AT, **told)) is not None:
        pass

    batch.refresh_from_db()
    rows = Voucher.objects.filter(batch=batch).values_list("pk", "sealed")
    codes = {unseal_code(bytes(sealed), about=pk)[0] for pk, sealed in rows}
    assert (batch.made, batch.state, len(rows), len(codes)) == (CODES, "made", CODES, CODES)
    assert all(is_spelled_right(code) for code in codes)
    assert len(facts_of(cafe, "batch.made")) == 1
