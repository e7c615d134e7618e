"""P-12: 100,000 codes by the job's own chunks, none twice; and one code validated through the whole stack (W-45, V-96).

Then bad ones, of which the clock shall tell nothing (W-36).
"""

import resource
from typing import Any

from django.utils import timezone

from benchmarks import bad_codes
from benchmarks.ground import BENCH, a_program, run, settle_down, vacuum
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from benchmarks.wire import Caller, Constant, repeated
from loyalty.foundation import units
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.models import Program
from loyalty.rewards.api.vouchers import Validations
from loyalty.rewards.batches.making import BatchWish, ask_for_batch, make_chunk
from loyalty.rewards.catalogue.offers import live_offer
from loyalty.rewards.codes.keeping import unseal_code
from loyalty.rewards.codes.spelling import show_code
from loyalty.rewards.models import VoucherBatch

CODES = 100_000
SECONDS_MAX = 60
MEGABYTES_MAX = 300
VALIDATE_CPU_MS_MAX = 8.0
ROUNDS = 5
REWARD: dict[str, Any] = {
    "slug": "ten-percent",
    "name": {"en": "10 % off"},
    "kind": "percent_off",
    "terms": {"percent": "10"},
}


def figures(seed: int, *, codes: int = CODES) -> list[Figure]:
    """Seconds for a batch; CPU of one validation beside the same view with a constant; and what bad codes take."""
    program = _a_program("vouchers")
    batch = _asked(program, codes)
    made = cost_of(lambda: _make(program, batch), pieces=1)
    distinct = run("SELECT count(DISTINCT digest) FROM loyalty_voucher")[0][0]
    vacuum("loyalty_voucher")
    seconds = made.wall / 1_000
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return [
        Figure(
            number="P-12",
            what=f"a batch of {codes:,} codes",
            figure=f"{seconds:.1f} s, {megabytes:.0f} MB at most, {distinct:,} distinct",
            goal=f"≤ {SECONDS_MAX} s, ≤ {MEGABYTES_MAX} MB, none twice",
            reached=seconds <= SECONDS_MAX and megabytes <= MEGABYTES_MAX and distinct == codes,
        ),
        _validated(program),
        _bad_codes(seed, program),
    ]


def _a_program(slug: str) -> Program:
    program, _stars = a_program(slug)
    document = {"format": FORMAT, "program": {"slug": program.slug}, "rewards": [REWARD]}
    apply_program(document=document, actor=BENCH, at=timezone.now())
    return program


def _asked(program: Program, codes: int) -> VoucherBatch:
    offer = live_offer(program=program, slug="ten-percent")
    assert offer is not None, "the document made it live"
    wish = BatchWish(offer=offer, count=codes)
    return units.run(
        lambda: ask_for_batch(program=program, wish=wish, actor=BENCH, at=timezone.now())
    )


def _make(program: Program, batch: VoucherBatch) -> None:
    """As the job does it: a unit of work for each chunk."""
    argument = {"batch": str(batch.pk)}

    def chunk() -> str | None:
        return make_chunk(program=program, argument=argument, cursor=None, at=timezone.now())

    while units.run(chunk) is not None:
        pass


def _validated(program: Program) -> Figure:
    shop = Caller(program)
    order = {"currency": "EUR", "lines": [{"sku": "ESP-1", "quantity": 1, "amount": 999}]}
    code = _one_code()

    def validate() -> Cost:
        return repeated(lambda: shop.call(Validations, "post", {"code": code, "order": order}))()

    validate()  # warms caches
    settle_down()
    mine, limit = in_turn(
        validate, repeated(lambda: shop.call(Constant, "post", {"a": 1})), rounds=ROUNDS
    )
    cpu, constant = mine.middle("cpu"), limit.middle("cpu")
    return Figure(
        number="P-13",
        what="POST /v1/vouchers/validate among 100,000",
        figure=f"{cpu:.2f} CPU-ms",
        goal=f"≤ {VALIDATE_CPU_MS_MAX} CPU-ms",
        reached=cpu <= VALIDATE_CPU_MS_MAX,
        more=f"{constant:.2f} with a constant answer",
    )


def _bad_codes(seed: int, program: Program) -> Figure:
    other = _a_program("other-vouchers")
    _make(other, _asked(other, bad_codes.EACH))
    return bad_codes.figure(seed, program=program, other=other, headers=Caller(program).headers)


def _one_code() -> str:
    """A code out of its sealed copy."""
    voucher_id, sealed = run("SELECT id, sealed FROM loyalty_voucher LIMIT 1")[0]
    return show_code(unseal_code(sealed, about=voucher_id)[0])
