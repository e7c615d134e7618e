"""The form of a plan: name and texts, windows, rewards of both sides, caps and budget, the guard."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.earning.desk.inputs import Money, Words, text
from loyalty.earning.desk.pieces.around import choice, yes
from loyalty.earning.desk.pieces.piece import Json, Piece
from loyalty.earning.desk.pieces.rows import Rows
from referrals.plans.kinds import Audience, HouseholdPolicy, Take
from referrals.plans.shapes import DEFAULTS
from referrals.qualification.desk.writing.pieces import (
    CapPiece,
    Days,
    GuardPiece,
    RewardPiece,
    kept_empty,
)

_SIDES = {
    "friend_reward": gettext_lazy("What the friend gets"),
    "advocate_reward": gettext_lazy("What the advocate gets"),
    "welcome": gettext_lazy("Welcome for the friend, at joining"),
}


def _days(name: str, label: Any) -> Days:
    """A window with the length that it has when nothing is told."""
    return Days(label=label, initial=DEFAULTS[name])


class PlanEditor(Piece):
    """A whole plan as staff write it."""

    texts = {"name": gettext_lazy("Name"), "share_texts": gettext_lazy("Text to share")}
    long_texts = frozenset({"share_texts"})
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=50,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("Its name in the API."),
    )
    audience = choice(gettext_lazy("Who brings"), Audience.choices)
    touch_window = _days("touch_window", gettext_lazy("Time to join after an invitation"))
    qualify_window = _days("qualify_window", gettext_lazy("Time to order after joining"))
    hold = _days("hold", gettext_lazy("Rewards wait after the order"))
    claim_window = _days("claim_window", gettext_lazy("Time to claim a lost invitation"))
    min_order = Money(label=gettext_lazy("Smallest first order"), initial=DEFAULTS["min_order"])
    budget = Money(
        label=gettext_lazy("Budget"), least=1, help_text=gettext_lazy("Empty: no limit.")
    )
    left_out_skus = Words(label=gettext_lazy("Goods that do not count"))
    left_out_categories = Words(label=gettext_lazy("Categories that do not count"))
    clawback__for = Days(label=gettext_lazy("Returns count for"), initial=DEFAULTS["clawback"]["for"])  # fmt: skip
    clawback__take = choice(
        gettext_lazy("A late return takes back"),
        Take.choices,
        initial=DEFAULTS["clawback"]["take"],
    )
    household = choice(
        gettext_lazy("Households"), HouseholdPolicy.choices, initial=DEFAULTS["household"]
    )
    coupon_sites = Words(label=gettext_lazy("Coupon sites"))
    disposable_domains = Words(label=gettext_lazy("Throw-away mail domains"))
    refused_words = Words(label=gettext_lazy("Words that no code may have"))
    storefront = text(gettext_lazy("Address of the shop"), help_text="https://shop.example")
    landing = text(gettext_lazy("Page where friends arrive"), initial=DEFAULTS["landing"])
    cookie_needs_consent = yes(gettext_lazy("Links set no cookie before consent"))
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"), required=False, min_value=-1000, max_value=1000, initial=0
    )

    layout = (
        (gettext_lazy("Its name"), True, ("name__", "slug", "audience")),
        (_SIDES["friend_reward"], True, ("friend_reward",)),
        (_SIDES["advocate_reward"], True, ("advocate_reward",)),
        (gettext_lazy("When it counts"), True, ("min_order", "touch_window", "qualify_window", "hold")),
        (gettext_lazy("Caps and budget"), True, ("advocate_cap", "budget")),
        (gettext_lazy("Texts to share"), False, ("share_texts__",)),
        (_SIDES["welcome"], False, ("welcome",)),
        (gettext_lazy("Guard"), False, ("guard", "household", "coupon_sites", "disposable_domains", "refused_words")),
        (gettext_lazy("Exceptions, claims and returns"), False, ("left_out", "claim_window", "clawback")),
        (gettext_lazy("Links and priority"), False, ("storefront", "landing", "cookie", "priority")),
    )  # fmt: skip

    def __init__(self, *, is_new: bool = False, **how: Any) -> None:
        super().__init__(**how)
        if not is_new:
            self.fields["slug"].disabled = self.fields["audience"].disabled = True

    def build(self) -> None:
        for side in _SIDES:
            self.inner[side] = RewardPiece(**self.inside(side))
        caps = self.inside("advocate_cap")
        if isinstance(caps["told"], dict):
            caps["told"] = [caps["told"]]
        self.inner["advocate_cap"] = Rows(CapPiece, title=_("Cap"), more=_("Another cap"), **caps)
        self.inner["guard"] = GuardPiece(**self.inside("guard"))
        for name, field in self.fields.items():
            if name.startswith("share_texts__"):
                field.help_text = _("With {link} or {code}; also {friend_reward}, {first_name}. Empty: our own text.")  # fmt: skip

    def said(self) -> Json:
        said = kept_empty(super().said(), self.before)
        caps = said.get("advocate_cap", [])
        if len(caps) == 1 and not isinstance(self.before.get("advocate_cap"), list):
            said["advocate_cap"] = caps[0]
        return said

    def blame(self, steps: Sequence[str], message: str) -> None:
        """A cap may stand alone, without a place in a list."""
        if steps[:1] == ["advocate_cap"] and not "".join(steps[1:2]).isdecimal():
            steps = ["advocate_cap", "0", *steps[1:]]
        super().blame(steps, message)
