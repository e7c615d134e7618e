"""Visiting: a browser in which a member has come in, and what stands on a page's form."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.access import tokens
from portal.entry.links import link_for
from portal.entry.models import TicketKind


def a_browser(member, *, kind=TicketKind.STOREFRONT, language="en"):
    """A browser in which this member has just come in."""
    browser = Client(headers={"accept-language": language})
    answer = browser.get(link_for(member, kind=kind))
    if kind == TicketKind.LINK:
        ticket = re.search(r'name="ticket" value="([^"]+)"', answer.text)[1]
        answer = browser.post(answer.wsgi_request.path, {"ticket": ticket})
    assert answer.status_code == 303, answer.text
    return browser


def a_frame(member=None, *, program=None, epoch=0, token="", **headers):
    """The widget's script, with this member's token."""
    if member is not None and not token:
        token = tokens.issue(
            program_id=(program or member.program).pk,
            member_id=member.pk,
            epoch=epoch,
            at=timezone.now(),
        ).token
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Client(headers={"Wafa-Frame": "1", **headers})


def page_of(cafe, name):
    return f"/p/{cafe.slug}/{name}"


def the_form(answer):
    """The hidden fields of the page's own form."""
    return dict(re.findall(r'name="(key|points)" value="([^"]*)"', answer.text))


def the_fields(text, action):
    """The hidden key of the form with this action."""
    form = re.search(rf'<form[^>]+action="{re.escape(action)}".*?</form>', text, re.DOTALL)[0]
    return {"key": re.search(r'name="key" value="([^"]+)"', form)[1]}


def the_seen(text):
    """The words of a page as they are read, without its marks."""
    seen = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    return re.sub(r" (?=[:;,.!?])", "", seen)


def asked(browser, address):
    """How often the database is asked for a page, once what processes keep is kept; beginning and ending asks nothing."""
    browser.get(address)
    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(address)
    assert answer.status_code == 200, address
    return sum(not each["sql"].startswith(("BEGIN", "COMMIT", "SET ")) for each in statements)
