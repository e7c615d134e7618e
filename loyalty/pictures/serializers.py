"""Shapes of what doors tell about pictures, and of fields in which definitions name them."""

from typing import Any

from rest_framework import serializers

from loyalty.foundation.serializers import Out
from loyalty.pictures.naming import address_of
from loyalty.programs.texts import in_words


class PictureOut(Out):
    """A picture; `id` is what definitions call it."""

    id = serializers.CharField()
    title = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField(help_text="The longest side has at most 512 pixels.")
    thumbnail_url = serializers.CharField(help_text="At most 192 pixels, and 8 kB.")


class Image(serializers.CharField):
    """What a definition calls its image, in the reader's language, as an address; empty if there is none."""

    def to_representation(self, value: Any) -> str:
        told = in_words(value) if isinstance(value, dict) else str(value)
        return address_of(told)


class Images(serializers.DictField):
    """An image per language, each as an address."""

    def to_representation(self, value: Any) -> dict[str, str]:
        return {language: address_of(told) for language, told in value.items()}
