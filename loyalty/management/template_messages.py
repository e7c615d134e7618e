"""Messages in templates, for Babel, which reads Python only: `translate`, `blocktranslate` and `_("…")`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

# Line, context, message or (singular, plural).
Found: TypeAlias = tuple[int, str | None, str | tuple[str, str]]

_QUOTED: Final = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_INLINE: Final = re.compile(rf"^(?:trans|translate)\s+({_QUOTED})(?:.*\bcontext\s+({_QUOTED}))?")
_BLOCK: Final = re.compile(rf"^(?:blocktrans|blocktranslate)\b(?:.*\bcontext\s+({_QUOTED}))?")
_PLURAL: Final = re.compile(r"^plural$")
_END: Final = re.compile(r"^(?:endblocktrans|endblocktranslate)\b")
_CALL: Final = re.compile(rf"(?<![\w.])_\(\s*({_QUOTED})\s*\)")


@dataclass(kw_only=True)
class _Block:
    """A `blocktranslate` while it is being read."""

    line: int
    context: str | None
    is_trimmed: bool
    singular: list[str] = field(default_factory=list)
    plural: list[str] | None = None

    def add(self, token: Token) -> None:
        part = (
            token.contents.replace("%", "%%")
            if token.token_type is TokenType.TEXT
            else f"%({token.contents.split('|')[0].strip()})s"
        )
        (self.singular if self.plural is None else self.plural).append(part)

    def found(self) -> Found:
        one = self._whole(self.singular)
        many = None if self.plural is None else self._whole(self.plural)
        return self.line, self.context, one if many is None else (one, many)

    def _whole(self, parts: list[str]) -> str:
        text = "".join(parts)
        return trim_whitespace(text) if self.is_trimmed else text


def messages_in_template(text: str) -> Iterator[Found]:
    """Every message of this template, in the order of their appearance."""
    block: _Block | None = None
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.COMMENT:
            continue
        if block is None:
            block = _begun(token)
            if block is None and token.token_type is not TokenType.TEXT:
                yield from _short_ones(token)
        elif token.token_type is not TokenType.BLOCK:
            block.add(token)
        elif _PLURAL.match(token.contents):
            block.plural = []
        elif _END.match(token.contents):
            yield block.found()
            block = None


def _begun(token: Token) -> _Block | None:
    opening = _BLOCK.match(token.contents) if token.token_type is TokenType.BLOCK else None
    if opening is None:
        return None
    return _Block(
        line=token.lineno or 0,
        context=_unquoted(opening[1]),
        is_trimmed="trimmed" in token.split_contents(),
    )


def _short_ones(token: Token) -> Iterator[Found]:
    line = token.lineno or 0
    inline = _INLINE.match(token.contents) if token.token_type is TokenType.BLOCK else None
    if inline:
        yield line, _unquoted(inline[2]), _unquoted(inline[1]) or ""
    for call in _CALL.finditer(token.contents):
        yield line, None, _unquoted(call[1]) or ""


def _unquoted(text: str | None) -> str | None:
    if text is None:
        return None
    return text[1:-1].replace(f"\\{text[0]}", text[0])
