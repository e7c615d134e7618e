"""The limit: what PostgreSQL can do at best with the same tables, indexes and constraints, written by hand."""

from datetime import datetime
from typing import Any, Final

from benchmarks.ground import run
from loyalty.foundation.ids import Id, new_id

# Entry, lot and account of an award, ids and keys made on the way; nothing is looked up, checked or announced.
AWARD: Final = """
    WITH told AS MATERIALIZED (
        SELECT a.id AS account_id, a.last_number + 1 AS number,
               a.available + a.pending + a.held - a.negative + %(points)s AS balance, t.entry_id, t.lot_id, t.place
        FROM unnest(%(accounts)s::uuid[], %(entries)s::uuid[], %(lots)s::uuid[]) WITH ORDINALITY
             AS t (account_id, entry_id, lot_id, place)
        JOIN loyalty_account a ON a.id = t.account_id
    ), entries AS (
        INSERT INTO loyalty_entry (id, program_id, account_id, number, kind, points, balance_after, reason, source_key,
                                   rule_id, rule_version, event_id, counts_for_tier, actor_kind, actor_name, occurred_at,
                                   posted_at)
        SELECT entry_id, %(program)s, account_id, number, 'earn', %(points)s, balance, '', %(key)s || place, %(rule)s, 3,
               entry_id, TRUE, 'job', 'bench', now(), now() FROM told
    ), lots AS (
        INSERT INTO loyalty_lot (id, account_id, entry_id, size, free, held, origin, worth, opened_at, expires_at, terms)
        SELECT lot_id, account_id, entry_id, %(points)s, %(points)s, 0, 'rule', 10, now(), COALESCE(%(expires_at)s::timestamptz, now() + interval '1 year'), NULL
        FROM told
    )
    UPDATE loyalty_account a SET available = available + %(points)s, last_number = told.number
    FROM told WHERE a.id = told.account_id
"""
FREE_THEM: Final = "UPDATE loyalty_lot SET free = 0 WHERE account_id IN (SELECT id FROM loyalty_account WHERE program_id = %s)"

PGLEDGER: Final = """
    CREATE TABLE bench_account (id uuid PRIMARY KEY, balance bigint NOT NULL, version bigint NOT NULL);
    CREATE TABLE bench_transfer (
        id uuid PRIMARY KEY, source uuid NOT NULL REFERENCES bench_account, target uuid NOT NULL REFERENCES bench_account,
        amount bigint NOT NULL CHECK (amount > 0), at timestamptz NOT NULL);
    CREATE TABLE bench_entry (
        id uuid PRIMARY KEY, account_id uuid NOT NULL REFERENCES bench_account, transfer_id uuid NOT NULL REFERENCES bench_transfer,
        amount bigint NOT NULL, before bigint NOT NULL, after bigint NOT NULL, version bigint NOT NULL);
    CREATE INDEX ON bench_entry (account_id, version);
    CREATE INDEX ON bench_entry (transfer_id);
    CREATE FUNCTION bench_move(source uuid, target uuid, amount bigint) RETURNS uuid LANGUAGE plpgsql AS $$
    DECLARE moved uuid := gen_random_uuid(); a bench_account; b bench_account;
    BEGIN
        PERFORM FROM bench_account WHERE id IN (source, target) ORDER BY id FOR UPDATE;
        UPDATE bench_account SET balance = balance - amount, version = version + 1 WHERE id = source RETURNING * INTO a;
        UPDATE bench_account SET balance = balance + amount, version = version + 1 WHERE id = target RETURNING * INTO b;
        INSERT INTO bench_transfer VALUES (moved, source, target, amount, now());
        INSERT INTO bench_entry VALUES
            (gen_random_uuid(), source, moved, -amount, a.balance + amount, a.balance, a.version),
            (gen_random_uuid(), target, moved, amount, b.balance - amount, b.balance, b.version);
        RETURN moved;
    END $$;
"""


def award(
    accounts: list[Id], *, program_id: Id, points: int = 45, expires_at: datetime | None = None
) -> None:
    """Award each account once, in one statement; without an end told, for a year."""
    run(
        AWARD,
        {
            "accounts": accounts,
            "entries": [new_id() for _ in accounts],
            "lots": [new_id() for _ in accounts],
            "points": points,
            "expires_at": expires_at,
            "program": program_id,
            "rule": new_id(),
            "key": f"{new_id()}/",
        },
    )


def double_entry(accounts: list[Id]) -> Any:
    """A ledger of transfers in plain SQL, as pgledger does it: one function call a transfer."""
    run(PGLEDGER)
    bank = new_id()
    run("INSERT INTO bench_account SELECT unnest(%s::uuid[]), 0, 0", [[*accounts, bank]])
    return bank
