"""Forms of the desk: which file, and what its columns mean."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.imports.files.columns import OPEN_END
from loyalty.imports.files.sniffing import COLUMNS_MAX
from loyalty.imports.kinds import EventsAs, ImportKind
from loyalty.imports.models import Import
from loyalty.imports.redeemables.codes import pools_of
from loyalty.imports.taking.takers import taker_of
from loyalty.programs.models import Program
from loyalty.programs.texts import in_a_row

SOURCE_LENGTH_MAX = 60


class FileFields(forms.Form):
    """A file and what it is."""

    kind = forms.ChoiceField(
        label=_("What is in the file"), choices=ImportKind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8, XLSX or JSON lines, at most 10 MB.")
    )

    def __init__(self, *told: Any, program: Program, **named: Any) -> None:
        super().__init__(*told, **named)
        self.program = program
        pools = [("", "—"), *((slug, str(reward)) for slug, reward in pools_of(program).items())]
        self.fields["as"] = forms.ChoiceField(
            label=_("Past events are"),
            choices=EventsAs.choices,
            required=False,
            initial=EventsAs.HISTORY,
            help_text=_("Only for events."),
        )
        self.fields["source"] = forms.CharField(
            label=_("How your shop signs its events"),
            max_length=SOURCE_LENGTH_MAX,
            required=False,
            help_text=_("Only for events. Later returns of these orders are found by it."),
        )
        self.fields["pool"] = forms.ChoiceField(
            label=_("Reward whose codes these are"),
            choices=pools,
            required=False,
            help_text=_("Only for codes."),
        )

    def options(self) -> dict[str, str]:
        """What was told besides, of what this kind knows."""
        told = self.cleaned_data
        if told["kind"] == ImportKind.EVENTS:
            source = {"source": told["source"]} if told["source"] else {}
            return {"as": told["as"] or EventsAs.HISTORY.value, **source}
        if told["kind"] == ImportKind.CODES:
            return {"pool": told["pool"]}
        return {}


class ColumnFields(forms.Form):
    """What each column of the file means; the guess stands there already."""

    def __init__(
        self, *told: Any, run: Import, samples: Sequence[Sequence[str]] = (), **named: Any
    ) -> None:
        super().__init__(*told, **named)
        self.run = run
        columns = taker_of(run.kind).columns
        plain = [(each.name, each.title) for each in columns if not each.name.endswith(OPEN_END)]
        known = {name for name, _title in plain}
        for place, header in enumerate(run.headers[:COLUMNS_MAX]):
            meant = run.columns.get(header)
            own = [(meant, meant)] if meant and meant not in known else []
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=header or _("(without a name)"),
                choices=[("", _("Leave out")), *plain, *own, *self._open_ended(header, columns)],
                initial=meant or "",
                required=False,
                help_text=in_a_row(
                    row[place] for row in samples if place < len(row) and row[place]
                ),
            )

    @property
    def chosen(self) -> dict[str, str | None]:
        """The columns as they were chosen."""
        return {
            header: self.cleaned_data[f"column-{place}"] or None
            for place, header in enumerate(self.run.headers[:COLUMNS_MAX])
        }

    @staticmethod
    def _open_ended(header: str, columns: Sequence[Any]) -> list[tuple[str, str]]:
        """A column of the member's own facts may keep the name that the file has for it."""
        bare = "".join(c if c.isascii() and c.isalnum() else "_" for c in header.casefold())
        bare = bare.strip("_")
        if not bare or not bare[0].isalpha():
            return []
        starts = [each for each in columns if each.name.endswith(OPEN_END)]
        found = [(f"{each.name.removesuffix('*')}{bare}", each.title) for each in starts]
        return [
            (name, f"{title}: {bare}")
            for name, title in found
            if not header.startswith(name.partition(".")[0] + ".")
        ]
