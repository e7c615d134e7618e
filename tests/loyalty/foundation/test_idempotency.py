"""Idempotency: one key, one effect, one answer."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.foundation.ids import new_id
from loyalty.foundation.models import IdempotencyRecord
from loyalty.foundation.refusals import Malformed
from loyalty.foundation.wire import idempotency
from loyalty.foundation.wire.idempotency import (
    Answer,
    Call,
    IdempotencyKeyInUse,
    IdempotencyKeyInvalid,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    Memo,
    fingerprint_of,
    once,
    prune,
    read_key,
)
from loyalty.programs.documents import ProgramDiffers
from loyalty.programs.models import ReasonCode
from tests.world.programs import a_program


def a_call(scope, key="till-1", body=None):
    told = fingerprint_of(method="POST", path="/v1/reasons", query="", body=body or {"a": 1})
    return Call(scope=scope, key=key, fingerprint=told)


def render(result):
    return Answer(status=201, body=json.dumps({"made": result}).encode())


def render_refusal(refusal):
    return Answer(status=422, body=refusal.code.encode())


def making_a_reason(program, slug="sorry", refusal=None):
    def rule():
        made = ReasonCode.objects.create(
            program=program, slug=f"{slug}-{new_id().hex[-6:]}", name={}
        )
        if refusal is not None:
            raise refusal
        return made.slug

    return rule


def told(program, call, **how):
    rule = how.pop("rule", None) or making_a_reason(program)
    return once(call=call, rule=rule, render=render, render_refusal=render_refusal, **how)


def reasons():
    return ReasonCode.objects.filter(slug__startswith="sorry").count()


@pytest.mark.django_db
class TestOnce:
    def test_the_same_call_hears_the_first_answer_and_nothing_happens_again(self):
        """V-5, V-6: same status, same bytes."""
        cafe = a_program()
        call = a_call(cafe.pk)

        first, second = told(cafe, call), told(cafe, call)

        assert (first.status, first.replayed) == (201, False)
        assert (second.status, second.body, second.replayed) == (201, first.body, True)
        assert reasons() == 1

    def test_another_body_under_the_same_key_is_refused(self):
        cafe = a_program()
        told(cafe, a_call(cafe.pk))

        with pytest.raises(IdempotencyKeyReused):
            told(cafe, a_call(cafe.pk, body={"a": 2}))

        assert reasons() == 1

    def test_the_same_key_of_another_programme_is_another_key(self):
        """V-4."""
        cafe, bakery = a_program(), a_program("bakery")

        answers = [told(shop, a_call(shop.pk)).replayed for shop in (cafe, bakery)]

        assert answers == [False, False]
        assert reasons() == 2

    def test_a_rules_own_no_is_kept_without_its_traces(self):
        """V-6: 409 and 422 are stored after their rollback; another try is a new key."""
        cafe = a_program()
        refusing = making_a_reason(cafe, refusal=ProgramDiffers(told="a", own="b"))

        first = told(cafe, a_call(cafe.pk), rule=refusing)
        second = told(cafe, a_call(cafe.pk))

        assert (first.status, first.body, first.replayed) == (422, b"program_differs", False)
        assert (second.body, second.replayed) == (first.body, True)
        assert reasons() == 0

    def test_what_may_turn_out_otherwise_is_not_kept(self):
        """V-6: a 400 leaves the key free."""
        cafe = a_program()

        with pytest.raises(Malformed):
            told(cafe, a_call(cafe.pk), rule=making_a_reason(cafe, refusal=Malformed()))

        assert told(cafe, a_call(cafe.pk)).replayed is False
        assert reasons() == 1

    def test_the_kept_body_and_key_cannot_be_read_in_the_database(self):
        """V-8, S-31: sealed, and found by a keyed digest."""
        cafe = a_program()

        first = told(cafe, a_call(cafe.pk, key="order-77"))

        record = IdempotencyRecord.objects.get()
        assert first.body not in bytes(record.sealed_body)
        assert b"order-77" not in bytes(record.key_digest)

    def test_a_large_answer_is_kept_as_a_memo_and_told_from_it(self):
        """V-8: a batch's record holds ids; the bodies come from where they stand."""
        cafe = a_program()
        memo = Memo(
            remember=lambda slug: {"slug": slug},
            restore=lambda kept: Answer(status=201, body=b"again " + kept["slug"].encode()),
        )

        first = told(cafe, a_call(cafe.pk), memo=memo)
        second = told(cafe, a_call(cafe.pk), memo=memo)

        slug = json.loads(first.body)["made"]
        assert (second.body.decode(), second.replayed) == (f"again {slug}", True)

    def test_records_live_seven_days(self):
        """V-8."""
        cafe = a_program()
        told(cafe, a_call(cafe.pk, key="old"))
        IdempotencyRecord.objects.update(kept_at=timezone.now() - timedelta(days=7, minutes=1))
        told(cafe, a_call(cafe.pk, key="new"))

        assert prune(at=timezone.now()) == 1
        assert told(cafe, a_call(cafe.pk, key="new")).replayed is True


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("a b", "a b"),
        ("k" * 255, "k" * 255),
        ('"' + "k" * 255 + '"', "k" * 255),
    ],
)
def test_the_header_may_come_bare_or_quoted(header, key):
    """V-7."""
    assert read_key(header) == key


