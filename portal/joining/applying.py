"""Applying: what a stranger tells is written down, known or not, with the same work (S-16, S-36)."""

from datetime import datetime

from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program
from portal.joining.applicants import Applicant
from portal.joining.models import Application
from portal.joining.refusals import JoiningClosed, TermsNotAgreed
from portal.letters.asking import Asker, ask_to_join
from portal.reception.reading import received_by


@unit_of_work
def apply(*, program: Program, applicant: Applicant, asker: Asker, at: datetime) -> None:
    """Write down that this person wants to join; a worker mails the link.

    Raises JoiningClosed, TermsNotAgreed, TooManyLetters.
    """
    received = received_by(program)
    if not received.joining:
        raise JoiningClosed
    number = received.terms_number
    if number and not applicant.has_agreed_to(terms_number=number):
        raise TermsNotAgreed
    letter = ask_to_join(program=program, email=applicant.email, asker=asker, at=at)
    row = Application(program=program, letter=letter, asked_at=at, ends_at=letter.ends_at)
    row.sealed = applicant.sealed(about=row.pk)
    row.save(force_insert=True)
