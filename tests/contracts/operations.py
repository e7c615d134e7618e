"""The table of the API: every operation, the scope that opens it, and whether publishable keys may use it.

Whoever adds an operation adds its line here: that is the point (S-1).
"""

from typing import Final

SCOPES: Final[dict[tuple[str, str], tuple[str, bool]]] = {
    ("GET", "/v1/entries/{entry}/explanation"): ("members:read", False),
    ("GET", "/v1/events"): ("events:read", False),
    ("POST", "/v1/events"): ("events:write", False),
    ("GET", "/v1/events/{event}"): ("events:read", False),
    ("GET", "/v1/events/{event}/explanation"): ("events:read", False),
    ("POST", "/v1/events/{event}/void"): ("events:void", False),
    ("POST", "/v1/holds"): ("holds:write", False),
    ("GET", "/v1/holds/{hold}"): ("holds:read", False),
    ("POST", "/v1/holds/{hold}/capture"): ("holds:write", False),
    ("POST", "/v1/holds/{hold}/release"): ("holds:write", False),
    ("GET", "/v1/members"): ("members:read", False),
    ("POST", "/v1/members"): ("members:write", False),
    ("GET", "/v1/members/{member}"): ("members:read", False),
    ("PATCH", "/v1/members/{member}"): ("members:write", False),
    ("POST", "/v1/members/{member}/adjustments"): ("adjustments:write", False),
    ("GET", "/v1/members/{member}/consents"): ("members:read", False),
    ("POST", "/v1/members/{member}/consents"): ("members:write", False),
    ("GET", "/v1/members/{member}/entries"): ("members:read", False),
    ("POST", "/v1/members/{member}/erase"): ("members:erase", False),
    ("GET", "/v1/members/{member}/expirations"): ("members:read", False),
    ("GET", "/v1/members/{member}/export"): ("members:export", False),
    ("POST", "/v1/members/{member}/merge"): ("members:merge", False),
    ("POST", "/v1/members/{member}/status"): ("members:write", False),
    ("GET", "/v1/members/{member}/tier-grants"): ("tiers:read", False),
    ("POST", "/v1/members/{member}/tier-grants"): ("tiers:write", False),
    ("GET", "/v1/members/{member}/tier/explanation"): ("tiers:read", False),
    ("POST", "/v1/members/{member}/tokens"): ("tokens:write", False),
    ("POST", "/v1/members/{member}/transfers"): ("transfers:write", False),
    ("POST", "/v1/merges/{merge}/undo"): ("members:merge", False),
    ("GET", "/v1/program"): ("program:read", False),
    ("PUT", "/v1/program"): ("program:write", False),
    ("GET", "/v1/reports/movements"): ("reports:read", False),
    ("GET", "/v1/rules"): ("rules:read", False),
    ("GET", "/v1/rules/{rule}"): ("rules:read", False),
    ("GET", "/v1/test-clock"): ("test-clock:read", False),
    ("POST", "/v1/test-clock/advance"): ("test-clock:write", False),
    ("POST", "/v1/tier-grants/{grant}/end"): ("tiers:write", False),
    ("GET", "/v1/tiers"): ("tiers:read", True),
    ("GET", "/v1/members/{member}/referral"): ("referrals:read", False),
    ("POST", "/v1/members/{member}/referral/attach"): ("referrals:decide", False),
    ("POST", "/v1/referral-plans/{plan}/replay"): ("referrals:inspect", False),
    ("POST", "/v1/referral-touches"): ("referrals:touch", True),
    ("GET", "/v1/referrals"): ("referrals:read", False),
    ("POST", "/v1/referrals"): ("referrals:write", False),
    ("GET", "/v1/referrals/{referral}"): ("referrals:read", False),
    ("POST", "/v1/referrals/{referral}/appeal"): ("referrals:write", False),
    ("POST", "/v1/referrals/{referral}/approve"): ("referrals:decide", False),
    ("POST", "/v1/referrals/{referral}/attach"): ("referrals:decide", False),
    ("GET", "/v1/referrals/{referral}/explanation"): ("referrals:read", False),
    ("POST", "/v1/referrals/{referral}/reject"): ("referrals:decide", False),
    ("POST", "/v1/referrals/{referral}/reopen"): ("referrals:decide", False),
}  # fmt: skip

# Operations of a member's own token, below /v1/me (S-13).
TOKEN_ONLY: Final[set[tuple[str, str]]] = {
    ("GET", "/v1/me/referral"),
    ("PATCH", "/v1/me/referral"),
}
