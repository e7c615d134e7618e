"""Guests of the Corner Café: what its pages tell them, and how they join by mail."""

import re

from django.core import mail
from django.test import Client
from django.utils import timezone

from loyalty.outbox.scheduling import tick_works
from portal.joining.applicants import Applicant, Yes
from portal.joining.applying import apply
from portal.letters.asking import Asker
from tests.world.programs import a_program, applied

ADA = "ada@example.org"
TERMS = {"en": "Be kind.\n\nPay for your coffee.", "uk": "Будьте чемні."}
FORM = {"email": ADA, "first_name": "Ada", "terms": "1"}


def received(program, **portal):
    """The part `portal` of the document, applied."""
    return applied({"program": {"slug": program.slug}, "portal": portal}, own=program)


def an_open_door(slug="corner-cafe", *, terms=TERMS, parts=None, portal=None, **settings):
    """A café that takes people in on its pages."""
    portal = {"joining": True, "birthday": True} | (portal or {})
    if terms:
        portal["terms"] = terms
    return a_program(slug, parts={"portal": portal, **(parts or {})}, **settings)


def an_applicant(email=ADA, **rest):
    told = {"language": "en", "agreed": [Yes(purpose="terms", text_version="1")]}
    return Applicant(email=email, **told | rest)


def applied_for(program, email=ADA, *, network="192.0.2.1", at=None, **rest):
    """Somebody filled in the form."""
    asker = Asker(network=network, language="en")
    applicant = an_applicant(email, **rest)
    apply(program=program, applicant=applicant, asker=asker, at=at or timezone.now())


def sent(at=None):
    """Whatever waits leaves; the mails that did."""
    mail.outbox.clear()
    tick_works["portal.letters"](at=at or timezone.now())
    return list(mail.outbox)


def link_in(letter):
    """The path of the link in a mail."""
    return re.search(r"https?://\S+?(/p/\S+)", letter.body)[1]


def ticket_in(link):
    return link.partition("ticket=")[2]


def the_link(program, email=ADA, **rest):
    """The link that is mailed to this applicant."""
    applied_for(program, email, **rest)
    return link_in(sent()[-1])


def pressed(link, browser=None):
    """The link is opened and its button pressed; answers the browser and what came."""
    browser = browser or Client()
    looked = browser.get(link)
    ticket = re.search(r'name="ticket" value="([^"]+)"', looked.text)[1]
    return browser, browser.post(link.partition("?")[0], {"ticket": ticket})
