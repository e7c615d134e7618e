"""Parsing: JSON read strictly, within limits that hold before anything else looks at it (S-5)."""

import json
import math
import zlib
from collections.abc import Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from loyalty.foundation.refusals import DomainError, Kind, Malformed, NotFound, Problem

BODY_BYTES_MAX: Final = (
    1_048_576  # a batch of 1,000 ordinary orders fits; also counted after unpacking
)
DEPTH_MAX: Final = 20  # the deepest document of ours, a rule tree in a programme, needs 14
ARRAY_LENGTH_MAX: Final = 1_000  # the largest batch
TEXT_LENGTH_MAX: Final = 10_000
NUMBER_MAX: Final = 2**63 - 1  # what a bigint column holds


class TooLarge(DomainError):
    """The body is larger than one request may be; send several."""

    code = "too_large"
    kind = Kind.TOO_LARGE
    title = _("Too large")
    detail = _("The body may have {bytes_max} bytes, also after unpacking.")


class _Refused(ValueError):
    def __init__(self, code: str, message: Any, pointer: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(pointer=pointer, code=code, message=message)


class Negotiation(DefaultContentNegotiation):
    """What a caller accepts; an empty `Accept` accepts everything, as a missing one does (RFC 9110)."""

    def get_accept_list(self, request: Request) -> list[str]:
        return super().get_accept_list(request) or ["*/*"]


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 without doubled keys, NaN, lone surrogates or NUL."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {}).get("request")
        encoding = request.headers.get("Content-Encoding", "") if request else ""
        return read_json(_unpacked(_limited(stream), encoding=encoding.strip().lower()))


def read_json(body: bytes) -> Any:
    """The value this JSON text says; raises Malformed with a pointer, or TooLarge."""
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(bytes_max=BODY_BYTES_MAX)
    try:
        told = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_doubled_keys,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        _check(told, pointer="", depth=1)
    except _Refused as refused:
        raise Malformed(problems=[refused.problem]) from refused
    except (ValueError, RecursionError) as error:
        message = _("This is not JSON in UTF-8.")
        raise Malformed(problems=[Problem(pointer="", code="not_json", message=message)]) from error
    return told


def refuse_nul(query: Mapping[str, str], *, path: Mapping[str, Any]) -> None:
    """No text of ours holds NUL: such an id does not exist (NotFound), such a question is Malformed (S-5)."""
    if any("\x00" in str(told) for told in path.values()):
        raise NotFound
    message = _("Text cannot hold the NUL character.")
    problems = [
        Problem(pointer=f"?{name}", code="nul_in_text", message=message)
        for name, told in query.items()
        if "\x00" in name + told
    ]
    if problems:
        raise Malformed(problems=problems)


def _limited(stream: IO[Any]) -> bytes:
    body = bytes(stream.read(BODY_BYTES_MAX + 1))
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(bytes_max=BODY_BYTES_MAX)
    return body


def _unpacked(body: bytes, *, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "deflate"}:
        message = _("Send the body plain, or packed with gzip or deflate.")
        raise Malformed(problems=[Problem(pointer="", code="encoding_unknown", message=message)])
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, told by the header
    try:
        plain = unpacking.decompress(body, BODY_BYTES_MAX + 1)
    except zlib.error as error:
        message = _("The packed body is damaged.")
        problem = Problem(pointer="", code="encoding_damaged", message=message)
        raise Malformed(problems=[problem]) from error
    if len(plain) > BODY_BYTES_MAX or unpacking.unconsumed_tail:
        raise TooLarge(bytes_max=BODY_BYTES_MAX)
    return plain


def _without_doubled_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise _Refused("key_doubled", _("A key stands twice in one object."))
    return told


def _no_constant(name: str) -> Any:
    raise _Refused("not_a_number", _("NaN and Infinity are not JSON."))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("number_too_large", _("This number is too large."))
    return number


def _check(value: Any, *, pointer: str, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value, pointer=pointer)
    elif isinstance(value, int) and not -NUMBER_MAX <= value <= NUMBER_MAX:
        raise _Refused("number_too_large", _("This number is too large."), pointer)
    elif isinstance(value, dict | list):
        _check_inside(value, pointer=pointer, depth=depth)


def _check_inside(value: dict[str, Any] | list[Any], *, pointer: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise _Refused("too_deep", _("This is nested too deeply."), pointer)
    if isinstance(value, list):
        if len(value) > ARRAY_LENGTH_MAX:
            raise _Refused("too_many_items", _("This list is too long."), pointer)
        for place, inner in enumerate(value):
            _check(inner, pointer=f"{pointer}/{place}", depth=depth + 1)
        return
    for name, inner in value.items():
        _check_text(name, pointer=pointer)
        below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        _check(inner, pointer=below, depth=depth + 1)


def _check_text(text: str, *, pointer: str) -> None:
    if len(text) > TEXT_LENGTH_MAX:
        raise _Refused("text_too_long", _("This text is too long."), pointer)
    if "\x00" in text:
        raise _Refused("nul_in_text", _("Text cannot hold the NUL character."), pointer)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _Refused("lone_surrogate", _("This text is not valid Unicode."), pointer)
