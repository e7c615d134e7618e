"""Shapes of what the doors of the imports room tell; and rows of members, read as the API reads a member."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from loyalty.foundation.serializers import MoneyOut, Out
from loyalty.foundation.wire.problems import refusal_behind
from loyalty.imports.kinds import Format, ImportKind, ImportState, RowStatus
from loyalty.members.contacts import ATTRIBUTES_MAX, TooManyAttributes
from loyalty.members.enrolling import Enrolment
from loyalty.members.serializers import MemberIn, enrolment_of


class ImportProgressOut(Out):
    """How far the work is, and how fast it goes."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    rows_per_second = serializers.IntegerField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True)


class PointsOut(Out):
    """Points of one currency by the month in which they end, and what they are worth."""

    currency = serializers.CharField()
    points = serializers.IntegerField()
    by_month = serializers.DictField(
        child=serializers.IntegerField(), help_text="`2027-11`, or `never`."
    )
    worth = MoneyOut(allow_null=True, help_text="Null if they cannot pay.")


class CountsOut(Out):
    """What rows came to, or would come to."""

    new = serializers.IntegerField()
    already_there = serializers.IntegerField()
    refused = serializers.IntegerField()
    points = PointsOut(many=True)
    money = MoneyOut(many=True, help_text="What is on gift cards, by currency.")


class ImportRowOut(Out):
    """A row: its number as a spreadsheet shows it, its status, and why."""

    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=RowStatus.choices)
    code = serializers.CharField(allow_null=True)
    sentence = serializers.CharField(allow_null=True)
    points = serializers.IntegerField()
    member = serializers.CharField(allow_null=True)


class UndoneOut(Out):
    """What undoing took back, and what it had to leave."""

    undone = serializers.IntegerField()
    kept = serializers.IntegerField()
    points = serializers.DictField(child=serializers.IntegerField())
    spent = serializers.DictField(child=serializers.IntegerField())


class FileProblemOut(Out):
    """Why a file was refused as a whole."""

    code = serializers.CharField()
    sentence = serializers.CharField()


class ImportOut(Out):
    """One file on its way in."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=ImportKind.choices)
    state = serializers.ChoiceField(choices=ImportState.choices)
    name = serializers.CharField(allow_null=True)
    format = serializers.ChoiceField(choices=Format.choices)
    columns = serializers.DictField(child=serializers.CharField(allow_null=True))
    options = serializers.DictField(child=serializers.JSONField())
    rows = serializers.IntegerField()
    progress = ImportProgressOut()
    preview = CountsOut(allow_null=True)
    outcome = CountsOut(allow_null=True)
    undone = UndoneOut(allow_null=True)
    first_refused = ImportRowOut(many=True, required=False)
    problem = FileProblemOut(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undo_until = serializers.DateTimeField(allow_null=True)


class MemberReader:
    """Reads rows as members, by the very shape that `POST /v1/members` has; made once for many rows."""

    def __init__(self) -> None:
        self._shape: Final = MemberIn()

    def read(self, told: Mapping[str, Any]) -> Enrolment:
        """Who this row enrols; raises Malformed, BirthdayNotADate, TooManyAttributes."""
        try:
            read = self._shape.run_validation(dict(told))
        except Exception as error:
            refusal = refusal_behind(error)
            if refusal is None:
                raise
            raise refusal from error
        attributes = read.get("attributes", {})
        if len(attributes) > ATTRIBUTES_MAX:
            raise TooManyAttributes(
                pointer="/attributes", told=len(attributes), most=ATTRIBUTES_MAX
            )
        return enrolment_of(read)
