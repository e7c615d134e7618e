"""Somebody makes, bends or keeps a member's token."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings as configured
from django.utils import timezone

from loyalty.access import tokens
from loyalty.foundation.ids import new_id, shown
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(monkeypatch):
    """A member as far as tokens know one: an id and an epoch."""
    member_id = new_id()
    monkeypatch.setattr(
        tokens, "_epochs", [lambda _program, asked: 3 if asked == member_id else None]
    )
    return member_id


@pytest.fixture
def cafe():
    return a_program()


def key_of(program):
    return hmac.digest(
        configured.SECRET_KEY.encode(), b"wafa.member-token:" + program.pk.bytes, "sha256"
    )


def claims_of(program, member_id, **other):
    now = int(timezone.now().timestamp())
    return {
        "iss": "wafa",
        "aud": shown("prg", program.pk),
        "sub": shown("mem", member_id),
        "iat": now,
        "exp": now + 900,
        "jti": "one",
        "scope": "me",
        "epoch": 3,
    } | other


def signed(claims, key, *, algorithm="HS256", kid=None):
    kid = hashlib.sha256(b"wafa.kid:" + key).hexdigest()[:16] if kid is None else kid
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def is_taken(text, at=None):
    try:
        tokens.read(text, at=at or timezone.now())
    except tokens.TokenRefused:
        return False
    return True


def test_control_our_own_way_of_signing_is_the_right_one(cafe, ada):
    assert is_taken(signed(claims_of(cafe, ada), key_of(cafe)))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(cafe, ada, algorithm):
    """S-11: one algorithm."""
    assert not is_taken(signed(claims_of(cafe, ada), key_of(cafe), algorithm=algorithm))


def test_no_algorithm_is_refused(cafe, ada):
    """S-11: `none`."""
    key = key_of(cafe)
    _head, body, _mark = signed(claims_of(cafe, ada), key).split(".")
    kid = hashlib.sha256(b"wafa.kid:" + key).hexdigest()[:16]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).rstrip(b"=")

    assert not is_taken(f"{head.decode()}.{body}.")


def test_another_programmes_key_is_refused(cafe, ada):
    """S-11: a key per programme, and a swapped kid."""
    other = key_of(a_program("other"))
    kid = hashlib.sha256(b"wafa.kid:" + key_of(cafe)).hexdigest()[:16]

    assert not is_taken(signed(claims_of(cafe, ada), other))
    assert not is_taken(signed(claims_of(cafe, ada), other, kid=kid))


@pytest.mark.parametrize("kid", ["", "0" * 16, "../../secret", "' or 1=1"])
def test_an_unknown_kid_is_refused(cafe, ada, kid):
    """S-11."""
    assert not is_taken(signed(claims_of(cafe, ada), key_of(cafe), kid=kid))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "jti", "scope", "epoch"])
def test_every_claim_is_required(cafe, ada, claim):
    """S-11."""
    claims = claims_of(cafe, ada)
    del claims[claim]

    assert not is_taken(signed(claims, key_of(cafe)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "somebody"},
        {"aud": "prg_00000000000000000000000000"},
        {"aud": None},
        {"sub": "mem_unknown"},
        {"sub": 7},
        {"epoch": 2},
        {"epoch": "3"},
        {"epoch": True},
        {"scope": ["me"]},
        {"jti": 1},
        {"exp": 9e99},
    ],
)
def test_each_claim_wrong_is_refused(cafe, ada, wrong):
    """S-11, S-12."""
    assert not is_taken(signed(claims_of(cafe, ada, **wrong), key_of(cafe)))


def test_a_token_lives_15_minutes_and_a_minutes_skew(cafe, ada):
    """S-11."""
    at = timezone.now().replace(microsecond=0)
    issued = tokens.issue(program_id=cafe.pk, member_id=ada, epoch=3, at=at)
    minutes = [-2, -1, 0, 15, 16, 17]

    taken = [is_taken(issued.token, at + timedelta(minutes=minute)) for minute in minutes]

    assert issued.expires_at == at + timedelta(minutes=15)
    assert taken == [False, True, True, True, False, False]


def test_a_token_that_claims_a_longer_life_is_refused(cafe, ada):
    """S-11: signed with our own key even, by a slip of ours."""
    claims = claims_of(cafe, ada)
    claims["exp"] = claims["iat"] + 901

    assert not is_taken(signed(claims, key_of(cafe)))


def test_raising_the_epoch_kills_every_token(cafe, ada, monkeypatch):
    """S-12."""
    issued = tokens.issue(program_id=cafe.pk, member_id=ada, epoch=3, at=timezone.now())
    assert is_taken(issued.token)

    monkeypatch.setattr(tokens, "_epochs", [lambda _program, _member: 4])

    assert not is_taken(issued.token)


def test_an_altered_token_is_refused_at_every_place(cafe, ada):
    """S-11."""
    text = signed(claims_of(cafe, ada), key_of(cafe))
    bent = [
        text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        for place in range(0, len(text) - 1, 3)
        if text[place] != "."
    ]

    assert [one for one in bent if is_taken(one)] == []


@pytest.mark.parametrize("junk", ["a.b.c", "..", "eyJ.eyJ.eyJ", "ü.ü.ü", "." * 40])
def test_junk_is_refused(junk):
    assert not is_taken(junk)


def test_keys_of_yesterday_are_still_read_and_no_longer_written(cafe, ada, settings):
    """A rotated secret: old tokens end in their own time."""
    issued = tokens.issue(program_id=cafe.pk, member_id=ada, epoch=3, at=timezone.now())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-at-least-fifty-characters-for-a-day"

    renewed = tokens.issue(program_id=cafe.pk, member_id=ada, epoch=3, at=timezone.now())

    assert is_taken(issued.token)
    assert is_taken(renewed.token)
    assert jwt.get_unverified_header(issued.token) != jwt.get_unverified_header(renewed.token)
