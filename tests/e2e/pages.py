"""Every page of the portal, by the names of its address book; `{…}` is filled in by whoever looks."""

from typing import Final

# Route: what a member opens there.
OF_MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "home": ("",),
    "card": ("card",),
    "confirm": ("me/confirm", "me/confirm?sent"),
    "earn": ("earn",),
    "email": ("me/email",),
    "erase": ("me/erase",),
    "me": ("me",),
    "phone": ("me/phone",),
    "mine": ("mine",),
    "offline": ("offline",),
    "printed-card": ("card/print",),
    "redemption": ("mine/{redemption}",),
    "reward": ("rewards/coffee", "rewards/feast"),
    "rewards": ("rewards",),
    "statement": ("statement",),
    "tiers": ("tiers",),
    "why": ("statement/{entry}",),
    "play": ("play",),
    "badges": ("play/badges",),
    "boards": ("play/boards",),
    "board": ("play/boards/best",),
    "levels": ("play/levels",),
    "streaks": ("play/streaks",),
    "missing": ("nothing-of-the-kind",),
    # The last: it shows words in every script, and a browser that has their fonts fetches them for the pages after it too.
    "invite": ("invite",),
}
IN_EVERY_SCRIPT: Final = ("invite",)
# Route: what somebody opens who is not known, or not any more.
OF_GUESTS: Final[dict[str, tuple[str, ...]]] = {
    "welcome": ("welcome",),
    "ask-for-link": ("enter/mail", "enter/mail?asked"),
    "enter": ("enter?ticket={ticket}", "enter?ticket=used-long-ago"),
    "ended": ("ended",),
    "gone": ("gone",),
    "join": ("join", "join?asked"),
    "join-link": ("join/link?ticket={joining}", "join/link?ticket=used-long-ago"),
    "terms": ("terms",),
    "missing": ("nothing-of-the-kind",),
}
# Route: why nobody reads it.
NOT_READ: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "leave", "language", "claim", "choose-code", "birthday", "consents", "reading",
            "challenge", "stamp", "seen", "pause", "switch",
        ),
        "a deed: it leads to a page",
    ),
    **dict.fromkeys(
        ("card-code", "export", "logo", "manifest", "sheet", "statement-file", "worker"), "a file"
    ),
}  # fmt: skip
STATUS: Final = {
    "nothing-of-the-kind": 404,
    "enter?ticket=used-long-ago": 422,
    "join/link?ticket=used-long-ago": 422,
}
