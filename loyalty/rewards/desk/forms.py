"""The form of a reward: the common things as fields, the rest as in the programme document."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from loyalty.pictures.desk.choosing import PictureSelect, choices_of, offer_pictures
from loyalty.programs.models import PointCurrency, Program
from loyalty.rewards.catalogue.reading import meaning_of
from loyalty.rewards.kinds import RewardKind

TEXTS: Final = ("name", "text", "small_print")
_OWN: Final = frozenset({"slug", "kind", "prices", "valid_for", "stock", "image", *TEXTS})
STARTING_TERMS: Final[dict[str, Any]] = {
    RewardKind.AMOUNT_OFF: {"terms": {"money": {"amount": 500, "currency": "EUR"}, "from": 2000}},
    RewardKind.PERCENT_OFF: {"terms": {"percent": "10"}},
    RewardKind.FREE_PRODUCT: {"terms": {"skus": ["COF-1"]}},
    RewardKind.FREE_SHIPPING: {"terms": {}},
    RewardKind.GIFT_CARD: {"terms": {"money": {"amount": 1000, "currency": "EUR"}}},
    RewardKind.PERK: {"terms": {"slug": "lounge"}},
    RewardKind.POINTS: {"terms": {"currency": "xp", "points": 10}},
    RewardKind.CUSTOM: {"terms": {"data": {}}},
}


class Indented(json.JSONEncoder):
    """JSON as people read it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**(how | {"indent": 2, "ensure_ascii": False}))


class RewardForm(forms.Form):
    """One field per language for what members read; the price of each spendable currency; the rest as JSON."""

    slug = forms.SlugField(label=_("Slug"), max_length=50)
    kind = forms.ChoiceField(label=_("Kind"), choices=RewardKind.choices)

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages_of(program)
        for code, title in self.languages:
            self._add_texts(code, title)
        self._add_pictures(program)
        self.currencies = list(PointCurrency.objects.filter(program=program, spendable=True))
        for currency in self.currencies:
            self.fields[f"price_{currency.slug}"] = forms.IntegerField(
                label=_("Price in {currency}").format(currency=currency),
                min_value=1,
                required=False,
                help_text=_("Empty: cannot be had for these points. Prices for tiers stand below."),
            )
        self.fields["stock"] = forms.IntegerField(
            label=_("Pieces in all"),
            min_value=0,
            required=False,
            help_text=_("Empty: unlimited. Counts those that are out already."),
        )
        self.fields["valid_for"] = forms.CharField(
            label=_("Good for"),
            max_length=30,
            required=False,
            widget=forms.TextInput(attrs={"dir": "ltr"}),
            help_text=_("A duration such as P30D; empty: 90 days."),
        )
        self.fields["rest"] = forms.JSONField(
            label=_("Everything else"),
            encoder=Indented,
            required=False,
            widget=forms.Textarea(
                attrs={"rows": 12, "cols": 80, "dir": "ltr", "spellcheck": "false"}
            ),
            help_text=_(
                "As in the part “rewards” of the programme document: terms, prices for tiers, limits, windows, audience."
            ),
        )

    def _add_texts(self, code: str, title: str) -> None:
        """What members read, in one language; the first language needs a name."""
        here = {"dir": "auto", "lang": code}
        self.fields[f"name_{code}"] = forms.CharField(
            label=_("Name, {language}").format(language=title),
            max_length=200,
            required=code == self.languages[0][0],
            widget=forms.TextInput(attrs=here | {"size": 60}),
        )
        self.fields[f"text_{code}"] = forms.CharField(
            label=_("Text, {language}").format(language=title),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs=here | {"rows": 2, "cols": 60}),
        )
        self.fields[f"small_print_{code}"] = forms.CharField(
            label=_("Small print, {language}").format(language=title),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs=here | {"rows": 1, "cols": 60}),
        )

    def _add_pictures(self, program: Program) -> None:
        """One for all languages in the first field; a language has its own where the picture has words in it."""
        known = choices_of(program)
        spoken = [*self.languages, *((code, code) for code in self.initial.get("images", ()))]
        for code, title in dict(spoken).items():
            is_first = code == self.languages[0][0]
            field = forms.ChoiceField(
                label=_("Picture") if is_first else _("Picture, {language}").format(language=title),
                required=False,
                widget=PictureSelect(),
                help_text=_(
                    "Uploaded under “Pictures”; for every language that has none of its own."
                )
                if is_first
                else "",
            )
            offer_pictures(field, known, told=self.initial.get(f"image_{code}", ""))
            self.fields[f"image_{code}"] = field

    def definition(self) -> dict[str, Any]:
        """What the form says, as the programme document tells it."""
        told = self.cleaned_data
        rest: dict[str, Any] = dict(told["rest"] or {})
        definition = rest | {"slug": told["slug"], "kind": told["kind"]}
        for field in TEXTS:
            texts = {code: told[f"{field}_{code}"].strip() for code, _title in self.languages}
            if any(texts.values()):
                definition[field] = {code: text for code, text in texts.items() if text}
        images = {name.removeprefix("image_"): told[name] for name in told if name.startswith("image_")}  # fmt: skip
        if any(images.values()):
            definition["image"] = {code: image for code, image in images.items() if image}
        prices = [
            {"currency": each.slug, "points": told[f"price_{each.slug}"]}
            for each in self.currencies
            if told[f"price_{each.slug}"]
        ]
        definition["prices"] = [*prices, *rest.get("prices", ())]
        if told["valid_for"]:
            definition["valid_for"] = told["valid_for"]
        if definition.get("codes") != "pool":
            definition["stock"] = told["stock"]
        return definition


def initial_of(definition: Mapping[str, Any] | None, *, stock: int | None) -> dict[str, Any]:
    """The form's fields for this definition, or for a new reward."""
    if definition is None:
        kind = RewardKind.FREE_PRODUCT
        return {"kind": kind, "rest": STARTING_TERMS[kind]}
    told: dict[str, Any] = {"slug": definition["slug"], "kind": definition["kind"], "stock": stock}
    for field in TEXTS:
        told |= {f"{field}_{code}": text for code, text in definition.get(field, {}).items()}
    told |= {f"image_{code}": image for code, image in definition.get("image", {}).items()}
    told["images"] = list(definition.get("image", {}))
    base = [each for each in definition.get("prices", ()) if "tier" not in each]
    told |= {f"price_{each['currency']}": each["points"] for each in base}
    rest = {key: value for key, value in meaning_of(definition).items() if key not in _OWN}
    for_tiers = [each for each in definition.get("prices", ()) if "tier" in each]
    rest |= {"prices": for_tiers} if for_tiers else {}
    return told | {"valid_for": definition.get("valid_for", ""), "rest": rest}


def languages_of(program: Program) -> list[tuple[str, str]]:
    """The programme's languages with their own names."""
    names = dict(settings.LANGUAGES)
    told = []
    for code in program.languages:
        with override(code):
            told.append((code, str(names.get(code, code))))
    return told
