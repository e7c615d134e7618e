"""Explaining: why an event brought what it brought (E-50), told in the reader's language from kept codes and numbers."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from loyalty.earning.models import Explanation
from loyalty.earning.telling import words
from loyalty.earning.telling.steps import reason_sentence, step_sentence
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, read_id, shown
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

_DEFINITIONS: Final = """
    SELECT r.rule_id, r.number, r.definition
    FROM unnest(%s::uuid[], %s::int[]) AS told (rule_id, number)
    JOIN loyalty_rulerevision r ON r.rule_id = told.rule_id AND r.number = told.number
"""
_KEPT_BACK = ("context",)  # what settling judges by; it explains nothing that the steps do not say


def explanations_of(event_ids: Collection[Id]) -> dict[Id, dict[str, Any]]:
    """The kept explanations of these events, without sentences; one query."""
    rows = Explanation.objects.filter(pk__in=event_ids).values_list("event_id", "body")
    return dict(rows)


def with_sentences(
    explanation: Mapping[str, Any], program: Program, *, event_id: Id | None = None
) -> dict[str, Any]:
    """One explanation as E-50 shows it, in the active language."""
    return Teller(program, [explanation]).told(explanation, event_id=event_id)


class Teller:
    """Puts sentences to explanations of one programme; reads the names for all of them at once."""

    def __init__(
        self,
        program: Program,
        explanations: Iterable[Mapping[str, Any]],
        *,
        drafts: Mapping[tuple[str, int], Mapping[str, Any]] | None = None,
    ) -> None:
        """`explanations` are those that will be told, or single entries of their `rules`: two queries for any number.

        `drafts` are definitions that are tried and not kept yet, by rule and version.
        """
        entries = [entry for each in explanations for entry in each.get("rules", [each])]
        self._currency = program.currency
        self._definitions = _definitions(entries) | dict(drafts or {})
        ladder = ladder_of(program.pk).live
        self._tiers = {t.slug: in_words(t.name) for t in ladder.terms.tiers} if ladder else {}

    def told(self, explanation: Mapping[str, Any], *, event_id: Id | None = None) -> dict[str, Any]:
        """The whole explanation with a sentence for each step and each reason."""
        tier = explanation.get("context", {}).get("tier", "")
        body: dict[str, Any] = {} if event_id is None else {"event": shown("evt", event_id)}
        body |= {key: value for key, value in explanation.items() if key not in _KEPT_BACK}
        body["rules"] = [self.entry(entry, tier=tier) for entry in explanation["rules"]]
        if "steps" in explanation:
            names = {rule: in_words(d["name"]) for (rule, _v), d in self._definitions.items()}
            body["steps"] = self._said(explanation["steps"], names=names)
        why_nothing = explanation.get("why_nothing")
        if why_nothing:
            body["sentence"] = self._why_nothing(why_nothing, body["rules"])
        return body

    def entry(self, entry: Mapping[str, Any], *, tier: str = "") -> dict[str, Any]:
        """What one rule did, with sentences."""
        names = self._names(entry, tier=tier)
        told = {**entry, "name": names.get(entry["rule"], "")}
        if "steps" in entry:
            told["steps"] = self._said(entry["steps"], names=names)
        if "why_not" in entry:
            told["sentence"] = reason_sentence(entry["why_not"], entry, names=names)
        return told

    def _said(
        self, steps: Iterable[Mapping[str, Any]], *, names: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        return [
            {**step, "sentence": step_sentence(step, currency=self._currency, names=names)}
            for step in steps
        ]

    def _names(self, entry: Mapping[str, Any], *, tier: str) -> dict[str, str]:
        names = {rule: in_words(d["name"]) for (rule, _v), d in self._definitions.items()}
        own = self._definitions.get((entry["rule"], entry["version"]), {})
        names["tier"] = self._tiers.get(tier, tier)
        names["windows"] = words.windows(own.get("windows", ()))
        if own:
            names[entry["rule"]] = in_words(own["name"])
        return names

    def _why_nothing(self, why_nothing: str, entries: Sequence[Mapping[str, Any]]) -> str:
        """The sentence of the one rule that stands for all, else the general one."""
        same = [entry for entry in entries if entry.get("why_not") == why_nothing]
        if same:
            return str(same[0]["sentence"])
        return reason_sentence(why_nothing, {}, names={})


def _definitions(
    entries: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, int], Mapping[str, Any]]:
    """The definitions behind these entries, by rule and version; one query."""
    wanted = {(entry["rule"], entry["version"]) for entry in entries if "rule" in entry}
    if not wanted:
        return {}
    rules, versions = zip(*sorted(wanted), strict=True)
    rows = run(_DEFINITIONS, [[read_id("rul", rule) for rule in rules], list(versions)])
    return {(shown("rul", rule_id), number): json.loads(told) for rule_id, number, told in rows}
