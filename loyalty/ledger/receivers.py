"""What the ledger gives to registries: its part of a member, its checks, its rebuilders. It reacts to no fact."""

import loyalty.ledger.proofs.checking
import loyalty.ledger.proofs.rebuilding
import loyalty.ledger.proofs.sealing
import loyalty.ledger.reports.balances
