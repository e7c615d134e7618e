"""Ledger: points and nothing else. It knows members, currencies and lots; it knows no rule, order, tier or reward.

Words: account, entry, lot, draw, hold, owed, claim, seal.
Doors: `posting.post` moves points; `locks.lock_accounts` comes before it; `holding`, `returning`, `transferring`,
`merging`, `adjusting`, `opening`, `expiring` move them for a reason; `balances`, `statements`, `explaining` read.
Facts: `points.earned .activated .spent .expired .expiring .reversed .adjusted .transferred`, `hold.ended`.
"""
