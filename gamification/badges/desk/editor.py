"""The form of a badge: what must be so, its tiers with what they bring, how often, when it is taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.badges.desk.telling import badge_lines
from gamification.badges.kinds import GAME, Hand, Repeat, Revocation
from gamification.criteria.desk.editors import BEFORE, Editor, register_editor
from gamification.criteria.desk.pieces.conditions import ConditionPiece
from gamification.criteria.desk.pieces.measures import CountedPiece, as_money
from gamification.criteria.desk.pieces.piece import Piece
from gamification.criteria.telling.sentences import Names
from gamification.prizes.desk.pieces import PrizePiece
from loyalty.earning.desk.inputs import Span, number
from loyalty.earning.desk.pieces.around import choice, offer, yes
from loyalty.earning.desk.pieces.piece import Json
from loyalty.earning.desk.pieces.rows import Rows
from loyalty.pictures.desk.choosing import PictureSelect
from loyalty.tiers.desk.drafts.inputs import Amount
from loyalty.tiers.desk.drafts.translating import slug_of


class TierPiece(Piece):
    """One tier: its target, its texts, what it brings."""

    texts = {"name": _("Name"), "description": _("Description")}
    target = Amount(label=_("Target"))
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )
    image = choice(_("Picture"), widget=PictureSelect(), help_text=_("Uploaded under “Pictures”."))
    edition = number(_("Limited to so many"), max_value=1_000_000)

    layout = (
        ("", True, ("name__", "target", "slug")),
        (_("What it brings"), False, ("prize",)),
        (_("Description, picture, edition"), False, ("description__", "image", "edition")),
    )

    def build(self) -> None:
        self.inner["prize"] = PrizePiece(**self.inside("prize"))
        offer(self.fields["image"], self.around.pictures, told=self.before.get("image"))

    def clean(self) -> dict[str, Any]:
        """A tier has a target; what has no short name is called after its name."""
        told = super().clean()
        if told.get("target") is None and "target" not in self.errors:
            self.add_error("target", _("This field is required."))
        if not told.get("slug") and "slug" not in self.errors:
            named = [told[name] for name in self.fields if name.startswith("name__") and told.get(name)]  # fmt: skip
            told["slug"] = slug_of(named)
            if not told["slug"]:
                self.add_error("slug", _("Write a short name of Latin letters."))
        return told


class BadgeEditor(Editor):
    """A badge as staff write it."""

    repeat = choice(_("How often it can be had"), Repeat.choices)
    revocation = choice(
        _("When it is taken back"), Revocation.choices, initial=Revocation.IF_EVIDENCE_VOID
    )
    valid_for = Span(label=_("Held for"), help_text=_("Empty: for ever."))
    secret = yes(_("Secret: nothing is shown of it until it is held"))
    by_hand = choice(_("Who may give it by hand"), Hand.choices)

    layout = (
        (_("Its name"), True, ("name__", "slug")),
        (_("What must be so"), True, ("condition",)),
        (_("Tiers and what they bring"), True, ("tiers",)),
        (_("How often, how long, and when it is taken back"), False, ("repeat", "revocation", "valid_for", "secret", "by_hand")),
        BEFORE,
    )  # fmt: skip

    def build(self) -> None:
        condition = ConditionPiece(**self.inside("condition"))
        tiers = Rows(TierPiece, title=_("Tier"), more=_("Another tier"), **self.inside("tiers"))
        self.inner |= {"condition": condition, "tiers": tiers}
        for line in condition.lines:
            line.fields["at_least"].help_text = _(
                "Empty for what the targets of the tiers are about."
            )
        marked = [line for line in condition.lines.filled if not line["at_least"].value()]
        counts_money = any(
            isinstance(line, CountedPiece) and line.measure.counts_money for line in marked
        )
        for tier in tiers:
            as_money(tier, "target", counts_money=counts_money)

    @staticmethod
    def tells(told: Json, names: Names) -> list[str]:
        """One sentence for each tier, and what holds for all."""
        return badge_lines(told, names)


register_editor(GAME, BadgeEditor)
