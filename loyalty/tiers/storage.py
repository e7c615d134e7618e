"""How the tiers' tables lie on disk: what models cannot say. Each pair is (forward, backward).

Room on each page lets a changed row stay on it (PostgreSQL's heap-only updates): a day is counted on many times.
"""

STATEMENTS = [
    (
        "ALTER TABLE loyalty_tierday SET (fillfactor = 80)",
        "ALTER TABLE loyalty_tierday RESET (fillfactor)",
    ),
    (
        "ALTER TABLE loyalty_standing SET (fillfactor = 80)",
        "ALTER TABLE loyalty_standing RESET (fillfactor)",
    ),
]
