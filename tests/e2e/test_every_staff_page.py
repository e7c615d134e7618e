"""Every page of the admin that can be walked to, as its users see it: at a desk from left to right, on a phone from right to left."""

import re
from collections import defaultdict
from urllib.parse import urldefrag, urlsplit

import pytest

from tests.contracts.rows import ROWS, a_busy_cafe
from tests.world.access import a_shop, a_staff

# An id in an address: however many rows there are, the page is one. So it is whatever the list is filtered by.
ANY_ID = re.compile(r"(?<=/)(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/)")
PAGES_MAX = 250
NOT_WALKED = re.compile(
    r"logout|jsi18n|/docs/|\.csv|\.xlsx|/file|/download|format=|/static/|_export|/sample"
)


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fa")])
def test_reads_well_wherever_one_walks(visit, size, language):
    """U-5, U-42: no page complains, overflows, or stumbles over accessibility."""
    cafe = a_lived_in_cafe()
    staff = visit(size=size, language=language)
    _sign_in(staff, a_staff(cafe))

    seen = walked(staff)

    faults = defaultdict(list)
    for address, told in seen.items():
        for fault in told:
            faults[fault].append(address)
    assert not faults, "\n".join(f"{fault}\n    {' '.join(at)}" for fault, at in faults.items())
    assert len(seen) > 60


def a_lived_in_cafe():
    """A row of everything that has a page."""
    cafe = a_busy_cafe()
    shop = a_shop(cafe)
    for name in ("joan", "jean"):
        shop.post("/v1/members", {"external_id": name})
    shop.post("/v1/members/ext:joan/merge", {"into": "ext:jean"}, key="joan")
    for name, make in ROWS.items():
        if name != "merge":  # of Ada and Grace, who are needed apart
            make(shop)
    return cafe


def walked(staff):
    """Each kind of page reachable from home, and what is wrong with it."""
    to_do, seen = ["/admin/"], {}
    while to_do and len(seen) < PAGES_MAX:
        address = to_do.pop(0)
        kind = ANY_ID.sub("…", address.partition("?")[0])
        if kind in seen:
            continue
        seen[kind] = list(_faults_at(staff, address))
        to_do += _links(staff)
    return seen


def _faults_at(staff, address):
    before = len(staff.complaints)
    answer = staff.to(address)
    if answer.status != 200:
        yield f"{answer.status}"
        return
    yield from staff.complaints[before:]
    if staff.overflow() > 0:
        yield f"{staff.overflow()} px too wide"
    yield from staff.stumbles()


def _links(staff):
    told = staff.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    for link in told:
        where = urlsplit(urldefrag(link)[0])
        path = where.path + (f"?{where.query}" if where.query else "")
        if where.path.startswith("/admin/") and not NOT_WALKED.search(path):
            yield path


def _sign_in(staff, browser):
    name, morsel = next(iter(browser.cookies.items()))
    staff.page.context.add_cookies([{"name": name, "value": morsel.value, "url": staff.address}])
