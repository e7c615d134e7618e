"""Somebody sends bodies that are large, deep, doubled or not quite JSON."""

import gzip
import json
import zlib

import pytest

from loyalty.foundation.refusals import Malformed
from loyalty.foundation.wire.parsing import TooLarge, read_json
from loyalty.members.models import Member
from tests.world.access import a_shop
from tests.world.programs import a_program

MB = 1_048_576


def refusal_of(body):
    with pytest.raises(Malformed) as refused:
        read_json(body)
    (problem,) = refused.value.problems
    return problem.code, problem.pointer


def nested(depth):
    return b"[" * depth + b"]" * depth


class TestLimits:
    def test_the_largest_body_is_a_megabyte(self):
        """S-5."""
        texts = [b'"' + b"a" * 9_998 + b'"'] * 104
        fits = b"[" + b",".join(texts) + b"]"
        fits += b" " * (MB - len(fits))

        assert len(read_json(fits)) == 104
        with pytest.raises(TooLarge):
            read_json(fits + b" ")

    def test_twenty_deep_and_no_deeper(self):
        """S-5."""
        assert read_json(nested(20))
        assert refusal_of(nested(21)) == ("too_deep", "/0" * 20)

    def test_a_body_of_brackets_does_not_overflow_the_stack(self):
        """S-5."""
        assert refusal_of(nested(500_000)) == ("not_json", "")

    def test_a_thousand_items_and_no_more(self):
        """S-5."""
        assert len(read_json(json.dumps([0] * 1000).encode())) == 1000
        assert refusal_of(json.dumps({"a": [0] * 1001}).encode()) == ("too_many_items", "/a")

    def test_ten_thousand_characters_and_no_more(self):
        """S-5: in values and in names."""
        assert read_json(json.dumps("ф" * 10_000).encode())
        assert refusal_of(json.dumps("ф" * 10_001).encode()) == ("text_too_long", "")
        assert refusal_of(json.dumps({"k" * 10_001: 1}).encode()) == ("text_too_long", "")

    def test_numbers_that_a_column_cannot_hold_are_refused(self):
        assert read_json(b"9223372036854775807") == 2**63 - 1
        assert refusal_of(b"9223372036854775808") == ("number_too_large", "")
        assert refusal_of(b"1e999") == ("number_too_large", "")
        assert refusal_of(b"9" * 5000) == ("not_json", "")


class TestSpelling:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"points": 1, "points": 1000}', "key_doubled"),
            (b'{"a": {"b": 1, "b": 2}}', "key_doubled"),
            (b"NaN", "not_a_number"),
            (b"[Infinity]", "not_a_number"),
            (b"-Infinity", "not_a_number"),
            (b'"\\ud800"', "lone_surrogate"),
            (b'{"\\udc00": 1}', "lone_surrogate"),
            (b'"a\\u0000b"', "nul_in_text"),
            (b'"\xed\xa0\x80"', "not_json"),  # a surrogate in UTF-8's clothes
            ("{}".encode("utf-16"), "not_json"),
            (b"\xff\xfe", "not_json"),
            (b"{'a': 1}", "not_json"),
            (b"{} {}", "not_json"),
            (b"", "not_json"),
        ],
    )
    def test_what_is_not_quite_json_is_refused(self, body, code):
        """S-5."""
        assert refusal_of(body)[0] == code

    def test_a_pair_of_surrogates_is_one_character(self):
        assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"

    def test_the_pointer_escapes_its_steps(self):
        """RFC 6901."""
        assert refusal_of(b'{"a/b": {"c~d": "\\u0000"}}') == ("nul_in_text", "/a~1b/c~0d")


@pytest.mark.django_db
class TestAtTheDoor:
    def send(self, body, **headers):
        shop = a_shop(a_program(), "members:write")
        return shop.client.post(
            "/v1/members",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {shop.credential}", **headers},
        )

    @pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
    def test_a_packed_body_is_read(self, pack):
        kind = "gzip" if pack is gzip.compress else "deflate"

        answer = self.send(pack(b'{"external_id": "ada"}'), **{"Content-Encoding": kind})

        assert answer.status_code == 201, answer.json()

    def test_a_bomb_is_refused_by_its_unpacked_size(self):
        """S-5: 50 MB of blanks in 50 kB."""
        answer = self.send(gzip.compress(b" " * 50 * MB), **{"Content-Encoding": "gzip"})

        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert not Member.objects.exists()

    @pytest.mark.parametrize(
        ("body", "encoding"), [(b"not gzip", "gzip"), (b"{}", "br"), (b"{}", "gzip, gzip")]
    )
    def test_a_damaged_or_unknown_packing_is_refused(self, body, encoding):
        answer = self.send(body, **{"Content-Encoding": encoding})

        assert answer.status_code == 400
        assert not Member.objects.exists()

    def test_a_body_beyond_a_megabyte_is_refused(self):
        """S-5."""
        answer = self.send(b'{"external_id": "' + b"a" * MB + b'"}')

        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert not Member.objects.exists()

    def test_another_media_type_is_refused(self):
        shop = a_shop(a_program(), "members:write")

        answer = shop.client.post(
            "/v1/members",
            "external_id=ada",
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Bearer {shop.credential}"},
        )

        assert answer.status_code == 400
        assert not Member.objects.exists()

    @pytest.mark.parametrize(
        "field", ["balance", "id", "program", "points", "is_admin", "__class__", "status"]
    )
    def test_a_field_that_the_door_does_not_know_is_refused(self, field):
        """S-4."""
        answer = self.send(json.dumps({"external_id": "ada", field: 1}).encode())

        assert answer.status_code == 400
        assert {"pointer": f"/{field}", "code": "unknown_field"}.items() <= answer.json()["errors"][
            0
        ].items()
        assert not Member.objects.exists()