@pytest.mark.parametrize("header", ["k" * 256, "käse", "a\tb", " a", '""', "\x00"])
def test_other_headers_are_refused(header):
    """V-7."""
    with pytest.raises(IdempotencyKeyInvalid):
        read_key(header)


@pytest.mark.parametrize("header", [None, ""])
def test_a_missing_header_is_refused_by_its_own_name(header):
    with pytest.raises(IdempotencyKeyRequired):
        read_key(header)


def test_spelling_the_same_body_otherwise_is_the_same_call():
    """V-4: canonical JSON."""
    spelled = [{"a": 1, "b": [1, {"c": None}]}, {"b": [1, {"c": None}], "a": 1}]

    assert len({fingerprint_of(method="POST", path="/", query="", body=b) for b in spelled}) == 1
    assert fingerprint_of(method="POST", path="/x", query="", body={}) != fingerprint_of(
        method="POST", path="/y", query="", body={}
    )


def at_once(program, count):
    """One call under one key from many threads that start together."""
    barrier, heard = threading.Barrier(count), []

    def tell():
        try:
            barrier.wait(timeout=20)
            heard.append(told(program, a_call(program.pk)).body)
        except IdempotencyKeyInUse:
            heard.append("in use")
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


@pytest.mark.django_db(transaction=True)
class TestOneKeyManyAtOnce:
    def test_one_effect_and_one_answer(self):
        """V-52: others replay or hear 409, then one body."""
        cafe = a_program()

        heard = at_once(cafe, 32)

        assert reasons() == 1
        assert len(heard) == 32
        assert len(set(heard) - {"in use"}) == 1

    def test_they_double_when_nobody_holds_the_key(self, monkeypatch):
        """Control: without the lock and the constraint the race is real."""
        cafe = a_program()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE loyalty_idempotencyrecord DROP CONSTRAINT idempotency_key_counts_once"
            )
        waiting = threading.Barrier(4)
        monkeypatch.setattr(idempotency, "_hold", lambda _digest: None)
        monkeypatch.setattr(idempotency, "_keep", lambda *_told, **_named: waiting.wait(timeout=20))
        try:
            at_once(cafe, 4)

            assert reasons() == 4
        finally:
            with connection.cursor() as cursor:
                cursor.execute(
                    "ALTER TABLE loyalty_idempotencyrecord ADD CONSTRAINT "
                    "idempotency_key_counts_once UNIQUE (scope, key_digest)"
                )
