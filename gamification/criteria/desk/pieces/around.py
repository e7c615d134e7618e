"""Around: what the pieces of games offer to choose from besides what every programme has."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.models import Definition
from gamification.criteria.telling.words import KIND_WORDS
from loyalty.earning.desk.pieces.around import Around as AnyAround
from loyalty.earning.desk.pieces.around import Choices
from loyalty.foundation.refusals import Text
from loyalty.pictures.desk.choosing import choices_of
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

NOT_INCLUDED: Final = _("Not included.")


class Around(AnyAround):
    """The ladder, deeds and definitions as well."""

    @property
    def tiers(self) -> Choices:
        """The live ladder, from below."""

        def make() -> Iterable[tuple[str, Text]]:
            live = ladder_of(self.program.pk).live
            return [(each.slug, in_words(each.name)) for each in live.terms.tiers] if live else []

        return self.once("tiers", make)

    @property
    def pictures(self) -> Choices:
        """What was uploaded, by title."""
        return self.once("pictures", lambda: choices_of(self.program))

    def deeds(self, kinds: Iterable[str]) -> Choices:
        """These kinds of deeds in words; the programme's own by their names."""
        return [(kind, KIND_WORDS.get(kind, kind)) for kind in kinds]

    def of_game(self, game: str) -> Choices:
        """The definitions of one game that are not retired."""
        rows = Definition.objects.filter(program=self.program).exclude(state="retired")

        def make() -> Iterable[tuple[str, Text]]:
            for row in rows.order_by("game", "slug"):
                yield f"{row.game}/{row.slug}", in_words(row.name) or row.slug

        whole = self.once("definitions", make)
        prefix = f"{game}/"
        return [(k.removeprefix(prefix), name) for k, name in whole if k.startswith(prefix)]
