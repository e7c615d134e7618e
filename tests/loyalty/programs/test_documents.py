"""The programme document."""

from datetime import timedelta

import pytest

from loyalty.foundation.refusals import Malformed
from loyalty.foundation.units import rehearse
from loyalty.programs.definition.settings_of import ProgramFixed
from loyalty.programs.documents import (
    FORMAT,
    PartNotSupported,
    ProgramDiffers,
    StaleVersion,
    apply_program,
    export_program,
)
from loyalty.programs.models import PointCurrency, Program, ReasonCode
from loyalty.programs.opening import Opening, open_program, preset
from loyalty.programs.rates import CurrencyNotAccepted, Rates
from tests.world.programs import OPENED_AT, SETTER, a_program, applied

pytestmark = pytest.mark.django_db


class TestApplying:
    def test_the_cafe_applies_and_exports_equal_in_meaning(self):
        """The reference document, applied, exported and applied again, changes nothing more."""
        document = preset("cafe")

        cafe = apply_program(document=document, actor=SETTER, at=OPENED_AT, skip_unsupported=True)
        again = apply_program(
            document=export_program(cafe.program), actor=SETTER, at=OPENED_AT + timedelta(hours=1)
        )

        assert cafe.created
        assert (again.created, again.differences) == (False, [])
        exported = export_program(cafe.program)
        assert exported["program"]["name"]["uk"] == "Кав'ярня Вафа"
        for key, value in document["program"].items():
            if key != "basis":
                assert exported["program"][key] == value
        assert [currency["slug"] for currency in exported["currencies"]] == ["stars", "xp"]
        assert exported["currencies"][0]["pay"] == document["currencies"][0]["pay"]

    def test_a_part_that_is_not_built_is_refused_by_name(self):
        with pytest.raises(PartNotSupported) as refusal:
            applied({"program": preset("cafe")["program"], "campaigns": []})

        assert refusal.value.values == {"part": "campaigns"}
        assert [problem.pointer for problem in refusal.value.problems] == ["/campaigns"]
        assert not Program.objects.exists()

    def test_a_key_that_the_format_does_not_have_is_refused(self):
        with pytest.raises(Malformed) as refusal:
            applied({"program": {"slug": "cafe"}, "points": []}, skip_unsupported=True)

        assert [problem.pointer for problem in refusal.value.problems] == ["/points"]
        assert not Program.objects.exists()

    def test_what_the_document_does_not_name_stays(self):
        cafe = a_program(enrol_on_event=True, late_limit="P10D")

        change = applied({"program": {"slug": cafe.slug, "late_limit": "P20D"}})

        cafe.refresh_from_db()
        assert (cafe.enrol_on_event, cafe.late_limit, cafe.version) == (True, "P20D", 2)
        assert [d.pointer for d in change.differences] == ["/program/late_limit"]
        assert PointCurrency.objects.count() == 2

    def test_a_rehearsal_tells_the_difference_and_keeps_nothing(self):
        cafe = a_program()
        changed = {"slug": cafe.slug, "basis": {"count_tax": True}}
        document = {"format": FORMAT, "program": changed}

        told = rehearse(apply_program, answer=lambda done: done.differences)(
            document=document, actor=SETTER, at=OPENED_AT
        )

        cafe.refresh_from_db()
        assert [(d.pointer, d.before, d.after) for d in told] == [
            ("/program/basis/count_tax", False, True)
        ]
        assert (cafe.count_tax, cafe.version) == (False, 1)

    @pytest.mark.parametrize(
        ("program", "pointer"),
        [
            ({"zone": "Mars/Olympus"}, "/program/zone"),
            ({"late_limit": "90 days"}, "/program/late_limit"),
            ({"enrol_on_event": "yes"}, "/program/enrol_on_event"),
            ({"languages": []}, "/program/languages"),
            ({"colour": "red"}, "/program/colour"),
            ({"basis": {"count_tips": True}}, "/program/basis/count_tips"),
            ({"name": {}}, "/program/name"),
        ],
    )
    def test_what_does_not_fit_is_refused_with_its_pointer(self, program, pointer):
        cafe = a_program()

        with pytest.raises(Malformed) as refusal:
            applied({"program": {"slug": cafe.slug} | program})

        assert [problem.pointer for problem in refusal.value.problems] == [pointer]
        cafe.refresh_from_db()
        assert (cafe.zone, cafe.version) == ("Europe/Kyiv", 1)

    def test_money_currency_and_test_mode_are_fixed(self):
        cafe = a_program()

        for settings in ({"currency": "UAH"}, {"test": True}):
            with pytest.raises(ProgramFixed):
                applied({"program": {"slug": cafe.slug} | settings})

        cafe.refresh_from_db()
        assert (cafe.currency, cafe.is_test, cafe.version) == ("EUR", False, 1)

    def test_a_key_changes_its_own_programme_only(self):
        cafe, bakery = a_program(), a_program("bakery")

        with pytest.raises(ProgramDiffers):
            applied({"program": {"slug": "bakery", "late_limit": "P1D"}}, own=cafe)

        bakery.refresh_from_db()
        assert bakery.late_limit == "P90D"

    def test_somebody_elses_change_is_not_overwritten(self):
        """U-15."""
        cafe = a_program()
        applied({"program": {"slug": cafe.slug, "late_limit": "P20D"}})

        with pytest.raises(StaleVersion) as refusal:
            applied(
                {"program": {"slug": cafe.slug, "late_limit": "P30D"}}, own=cafe, expected_version=1
            )

        cafe.refresh_from_db()
        assert refusal.value.values == {"told": 1, "found": 2}
        assert cafe.late_limit == "P20D"


class TestOpening:
    @pytest.mark.parametrize("name", ["blank", "shop", "cafe"])
    def test_every_preset_opens_and_a_second_call_changes_nothing(self, name):
        opening = Opening(
            slug="corner",
            name="Corner",
            zone="Asia/Tehran",
            currency="EUR",
            is_test=True,
            preset=name,
        )

        program, created = open_program(opening=opening, actor=SETTER, at=OPENED_AT)
        _same, again = open_program(opening=opening, actor=SETTER, at=OPENED_AT)

        assert (created, again) == (True, False)
        assert (program.slug, program.zone, program.is_test) == ("corner", "Asia/Tehran", True)
        assert ReasonCode.objects.filter(program=program).count() == 2


class TestRates:
    def test_the_rate_in_force_at_the_instant_counts(self):
        """E-70."""
        rates = [
            {"currency": "UAH", "rate": "0.0222", "valid_from": "2026-01-01T00:00:00+02:00"},
            {"currency": "UAH", "rate": "0.0225", "valid_from": "2026-07-01T00:00:00+03:00"},
        ]
        cafe = a_program(parts={"exchange_rates": rates})

        told = Rates(cafe)

        assert str(told.at(currency="UAH", at=OPENED_AT).normalize()) == "0.0222"
        assert str(told.at(currency="UAH", at=OPENED_AT.replace(month=8)).normalize()) == "0.0225"
        assert told.at(currency="EUR", at=OPENED_AT) == 1
        with pytest.raises(CurrencyNotAccepted):
            told.at(currency="USD", at=OPENED_AT)
