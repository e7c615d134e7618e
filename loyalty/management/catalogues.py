"""Catalogues: the project's messages, extracted with Babel so that no gettext tools are needed on the machine.

The message ids are the English texts. One catalogue per language holds the messages of all apps.
"""

import functools
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from loyalty.management.template_messages import Found, messages_in_template

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = ROOT / "loyalty" / "locale"

# Plural rules as in the languages' CLDR data for whole numbers; a catalogue with others is refused.
PLURALS: Final = {
    "ar": (
        6,
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
    ),
    "fa": (2, "(n > 1)"),
    "uk": (
        3,
        "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)",
    ),
}
LANGUAGES: Final = tuple(PLURALS)

_APPS: Final = ("config", "gamification", "loyalty", "portal", "referrals", "retention")
_LEFT_OUT: Final = {"vendor", "migrations", "locale", "__pycache__"}
_PLACEHOLDER: Final = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")
_NAMED: Final = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Which argument is the context, the message, the plural.
_CALLS: Final[dict[str, tuple[int | None, int, int | None]]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
# Neither dates nor people: they would change the file each time and help no translator.
_HEADER: Final = """\
# Translations of Wafa. Kept by `manage.py catalogues --update`.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={forms}; plural={rule};\\n"

"""


def path_of(language: str) -> Path:
    """Where this language's catalogue lies; the compiled one stands beside it."""
    return HOME / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """This language's catalogue as it is kept; an empty one if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@functools.cache
def extracted() -> Catalog:
    """Every message of the project, with the files that use it; read once per process."""
    found = Catalog()
    for path in _sources():
        place = (str(path.relative_to(ROOT)), 0)
        messages = _in_python(path) if path.suffix == ".py" else _in_template(path)
        for _line, context, text in messages:
            if text:
                found.add(text, locations=[place], context=context)
    return found


def update(language: str) -> None:
    """Add what is new and drop what is gone; nothing is guessed, so nothing is fuzzy."""
    kept, fresh = read(language), _empty(language)
    for message in _messages_of(extracted()):
        old = kept.get(message.id, message.context)
        text = old.string if old and old.id == message.id else _untranslated(message, language)
        places = sorted(set(message.locations))
        fresh.add(message.id, text, locations=places, context=message.context)
    _write(language, fresh)


def fill(language: str, translations: dict[str, str | tuple[str, ...]]) -> None:
    """Put these translations, by (singular) message id, into the catalogue; others stay."""
    catalogue = read(language)
    for message in _messages_of(catalogue):
        one = message.id if isinstance(message.id, str) else message.id[0]
        if one in translations:
            message.string = translations[one]
    _write(language, catalogue)


def compile_all() -> None:
    """Write the compiled catalogue of every language, which Django reads."""
    for language in LANGUAGES:
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def faults_of(language: str) -> Iterator[str]:
    """What is wrong with this catalogue, a sentence each; nothing if it is complete."""
    kept, current = read(language), extracted()
    if (kept.num_plurals, kept.plural_expr) != PLURALS[language]:
        yield f"{language}: other plural forms than {PLURALS[language]}"
    for message in _messages_of(current):
        yield from _faults_in(kept.get(message.id, message.context), message, language)
    for message in _messages_of(kept):
        if current.get(message.id, message.context) is None:
            yield f"{language}: no longer used: {message.id!r}"


def _faults_in(kept: Message | None, message: Message, language: str) -> Iterator[str]:
    if kept is None or kept.id != message.id:
        yield f"{language}: missing: {message.id!r}"
        return
    if kept.fuzzy:
        yield f"{language}: fuzzy: {message.id!r}"
    forms = _texts(kept.string)
    expected = 1 if isinstance(message.id, str) else PLURALS[language][0]
    if len(forms) != expected or not all(forms):
        yield f"{language}: not translated in {expected} form(s): {message.id!r}"
        return
    wanted = _placeholders(_texts(message.id))
    if not all(_is_fit(form, wanted, may_leave_out=expected > 1) for form in forms):
        yield f"{language}: other placeholders: {message.id!r}"


def _is_fit(form: str, wanted: set[str], *, may_leave_out: bool) -> bool:
    """A plural form may leave a named number out ("one point"), a nameless one never: `%` would fail."""
    found = _placeholders([form])
    left_out = wanted - found
    return found <= wanted and all(may_leave_out and _NAMED.fullmatch(each) for each in left_out)


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {found for text in texts for found in _PLACEHOLDER.findall(text)}


def _texts(told: object) -> list[str]:
    """A message's texts, one or one per plural form: Babel's types allow more than its catalogues hold."""
    return (
        [told]
        if isinstance(told, str)
        else [text or "" for text in cast("list[str]", told or [""])]
    )


def _untranslated(message: Message, language: str) -> str | tuple[str, ...]:
    return "" if isinstance(message.id, str) else ("",) * PLURALS[language][0]


def _sources() -> Iterator[Path]:
    for app in _APPS:
        for path in sorted((ROOT / app).rglob("*")):
            is_template = path.suffix in {".html", ".txt"} and "templates" in path.parts
            if _LEFT_OUT.isdisjoint(path.parts) and (path.suffix == ".py" or is_template):
                yield path


def _in_python(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        calls: Any = list(_CALLS)  # Babel says mapping and means membership
        for line, function, told, _comments in extract_python(file, calls, [], {}):
            texts = _texts(told)
            context, one, many = _CALLS[str(function)]
            where = None if context is None else texts[context]
            yield line, where, texts[one] if many is None else (texts[one], texts[many])


def _in_template(path: Path) -> Iterator[Found]:
    yield from messages_in_template(path.read_text(encoding="utf-8"))


def _messages_of(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]  # the header has an empty id


def _empty(language: str) -> Catalog:
    return read_po(io.BytesIO(_header(language).encode()), locale=language)


def _header(language: str) -> str:
    forms, rule = PLURALS[language]
    return _HEADER.format(language=language, forms=forms, rule=rule)


def _write(language: str, catalogue: Catalog) -> None:
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_header(language).encode())
        write_po(
            file,
            catalogue,
            width=100,
            omit_header=True,
            sort_output=True,
            include_lineno=False,
            ignore_obsolete=True,
        )
