"""Making: a batch is asked for, perhaps agreed to by a second person, and made in chunks of 5,000 (W-45, S-26)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work
from loyalty.jobs.planning import request
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer, ends_at, offers_of
from loyalty.rewards.kinds import Codes, Fulfilment, Origin, RewardKind
from loyalty.rewards.models import VoucherBatch
from loyalty.rewards.voucher_kinds import BatchState
from loyalty.rewards.vouchers.facts import BatchMade
from loyalty.rewards.vouchers.writing import Fresh, write_vouchers

CHUNK: Final = 5_000
JOB: Final = "rewards.batch"


class RewardNotForBatches(DomainError):
    """Only vouchers with codes of our own are made in batches; cards and pools hold value of their own."""

    code = "reward_not_for_batches"
    kind = Kind.REFUSED
    title = _("Not for batches")
    detail = _("Vouchers of this reward cannot be made in advance.")


class BatchEndsInPast(DomainError):
    """What is made has to be good for a while (voucher_ends_after_it_starts)."""

    code = "batch_ends_in_past"
    kind = Kind.REFUSED
    title = _("Ends before it starts")
    detail = _("The end lies before the start, or in the past.")


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchWish:
    """So many vouchers of one offer; without an end, that of the offer."""

    offer: Offer
    count: int
    name: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@inside_unit_of_work
def ask_for_batch(*, program: Program, wish: BatchWish, actor: Actor, at: datetime) -> VoucherBatch:
    """Write the batch down and ask for its job. Raises RewardNotForBatches, BatchEndsInPast."""
    refuse_unfit(wish, at=at)
    batch = VoucherBatch.objects.create(
        program=program,
        revision_id=wish.offer.revision_id,
        name=wish.name,
        wanted=wish.count,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at or ends_at(wish.offer, at=at, zone=program.zone),
        maker_kind=actor.kind.value,
        maker_id=actor.id,
        asked_at=at,
    )
    request(
        program_id=program.pk,
        job=JOB,
        period=batch.shown_id,
        argument={"batch": str(batch.pk)},
        at=at,
    )
    return batch


def refuse_unfit(wish: BatchWish, *, at: datetime) -> None:
    """Raises RewardNotForBatches, BatchEndsInPast."""
    offer = wish.offer
    fits = offer.fulfilment is Fulfilment.VOUCHER and offer.codes is Codes.OWN
    if not fits or offer.kind is RewardKind.GIFT_CARD:
        raise RewardNotForBatches(pointer="/reward")
    if wish.ends_at is not None and wish.ends_at <= max(at, wish.starts_at or at):
        raise BatchEndsInPast(pointer="/ends_at")


@inside_unit_of_work
def make_chunk(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """Make 5,000 more, drawing again what collides; how many there are is the cursor, kept with the chunk.

    Killed anywhere, the job goes on with what is missing and ends with exactly as many as were asked for.
    """
    batch = VoucherBatch.objects.select_for_update().get(program=program, pk=Id(argument["batch"]))
    missing = batch.wanted - batch.made
    offer = offers_of([batch.revision_id])[batch.revision_id]
    fresh = [_fresh(batch, offer) for _number in range(min(CHUNK, missing))]
    if fresh:
        write_vouchers(program=program, vouchers=fresh, at=at)
        batch.made += len(fresh)
    if batch.made < batch.wanted:
        batch.save(update_fields=["made"])
        return str(batch.made)
    if batch.state == BatchState.MAKING:
        batch.state, batch.made_at = BatchState.MADE, at
        batch.save(update_fields=["made", "state", "made_at"])
        fact = BatchMade(program_id=program.pk, at=at, batch_id=batch.pk, count=batch.made)
        announce([fact])
    return None


def _fresh(batch: VoucherBatch, offer: Offer) -> Fresh:
    """Bearer vouchers: good for whoever holds the code (W-35)."""
    return Fresh(
        kind=offer.kind,
        origin=Origin.BATCH,
        symbols=12,
        revision_id=offer.revision_id,
        batch_id=batch.pk,
        starts_at=batch.starts_at,
        ends_at=batch.ends_at,
    )
