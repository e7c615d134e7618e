"""Contents: every room that has models."""

import loyalty.access.approvals.models
import loyalty.access.models
import loyalty.checkout.models
import loyalty.earning.faults.models
import loyalty.earning.launching.models
import loyalty.earning.models
import loyalty.earning.replaying.models
import loyalty.events.models
import loyalty.foundation.models
import loyalty.imports.models
import loyalty.jobs.models
import loyalty.ledger.models
import loyalty.members.models
import loyalty.outbox.models
import loyalty.pictures.models
import loyalty.programs.models
import loyalty.rewards.models
import loyalty.tiers.models
