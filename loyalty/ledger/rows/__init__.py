"""How the ledger's rows come about: read under the lock, drafted in memory, written in one statement."""
