"""Around: what pieces offer to choose from in one programme, looked up once for a whole page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Text
from loyalty.programs.tenants import Program, currencies_of
from loyalty.programs.texts import in_words
from loyalty.rewards.catalogue.offers import all_on_offer

Choices = Sequence[tuple[str, Text]]
NOTHING: Final = ("", "-")
TEXT_LENGTH_MAX: Final = 200
LONG_TEXT_LENGTH_MAX: Final = 500


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
    def rewards(self) -> Choices:
        """Rewards of the catalogue."""

        def make() -> Iterable[tuple[str, Text]]:
            known = all_on_offer(program=self.program)
            return [(each.slug, in_words(each.offer.name)) for each in known if each.offer]

        return self.once("rewards", make)


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


class _Text(forms.CharField):
    """Browsers end lines with two characters; a document ends them with one."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def spoken_text(label: Any, language: str, *, is_long: bool = False) -> forms.CharField:
    """A text in one language; a long one has lines."""
    attrs: dict[str, Any] = {"dir": "auto", "lang": language}
    return _Text(
        label=_("{what} ({language})").format(what=label, language=language),
        max_length=LONG_TEXT_LENGTH_MAX if is_long else TEXT_LENGTH_MAX,
        required=False,
        widget=forms.Textarea({**attrs, "rows": 3}) if is_long else forms.TextInput(attrs),
    )
