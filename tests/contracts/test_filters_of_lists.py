"""The filters beside the lists of the admin: what there is to choose from is the open programme's alone (S-2)."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from loyalty.access.kinds import Role
from loyalty.access.site import staff_site
from loyalty.access.staff.standing import Standing
from tests.contracts.rows import a_busy_cafe
from tests.world.access import a_person

pytestmark = pytest.mark.django_db


def test_what_another_programme_has_is_no_choice_of_ours():
    """S-2: whatever happens at the Corner Café, the Tea House's filters stay as they are."""
    tea_house = a_busy_cafe("tea-house")
    before = choices_of(tea_house)

    a_busy_cafe("corner-cafe")

    assert choices_of(tea_house) == before


def choices_of(program):
    """Every filter of every list that the owner sees, with its choices."""
    request = RequestFactory().get("/admin/")
    request.user = a_person()
    request._standing = Standing(
        user=request.user, program=program, roles=frozenset({Role.OWNER}), programs=[program]
    )
    found = {}
    for model, page in staff_site._registry.items():
        listed = page.get_changelist_instance(request)
        for each in listed.filter_specs:
            told = [str(choice["display"]) for choice in each.choices(listed)]
            found[f"{model._meta.model_name}: {each.title}"] = told
    return found


def test_no_list_asks_a_whole_table_for_its_words():
    """A filter looks at the newest rows; a million of them are not sorted to show three choices."""
    cafe = a_busy_cafe()

    with CaptureQueriesContext(connection) as asked:
        choices_of(cafe)

    assert [each["sql"] for each in asked if "DISTINCT" in each["sql"]] == []
