"""Filters for the staff's pages."""

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """A whole number with its thousands told apart, as the language does it."""
    return format_decimal(number, locale=(get_language() or "en").replace("-", "_"))


@register.filter
def signed(number: int) -> str:
    """A movement, which always bears its sign (U-60)."""
    return f"+{grouped(number)}" if number > 0 else grouped(number)
