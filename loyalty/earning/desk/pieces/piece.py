"""A piece: one object of a document as a form. What its fields say is its JSON; a problem finds its field by its pointer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from django import forms
from django.http import QueryDict

from loyalty.earning.desk.inputs import Money, Span
from loyalty.earning.desk.pieces.around import Around, spoken_text
from loyalty.earning.desk.pieces.layout import Item, Part, at_path, is_in, put
from loyalty.foundation.refusals import DomainError, Text

Json = dict[str, Any]


class Inside(Protocol):
    """What may stand inside a piece: another one, or rows of them."""

    @property
    def is_rows(self) -> bool: ...
    @property
    def has_errors(self) -> bool: ...

    def is_valid(self) -> bool: ...
    def said(self) -> Any: ...
    def blame(self, steps: Sequence[str], message: str) -> None: ...
    def typed(self, data: QueryDict) -> None: ...
    def forgive(self) -> None: ...
    def complaints(self) -> Iterator[str]: ...
    def has_changed(self) -> bool: ...


class Piece(forms.Form):
    """Names of fields are paths, `__` between steps; what is empty says nothing, nor does what is left as it begins.

    What stood in a definition before goes on standing there, though it says no more than leaving it out.
    """

    is_rows = False
    # One text each in every language of the programme.
    texts: ClassVar[Mapping[str, Text]] = {}
    # Those of them that are longer than a line.
    long_texts: ClassVar[frozenset[str]] = frozenset()
    # Fields that do not stand in the definition under their own name.
    paths: ClassVar[Mapping[str, str]] = {}
    unsaid: ClassVar[frozenset[str]] = frozenset()
    # Fields that stand in the definition even as they begin.
    always: ClassVar[frozenset[str]] = frozenset()
    # What is asked for some choices of the field `kind` only; fields of other kinds are as though empty.
    only_for: ClassVar[Mapping[str, Sequence[str]]] = {}
    # Title, and whether open from the start, and what stands below: names, or what they begin with.
    layout: ClassVar[Sequence[tuple[Text, bool, Sequence[str]]]] = ()

    def __init__(
        self, *, around: Around, told: Any = None, data: QueryDict | None = None, prefix: str = ""
    ) -> None:
        self.around = around
        self.told = told
        self.before: Mapping[str, Any] = told if isinstance(told, dict) else {}
        super().__init__(data=data, prefix=prefix, use_required_attribute=False)
        self._add_texts()
        self.initial = self.fields_of(self.before)
        self.inner: dict[str, Inside] = {}
        self.build()
        for field in self.fields.values():
            _begin(field, around)

    def build(self) -> None:
        """Offer choices, and make what stands inside (`self.inner`), for those who have it."""

    def inside(self, name: str) -> dict[str, Any]:
        """What a piece inside is made with."""
        data = self.data if self.is_bound else None
        own = f"{self.prefix}-{name}" if self.prefix else name
        told = at_path(self.before, name.split("__"))
        return {"around": self.around, "told": told, "data": data, "prefix": own}

    def path_of(self, name: str) -> list[str]:
        return self.paths.get(name, name).split("__")

    def fields_of(self, told: Mapping[str, Any]) -> Json:
        """What to show in the fields."""
        found = {name: at_path(told, self.path_of(name)) for name in self.fields}
        return {name: value for name, value in found.items() if value is not None}

    def said(self) -> Any:
        """The JSON that the fields say. Only after `is_valid`."""
        found: Json = {}
        for name, value in self.cleaned_data.items():
            is_ours = name != "gone" and name not in self.unsaid and self.is_asked(name)
            if is_ours and self._is_said(name, value):
                put(found, self.path_of(name), value)
        for name, inner in self.inner.items():
            value = inner.said() if self.is_asked(name) else None
            if value is not None and value != {} and value != []:
                put(found, name.split("__"), value)
        return found

    def is_asked(self, name: str) -> bool:
        """Whether this field matters for the kind that is chosen."""
        return name not in self.only_for or self["kind"].value() in self.only_for[name]

    def clean(self) -> dict[str, Any]:
        for name in [name for name in self.errors if not self.is_asked(name)]:
            del self.errors[name]
        return self.cleaned_data

    def is_valid(self) -> bool:
        """Everything is looked at, so that each says what is wrong with it."""
        asked = [inner for name, inner in self.inner.items() if self.is_asked(name)]
        return {super().is_valid(), *(inner.is_valid() for inner in asked)} == {True}

    def has_changed(self) -> bool:
        """Whether somebody wrote something; what is only shown has not changed."""
        inner = any(inner.has_changed() for inner in self.inner.values())
        return self.is_bound and (super().has_changed() or inner)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(inner.has_errors for inner in self.inner.values())

    def complaints(self) -> Iterator[str]:
        """What is wrong, each with the label of its field."""
        for name, found in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            yield from (f"{label}: {each}" if label else str(each) for each in found)
        for inner in self.inner.values():
            yield from inner.complaints()

    def forgive(self) -> None:
        """Say nothing about what is wrong: the form is only shown again."""
        self.full_clean()
        self.errors.clear()
        for inner in self.inner.values():
            inner.forgive()

    def blame(self, steps: Sequence[str], message: str) -> None:
        """Put a problem at the field with this pointer, or as near as can be."""
        for length in range(len(steps), 0, -1):
            name = "__".join(steps[:length])
            if name in self.inner:
                self.inner[name].blame(steps[length:], message)
                return
            field = next((n for n in self.fields if self.paths.get(n, n) == name), None)
            if field is not None and self.is_asked(field):
                self.add_error(field, message)
                return
        spoken = next((n for n in self.fields if steps and n.startswith(f"{steps[0]}__")), None)
        self.add_error(spoken, message)

    def blame_all(self, refusal: DomainError) -> None:
        """Put each problem at the field that it is about; what has none stands at the top."""
        if not refusal.problems:
            self.add_error(None, refusal.sentence())
        for problem in refusal.problems:
            steps = [each.replace("~1", "/").replace("~0", "~") for each in problem.pointer.split("/")[1:]]  # fmt: skip
            self.blame(steps, str(problem.message))

    def typed(self, data: QueryDict) -> None:
        """Write what a browser sends back if nobody touches the form."""
        for name, field in self.fields.items():
            value = self[name].value()
            widget: Any = field.widget
            if isinstance(widget, forms.MultiWidget):
                for place, part in enumerate(widget.decompress(value) or ()):
                    data[f"{self[name].html_name}_{place}"] = "" if part is None else str(part)
            elif isinstance(field, forms.BooleanField):
                if value:
                    data[self[name].html_name] = "on"
            elif isinstance(field, forms.MultipleChoiceField):
                data.setlist(self[name].html_name, value or [])
            else:
                data[self[name].html_name] = "" if value is None else str(value)
        for inner in self.inner.values():
            inner.typed(data)

    def parts(self) -> Iterator[Part]:
        """What the page shows, in order: what no layout names stands first, without a heading."""
        names = [name for name in (*self.fields, *self.inner) if name != "gone"]
        placed = {n: at for n in names for at, each in enumerate(self.layout) if is_in(n, each[2])}
        first = [name for name in names if name not in placed]
        if first:
            yield self._part("", True, first)
        for at, (title, is_open, wanted) in enumerate(self.layout):
            here = [name for name in names if placed.get(name) == at]
            here.sort(key=lambda name: next(n for n, each in enumerate(wanted) if name.startswith(each)))  # fmt: skip
            if here:
                yield self._part(title, is_open, here)
        if "gone" in self.fields and (self.told is not None or self.has_changed()):
            yield self._part("", True, ["gone"])

    def _part(self, title: Text, is_open: bool, names: Sequence[str]) -> Part:
        content = [
            Item(
                what=self[name] if name in self.fields else self.inner[name],
                kinds=" ".join(self.only_for.get(name, ())),
                is_field=name in self.fields,
            )
            for name in names
        ]
        is_used = any(self._is_used(name) or self._is_wrong(name) for name in names)
        return Part(title=title, content=content, is_open=is_open or is_used)

    def _is_used(self, name: str) -> bool:
        """Whether something stands there that is not there from the start."""
        if name in self.inner:
            told = at_path(self.before, name.split("__"))
            return told is not None or self.inner[name].has_changed()
        cleaned, field = getattr(self, "cleaned_data", {}), self.fields[name]
        value = cleaned[name] if name in cleaned else self[name].value()
        if isinstance(field, Span) and isinstance(value, list):
            value = value[0]
        return value not in (None, "", False, []) and value != field.initial

    def _is_wrong(self, name: str) -> bool:
        return name in self.errors or (name in self.inner and self.inner[name].has_errors)

    def _is_said(self, name: str, value: Any) -> bool:
        if value is None or value in ("", []):
            return False
        before = at_path(self.before, self.path_of(name))
        return (
            name in self.always or value != self.fields[name].initial or type(value) is type(before)
        )

    def _add_texts(self) -> None:
        for name, label in self.texts.items():
            told = self.before.get(name)
            spoken = [*self.around.program.languages, *(told if isinstance(told, dict) else ())]
            for language in dict.fromkeys(spoken):
                is_long = name in self.long_texts
                self.fields[f"{name}__{language}"] = spoken_text(label, language, is_long=is_long)


def _begin(field: forms.Field, around: Around) -> None:
    """What a field says before anybody has touched it, so that a blank form is known as one."""
    if isinstance(field, Money):
        field.currency = around.program.currency
        field.label = f"{field.label} ({around.program.currency})"
    if isinstance(field, Span):
        field.initial = field.initial or ""
    elif type(field) is forms.ChoiceField and field.initial is None:
        choices: Any = field.choices
        field.initial = next((value for value, _label in choices), "")
