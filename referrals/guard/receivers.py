"""What the guard does when others tell something."""

from collections.abc import Sequence

from loyalty.jobs.planning import request
from loyalty.outbox.receiving import reacts_later
from referrals.guard.remembering import MARK_JOB
from referrals.plans.facts import PlanPublished


@reacts_later(PlanPublished, name="referrals.mark_members", only=lambda fact: fact.number == 1)
def mark_who_is_there(facts: Sequence[PlanPublished]) -> None:
    """With a programme's first plan those who were members before are known as such."""
    for fact in facts:
        request(
            program_id=fact.program_id,
            job=MARK_JOB,
            period=str(fact.plan_id),
            argument={},
            at=fact.at,
        )
