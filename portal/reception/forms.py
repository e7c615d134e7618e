"""The form of a reception: two switches, the terms, and questions with their answers, a field for each language."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from portal.reception.changing import ANSWER_MAX, QUESTION_MAX, QUESTIONS_MAX, TERMS_MAX

EMPTY_ROWS: Final = 2  # to write further questions into
MIRRORED: Final = ("ar", "fa")


class ReceptionForm(forms.Form):
    """What guests may do and read; empty fields are not told, and rows without a word are left out."""

    joining = forms.BooleanField(
        label=_("People may join on these pages"),
        required=False,
        help_text=_("They type their e-mail address and press a button behind a mailed link."),
    )
    birthday = forms.BooleanField(
        label=_("Ask for the birthday"),
        required=False,
        help_text=_("Day and month, which nobody has to tell."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *told: Any, languages: Sequence[str], questions: int, **named: Any) -> None:
        super().__init__(*told, **named)
        self.languages = languages
        self.rows = range(min(QUESTIONS_MAX, questions + EMPTY_ROWS))
        for language in languages:
            self._add(f"terms_{language}", language, most=TERMS_MAX, rows=8)
        for row in self.rows:
            for language in languages:
                self._add(f"question_{row}_{language}", language, most=QUESTION_MAX)
                self._add(f"answer_{row}_{language}", language, most=ANSWER_MAX, rows=2)

    def _add(self, name: str, language: str, *, most: int, rows: int = 0) -> None:
        marks = {"lang": language, "dir": "rtl" if language in MIRRORED else "ltr"}
        widget: forms.Widget = (
            forms.Textarea(attrs={**marks, "rows": rows}) if rows else forms.TextInput(attrs=marks)
        )
        self.fields[name] = forms.CharField(
            label=name_of(language), required=False, max_length=most, widget=widget
        )

    def clean(self) -> dict[str, Any]:
        """A question and its answer stand in the same languages."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.rows:
            for language in self.languages:
                pair = {
                    name: told.get(f"{name}_{row}_{language}") for name in ("question", "answer")
                }
                for name, words in pair.items():
                    if not words and any(pair.values()):
                        problem = _("A question and its answer are written in the same languages.")
                        self.add_error(f"{name}_{row}_{language}", problem)
        return told

    @property
    def part(self) -> dict[str, Any]:
        """What was told, as the part `portal` of the programme document."""
        told = self.cleaned_data
        rows = [
            {name: self._texts(f"{name}_{row}") for name in ("question", "answer")}
            for row in self.rows
        ]
        return {
            "joining": told["joining"],
            "birthday": told["birthday"],
            "questions": [each for each in rows if each["question"]],
            "terms": self._texts("terms"),
        }

    def _texts(self, name: str) -> dict[str, str]:
        told = {each: self.cleaned_data[f"{name}_{each}"] for each in self.languages}
        return {language: words for language, words in told.items() if words}

    @property
    def switches(self) -> list[BoundField]:
        return [self["joining"], self["birthday"]]

    @property
    def terms_fields(self) -> list[BoundField]:
        return [self[f"terms_{language}"] for language in self.languages]

    @property
    def question_rows(self) -> list[dict[str, Any]]:
        """Each row with its fields, question and answer of a language side by side, and what names it while it is shut."""
        return [self._row(row) for row in self.rows]

    def _row(self, row: int) -> dict[str, Any]:
        names = [(f"question_{row}_{each}", f"answer_{row}_{each}") for each in self.languages]
        fields = [self[name] for pair in names for name in pair]
        told = [str(self[question].value() or "") for question, _answer in names]
        return {
            "number": row + 1,
            "title": next((each for each in told if each), ""),
            "fields": fields,
            "has_errors": any(field.errors for field in fields),
        }


def initial_of(part: Mapping[str, Any], *, version: int) -> dict[str, Any]:
    """The fields of this part of the document."""
    told: dict[str, Any] = {"version": version}
    told |= {name: part.get(name, False) for name in ("joining", "birthday")}
    told |= {f"terms_{language}": words for language, words in part.get("terms", {}).items()}
    for row, pair in enumerate(part.get("questions", [])):
        for name in ("question", "answer"):
            told |= {f"{name}_{row}_{each}": words for each, words in pair[name].items()}
    return told


def name_of(language: str) -> str:
    """The language's own name; its code where we do not know it."""
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return language
