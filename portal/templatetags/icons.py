"""Icons: strokes of our own, drawn with the text's colour; the word beside each says what it is."""

from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# On a field of 24 by 24. All look the same mirrored, so none needs turning where writing runs the other way.
PATHS: Final = {
    "home": "m12 3.6 2.6 5.3 5.9.9-4.3 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.3-4.1 5.9-.9z",
    "earn": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v8M8 12h8",
    "rewards": "M4.5 12h15v8.5h-15zM3 8h18v4H3zM12 8v12.5M12 8C6 8 6.5 3.5 8.5 3.5S12 8 12 8s1.5-4.5 3.5-4.5S18 8 12 8z",
    "mine": "M3.5 6h17v4a2 2 0 0 0 0 4v4h-17v-4a2 2 0 0 0 0-4zM12 9v1M12 11.5v1M12 14v1",
    "card": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 20h-2.5M20 14v2.5",
    "play": "M8 4h8v6a4 4 0 0 1-8 0zM8 6H4.5a3.5 3.5 0 0 0 3.8 4.2M16 6h3.5a3.5 3.5 0 0 1-3.8 4.2M12 14v4M8.5 20.5h7",
    "tiers": "M4.5 19h15M4.5 19 3 8.5l5 3.5 4-7 4 7 5-3.5L19.5 19",
    "statement": "M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8.5h6M9 12.5h6",
    "invite": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M19 8v6M16 11h6",
    "me": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4.5 3.5-6.5 7.5-6.5s6.9 2 7.5 6.5",
    "more": "M4.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0zM11.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0zM18.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0z",
    "language": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c-4.5 5-4.5 12 0 17M12 3.5c4.5 5 4.5 12 0 17",
    "close": "m6.5 6.5 11 11M17.5 6.5l-11 11",
    "check": "M5 12.5 10 17.5 19 7",
    "lock": "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of this name; readers that hear the page hear the word beside it alone."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        PATHS[name],
    )
