"""Contents: every room that has tasks."""

import loyalty.checkout.tasks
import loyalty.earning.tasks
import loyalty.events.tasks
import loyalty.imports.tasks
import loyalty.jobs.tasks
import loyalty.ledger.tasks
import loyalty.members.tasks
import loyalty.outbox.tasks
import loyalty.pictures.tasks
import loyalty.rewards.tasks
import loyalty.tiers.tasks
