"""Contents: every room that has admin."""

import loyalty.access.admin
import loyalty.access.approvals.admin
import loyalty.checkout.admin
import loyalty.earning.admin
import loyalty.earning.faults.admin
import loyalty.events.admin
import loyalty.imports.admin
import loyalty.jobs.admin
import loyalty.ledger.admin
import loyalty.members.admin
import loyalty.outbox.admin
import loyalty.pictures.admin
import loyalty.rewards.admin
import loyalty.tiers.admin
