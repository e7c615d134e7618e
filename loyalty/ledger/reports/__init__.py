"""Reading the ledger: balances, statements, what comes, why an entry is there, and how everything foots."""
