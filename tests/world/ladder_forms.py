"""The ladder editor's form as a browser sends it."""

from django.forms import MultiValueField
from django.http import QueryDict

from loyalty.tiers.desk.drafts.fields import LadderFields, TierRows
from loyalty.tiers.desk.drafts.translating import fields_of


def posted(program, definition, **change):
    """Every field of the page as it is shown for this ladder, then changed."""
    initial, tiers = fields_of(definition)
    fields = LadderFields(program=program, initial=initial)
    rows = TierRows(program=program, counts_money=fields.counts_money, initial=tiers)
    told = QueryDict(mutable=True)
    told["rows"] = str(len(rows.forms))
    for form in [fields, *rows]:
        for field in form:
            if isinstance(field.field, MultiValueField):
                parts = field.field.widget.decompress(field.value())
                told.update({f"{field.html_name}_{n}": str(part) for n, part in enumerate(parts)})
                continue
            value = field.field.prepare_value(field.value()) if field.value() is not None else ""
            if value is True:
                told[field.html_name] = "on"
            elif value is not False:
                told[field.html_name] = str(value)
    for name, value in change.items():
        told[name] = value
    return told
