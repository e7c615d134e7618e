"""Every page and action of the admin, every role: who may what at the desk (S-21)."""

from uuid import UUID

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.urls.converters import UUIDConverter

from loyalty.access.kinds import Role
from loyalty.access.site import staff_site
from loyalty.access.staff.standing import Standing
from tests.contracts.staff import DEEDS, OWNER, PAGES, ROLES
from tests.world.access import a_person, a_staff
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=1)
VERBS = ("view", "add", "change", "delete")


def pages():
    return {model._meta.model_name: page for model, page in staff_site._registry.items()}


def a_request(role):
    """A request of somebody with this role, as the admin's own checks see it."""
    request = RequestFactory().get("/admin/")
    request.user = a_person()
    program = a_program()
    request._standing = Standing(
        user=request.user, program=program, roles=frozenset({Role(role)}), programs=[program]
    )
    return request


def allowed_to(role):
    """Everything that this role may do, as `page:deed`."""
    request = a_request(role)
    found = set()
    for name, page in pages().items():
        found |= {
            f"{name}:{verb}" for verb in VERBS if getattr(page, f"has_{verb}_permission")(request)
        }
        actions = page._filter_actions_by_permissions(request, page._get_base_actions())
        found |= {f"{name}:{action}" for _function, action, _text in actions}
    return found - {f"{name}:delete_selected" for name in pages()}


class TestTheTable:
    def test_names_every_action_of_every_page(self):
        """S-21: an action that is missing from the table fails."""
        there = {
            f"{name}:{action}"
            for name, page in pages().items()
            for _function, action, _text in page._get_base_actions()
            if action != "delete_selected"
        } | {f"{name}:view" for name in pages()}

        assert there - set(DEEDS) == set()

    @pytest.mark.parametrize("role", ROLES)
    def test_says_what_a_role_may_do(self, role):
        """S-21."""
        expected = {deed for deed, letters in DEEDS.items() if ROLES[role] in letters}

        assert allowed_to(role) == expected

    def test_lets_nobody_delete(self):
        """U-16: nothing about points can be deleted anywhere."""
        assert {deed for deed in allowed_to("owner") if deed.endswith(":delete")} == set()

    def test_lets_the_auditor_read_and_change_nothing(self):
        """S-21."""
        assert {deed.split(":")[1] for deed in allowed_to("auditor")} == {"view"}


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_agree_with_the_table(role):
    """S-21: the list opens, or it is 403 and not in the menu."""
    browser = a_staff(a_program(), role)
    menu = {
        page["object_name"].lower()
        for section in browser.get("/admin/").context["app_list"]
        for page in section["models"]
    }
    seen = {
        deed.split(":")[0]
        for deed, letters in DEEDS.items()
        if deed.endswith(":view") and ROLES[role] in letters
    }

    assert menu == seen
    for name, page in pages().items():
        status = browser.get(f"/admin/{page.opts.app_label}/{name}/").status_code
        assert status == (200 if name in seen else 403), name


def own_pages():
    """The addresses that the classes of the admin have beside Django's, by name, for a row that is not there."""
    found = {}
    for page in pages().values():
        info = f"{page.opts.app_label}_{page.opts.model_name}"
        djangos = {
            f"{info}_{name}" for name in ("changelist", "add", "history", "delete", "change")
        }
        for url in page.get_urls():
            if url.name and url.name not in djangos:
                told = {
                    name: NOBODY if isinstance(kind, UUIDConverter) else "members"
                    for name, kind in url.pattern.converters.items()
                }
                found[url.name] = reverse(f"admin:{url.name}", kwargs=told)
    return found


def test_the_table_names_every_page_of_our_own():
    """S-21: a page that is missing from the table fails."""
    assert set(own_pages()) == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_our_own_open_for_whom_they_are(role):
    """S-21: 403 before anything is looked up; for the others the row is not there."""
    browser = a_staff(a_program(test=True), role)

    opened = {
        name for name, address in own_pages().items() if browser.get(address).status_code != 403
    }

    assert opened == {name for name, letters in PAGES.items() if ROLES[role] in letters}


def test_the_owner_sees_every_page():
    """S-21."""
    assert {deed for deed in DEEDS if deed.endswith(":view") and OWNER not in DEEDS[deed]} == set()
