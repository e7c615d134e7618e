"""Prizes as pieces of a form: what is given, what it costs, what is taken back."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from gamification.criteria.desk.pieces.piece import Piece
from gamification.prizes.kinds import PrizeKind, TakeBack
from gamification.prizes.models import PlayBudget
from loyalty.earning.desk.inputs import Money, number
from loyalty.earning.desk.pieces.around import choice, code, offer, yes
from loyalty.foundation.refusals import Text

POINTS, REWARD, VOUCHER, BADGE, STAMPS = (str(kind) for kind in PrizeKind)
EVERY = (POINTS, REWARD, VOUCHER, BADGE, STAMPS)
_REQUIRED = {
    POINTS: ("currency", "points"),
    REWARD: ("reward",),
    VOUCHER: ("reward",),
    BADGE: ("badge",),
    STAMPS: ("card", "stamps"),
}


class PrizePiece(Piece):
    """One prize, or none."""

    kind = choice(_("Prize"), [("", _("nothing")), *PrizeKind.choices])
    points = number(_("Points"))
    currency = choice(_("Kind of points"))
    counts_for_tier = yes(_("Counts for the tier"))
    reward = choice(_("Reward"))
    badge = choice(_("Badge"))
    tier = code(_("Tier of the badge"), help_text=_("Its short name; empty: the first."))
    card = choice(_("Stamp card"))
    stamps = number(_("Stamps"))
    cost = Money(label=_("What it costs us"))
    budget = choice(_("Budget it draws on"))
    take_back = choice(
        _("Taken back when it was not earned after all"),
        TakeBack.choices,
        initial=TakeBack.UNSPENT,
    )

    only_for = {
        "points": (POINTS,),
        "currency": (POINTS,),
        "counts_for_tier": (POINTS,),
        "reward": (REWARD, VOUCHER),
        "badge": (BADGE,),
        "tier": (BADGE,),
        "card": (STAMPS,),
        "stamps": (STAMPS,),
        "cost": EVERY,
        "budget": EVERY,
        "take_back": EVERY,
    }

    def build(self) -> None:
        told, around = self.before, self.around
        program = around.program

        def budgets() -> Iterable[tuple[str, Text]]:
            slugs = PlayBudget.objects.filter(program=program).order_by("slug")
            return [(slug, slug) for slug in slugs.values_list("slug", flat=True)]

        for name, choices in (
            ("currency", around.currencies),
            ("reward", around.rewards),
            ("badge", around.of_game("badge")),
            ("card", around.of_game("stamp_card")),
            ("budget", around.once("budgets", budgets)),
        ):
            offer(self.fields[name], choices, told=told.get(name))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        for name in _REQUIRED.get(told.get("kind", ""), ()):
            if name in told and not told[name]:
                self.add_error(name, _("This field is required."))
        return told
