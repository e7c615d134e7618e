"""Contents: every room that has admin."""

import loyalty.access.admin
import loyalty.access.approvals.admin
import loyalty.earning.admin
import loyalty.jobs.admin
import loyalty.ledger.admin
import loyalty.outbox.admin
