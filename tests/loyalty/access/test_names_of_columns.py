"""Names of columns: every list of the admin reads in the language of whoever reads it (U-42)."""

from django.contrib.admin.utils import label_for_field
from django.utils.translation import override

from loyalty.access.site import staff_site


def test_no_column_of_a_list_is_left_in_english():
    """U-42."""
    with override("fa"):
        left = [
            f"{page.opts.label}: {name} as {label}"
            for model, page in staff_site._registry.items()
            for name in page.list_display
            if (label := str(label_for_field(name, model, page))).isascii()
        ]

    assert left == []
