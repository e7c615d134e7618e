"""Around: what pieces offer to choose from in one programme, looked up once for a whole page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification.criteria.models import Definition
from gamification.criteria.telling.words import KIND_WORDS
from loyalty.foundation.refusals import Text
from loyalty.programs.tenants import Program, currencies_of
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

Choices = Sequence[tuple[str, Text]]
NOTHING: Final = ("", "-")


class Around:
    """The programme, and lists of what is there, each made when it is first asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._lists: dict[str, Choices] = {}

    def once(self, name: str, make: Callable[[], Iterable[tuple[str, Text]]]) -> Choices:
        """The list of this name."""
        if name not in self._lists:
            self._lists[name] = list(make())
        return self._lists[name]

    @property
    def currencies(self) -> Choices:
        """Kinds of points."""
        known = currencies_of(self.program)
        return self.once("currencies", lambda: [(s, in_words(c.name)) for s, c in known.items()])

    @property
    def tiers(self) -> Choices:
        """The live ladder, from below."""

        def make() -> Iterable[tuple[str, Text]]:
            live = ladder_of(self.program.pk).live
            return [(each.slug, in_words(each.name)) for each in live.terms.tiers] if live else []

        return self.once("tiers", make)

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


def offer(field: forms.Field, choices: Choices, *, told: Any = None, may_be_empty: bool = True) -> None:  # fmt: skip
    """Let a field choose among these; what is told already stays choosable, though it is not there any more."""
    assert isinstance(field, forms.ChoiceField)
    known: Mapping[str, Text] = dict(choices)
    gone = [(told, told)] if isinstance(told, str) and told and told not in known else []
    field.choices = [*([NOTHING] if may_be_empty else []), *known.items(), *gone]


def choice(label: Any, choices: Any = (), **how: Any) -> forms.ChoiceField:
    """One of these; may be left out."""
    return forms.ChoiceField(label=label, required=False, choices=choices, **how)


def yes(label: Any, **how: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, initial=False, **how)


def code(label: Any, **how: Any) -> forms.CharField:
    """A short name or code that may be left out."""
    widget = forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=300, widget=widget, **how)


def day(label: Any, **how: Any) -> forms.CharField:
    """A date as the document writes it."""
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.CharField(label=label, required=False, max_length=20, widget=widget, **how)


NOT_INCLUDED: Final = _("Not included.")
