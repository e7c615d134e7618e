"""Showing: batches as doors tell them, or the proposal that one waits for."""

from typing import Any

from loyalty.access.approvals.models import Proposal
from loyalty.rewards.catalogue.offers import offers_of
from loyalty.rewards.models import VoucherBatch
from loyalty.rewards.voucher_kinds import BATCH_FILE_LASTS


def tell_batch(batch: VoucherBatch | Proposal) -> dict[str, Any]:
    """How far it is, and until when its codes may be fetched."""
    assert isinstance(batch, VoucherBatch), "a key is an owner's hand and proposes nothing (S-27)"
    offer = offers_of([batch.revision_id])[batch.revision_id]
    return {
        "id": batch.shown_id,
        "reward": offer.slug,
        "name": batch.name,
        "status": str(batch.state),
        "count": batch.wanted,
        "made": batch.made,
        "starts_at": batch.starts_at,
        "ends_at": batch.ends_at,
        "asked_at": batch.asked_at,
        "made_at": batch.made_at,
        "fetched_at": batch.fetched_at,
        "fetch_until": batch.made_at + BATCH_FILE_LASTS if batch.made_at else None,
    }
