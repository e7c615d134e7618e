"""Staff sign in: on a phone and at a desk, in four languages, in both directions of writing."""

import re

from playwright.sync_api import expect

from loyalty.access.models import User


def test_reads_well_everywhere(visit, size, language):
    """No violation of accessibility, no sideways scrolling, the language that was asked for."""
    staff = visit(size=size, language=language)

    answer = staff.to("/admin/login/")

    assert answer.status == 200
    expect(staff.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    expect(staff.page.locator("html")).to_have_attribute(
        "dir", "rtl" if language in {"ar", "fa"} else "ltr"
    )
    assert staff.overflow() <= 0
    assert staff.stumbles() == []


def test_lets_staff_in_and_nobody_else(visit):
    User.objects.create_superuser("ada", "ada@cafe.example", "a long and private phrase")
    staff = visit()
    staff.to("/admin/login/")

    staff.page.fill("input[name=username]", "ada")
    staff.page.fill("input[name=password]", "something else")
    staff.page.keyboard.press("Enter")

    expect(staff.page.get_by_role("alert").or_(staff.page.locator(".errornote"))).to_be_visible()

    staff.page.fill("input[name=username]", "ada")
    staff.page.fill("input[name=password]", "a long and private phrase")
    staff.page.keyboard.press("Enter")

    staff.page.wait_for_url(re.compile(r"/admin/(?!login)"))
    assert staff.stumbles() == []
