"""Sharing: links, QR codes and texts that an advocate hands on (R-8, R-12, R-13)."""

import io
from collections.abc import Mapping
from typing import Final

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from loyalty.earning.telling.words import money
from loyalty.foundation.database.looking import asked_once
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program, currencies_of
from loyalty.programs.texts import in_words
from loyalty.rewards.catalogue.offers import OnOffer, on_offer
from referrals.codes.models import ReferralCode
from referrals.plans.kinds import RewardKind
from referrals.plans.models import ReferralPlan
from referrals.plans.share_texts import fill
from referrals.plans.terms import Reward, Terms

NAME_PURPOSE: Final = "referral.name"  # the consent to tell friends one's first name
LANGUAGES: Final = ("en", "ar", "fa", "uk")


def link_of(program: Program, code: ReferralCode, *, via_qr: bool = False) -> str:
    """The link to hand on. Links of the installation's first plan need no programme in them."""
    extra = [] if program.pk == first_program_id() else [f"p={program.slug}"]
    extra += ["via=qr"] if via_qr else []
    question = f"?{'&'.join(extra)}" if extra else ""
    return f"{settings.WAFA_BASE_URL}/r/{code.text}{question}"


@asked_once
def first_program_id() -> Id | None:
    """Whose links are told apart from nobody's: the programme that had a plan first, for ever."""
    return ReferralPlan.objects.order_by("id").values_list("program_id", flat=True).first()


def qr_of(link: str) -> str:
    """The link as a QR code: an SVG picture without a size of its own."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue().decode()


def share_texts(
    program: Program, code: ReferralCode, terms: Terms, *, first_name: str = ""
) -> Mapping[str, str]:
    """The texts in the programme's languages, filled; `first_name` only with the advocate's consent."""
    spoken = [each for each in LANGUAGES if each in program.languages] or ["en"]
    link = link_of(program, code)
    return {
        language: _filled(
            terms, language, link=link, code=code.text, first_name=first_name, program=program
        )
        for language in spoken
    }


def reward_in_words(reward: Reward | None, program: Program) -> str:
    """`300 Stars`, `Free coffee`, `5.00 EUR`, in the active language; nothing for no reward."""
    if reward is None:
        return ""
    if reward.kind is RewardKind.POINTS:
        currency = currencies_of(program).get(reward.unit)
        return f"{reward.amount} {currency.unit(reward.amount) if currency else reward.unit}"
    if reward.kind is RewardKind.VOUCHER:
        names = [in_words(each.offer.name) for each in _offered(program, reward.unit) if each.offer]
        return names[0] if names else reward.unit
    return money(reward.amount, reward.unit)


@asked_once
def _offered(program: Program, slug: str) -> list[OnOffer]:
    """What a voucher's reward is now, for every language of one page."""
    return on_offer(program=program, slugs=[slug])


def _filled(
    terms: Terms, language: str, *, link: str, code: str, first_name: str, program: Program
) -> str:
    with translation.override(language):
        template = terms.share_texts.get(language) or _ours(bool(terms.friend_reward))
        return fill(
            template,
            {
                "link": link,
                "code": code,
                "friend_reward": reward_in_words(terms.friend_reward, program),
                "first_name": first_name,
            },
        )


def _ours(has_reward: bool) -> str:
    if has_reward:
        return _("Come along: {friend_reward} for you with your first order. {link} (code {code})")
    return _("I like this place, you might too: {link} (code {code})")
