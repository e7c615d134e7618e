"""The page on which a rule is written: check it, keep it as a draft, publish it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from loyalty.access.site import actor_of, program_of
from loyalty.earning.desk.fields import RuleFields
from loyalty.earning.desk.sampling import Sample
from loyalty.earning.desk.translating import definition_of, fields_of
from loyalty.earning.desk.trying import tried
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.conditions import expression_of
from loyalty.earning.rules.publishing import draft
from loyalty.earning.rules.reading import read_definition
from loyalty.earning.rules.ready_made import READY_MADE, titles
from loyalty.earning.rules.ready_made import definition_of as ready_made
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.refusals import DomainError
from loyalty.programs.clock import now_of
from loyalty.programs.models import PointCurrency, Program


def edit(
    request: HttpRequest,
    *,
    rule: EarningRule | None,
    around: Callable[[HttpRequest], dict[str, Any]],
    may_publish: bool,
) -> HttpResponse:
    """Show the editor; on POST check what was written, and keep it if asked to.

    With `live` only the part beside the form is answered: what the rule says and what the sample would bring (U-31).
    """
    program = program_of(request)
    start = _start_of(rule, program=program, wanted=request.GET.get("from", ""))
    initial = fields_of(start)
    fields = RuleFields(program=program, data=request.POST or None, initial=initial)
    told = request.POST if request.method == "POST" else None
    sample = Sample(told, program=program, prefix="sample")
    shown: dict[str, Any] = {}
    if request.method != "POST":
        with suppress(
            DomainError
        ):  # a draft may be incomplete; then it says so while somebody writes
            shown = _checked(start, program=program)
    elif fields.is_valid():
        definition = definition_of(fields.cleaned_data)
        try:
            shown = _checked(definition, program=program)
            if "try" in request.POST or "live" in request.POST:
                shown |= _tried(definition, sample, program=program, rule=rule)
            elif "check" not in request.POST:
                return _kept(request, definition, program=program, may_publish=may_publish)
        except DomainError as refusal:
            _blame(fields, refusal)
    is_live = "live" in request.POST
    return TemplateResponse(
        request,
        "loyalty/rule_live.html" if is_live else "loyalty/rule_draft.html",
        {
            **({} if is_live else around(request)),
            "title": _("Change a rule") if rule else _("A new rule"),
            "form": fields,
            "sample": sample,
            "rule": rule,
            "ready_made": [] if rule else titles(),
            "may_publish": may_publish,
            "opts": EarningRule._meta,
            **shown,
        },
    )


def _start_of(rule: EarningRule | None, *, program: Program, wanted: str) -> Mapping[str, Any]:
    """What the fields begin with: the newest revision, or a ready-made rule (E-27)."""
    if rule is not None:
        newest: RuleRevision = rule.revisions.order_by("-number")[:1].get()
        definition: Mapping[str, Any] = newest.definition
        return definition
    currencies = PointCurrency.objects.filter(program=program)
    first = currencies.values_list("slug", flat=True).first() or ""
    slug = wanted if wanted in READY_MADE else next(iter(READY_MADE))
    return ready_made(slug, currency=first, languages=program.languages)


def _checked(definition: Mapping[str, Any], *, program: Program) -> dict[str, Any]:
    """The rule as a sentence in every language, and its conditions as the expression language says them."""
    slugs = set(PointCurrency.objects.filter(program=program).values_list("slug", flat=True))
    read, _clause = read_definition(definition, currencies=slugs)
    conditions = read.get("conditions", {}).get("all", ())
    return {
        "sentence": rule_sentence(read, money=program.currency, zone=program.zone),
        "sentences": [_said_in(language, read, program) for language, _name in settings.LANGUAGES],
        "expressions": [expression_of(each) for each in conditions],
    }


def _said_in(language: str, definition: Mapping[str, Any], program: Program) -> dict[str, str]:
    with translation.override(language):
        sentence = rule_sentence(definition, money=program.currency, zone=program.zone)
    name = definition["name"].get(language, "")
    direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
    return {"language": language, "name": name, "sentence": sentence, "dir": direction}


def _tried(
    definition: Mapping[str, Any], sample: Sample, *, program: Program, rule: EarningRule | None
) -> dict[str, Any]:
    """What the sample would bring, or why it cannot be read."""
    if not sample.is_valid():
        return {"untried": [str(e) for errors in sample.errors.values() for e in errors]}
    rule_id = rule.pk if rule else None
    wanted = sample.wanted(at=now_of(program))
    try:
        told = tried(program=program, definition=definition, rule_id=rule_id, wanted=wanted)
    except DomainError as refusal:
        sentence = refusal.sentence()
        problems = [
            f"{each.pointer}: {each.message}"
            for each in refusal.problems
            if str(each.message) != sentence
        ]
        return {"untried": [sentence, *problems]}
    return {"tried": told}


def _kept(
    request: HttpRequest, definition: Mapping[str, Any], *, program: Program, may_publish: bool
) -> HttpResponse:
    at, actor = now_of(program), actor_of(request)
    revision = draft(program=program, definition=definition, actor=actor, at=at)
    messages.success(request, _("Kept as a draft: it gives no points until it is published."))
    is_next = "publish" in request.POST and may_publish and revision.frozen_at is None
    page = "launch" if is_next else "change"
    return HttpResponseRedirect(
        reverse(f"admin:loyalty_earningrule_{page}", args=[revision.rule_id])
    )


def _blame(fields: RuleFields, refusal: DomainError) -> None:
    """Put each problem at the field that it is about; what has no field stands at the top."""
    if not refusal.problems:
        fields.add_error(None, refusal.sentence())
    for problem in refusal.problems:
        name = problem.pointer.removeprefix("/").replace("/", "__")
        if name in fields.fields:
            fields.add_error(name, str(problem.message))
        else:
            fields.add_error(None, f"{problem.pointer}: {problem.message}")
