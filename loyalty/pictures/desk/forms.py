"""The form of uploading: several files at once."""

from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.pictures.drawing import BYTES_MAX, Drawing, drawn
from loyalty.pictures.keeping import Sent
from loyalty.pictures.refusals import PictureRefused

FILES_MAX: Final = 20  # of one upload: each is decoded while the browser waits


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more pictures; all are drawn, or none is taken. Cleans to what can be kept."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        told = (data if isinstance(data, list) else [data]) or [None]
        if len(told) > FILES_MAX:
            raise forms.ValidationError(
                _("At most %(limit)d pictures at once."), params={"limit": FILES_MAX}
            )
        files = [super(FilesField, self).clean(each, initial) for each in told]
        return [Sent(drawing=_drawing(file), title=PurePath(file.name).stem) for file in files]


class UploadForm(forms.Form):
    """Pictures, from the staff's own disk."""

    pictures = FilesField(
        label=_("Pictures"),
        widget=Files(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG or WebP, at most 2 MB and 4,096 pixels a side. Each is written anew, without place or camera; of a moving one the first picture is taken."
        ),
    )


def _drawing(file: Any) -> Drawing:
    try:
        return drawn(file.read(BYTES_MAX + 1))
    except PictureRefused as refusal:
        raise forms.ValidationError(f"{file.name}: {refusal.sentence()}") from refusal
