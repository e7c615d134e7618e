"""Leaving: merged members lead on, erased ones leave no person behind."""

import pytest
from django.db import connection, transaction

from loyalty.foundation.models import IdempotencyRecord
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import run
from loyalty.members.consenting import ConsentTold, consents_of, note_consents
from loyalty.members.contacts import Birthday
from loyalty.members.finding import find_member, find_member_even_erased
from loyalty.members.kinds import MemberStatus
from loyalty.members.leaving import MergeNotPossible, erase_person, mark_merged, mark_parted
from loyalty.members.models import Member
from loyalty.members.segments.segmenting import enter_segment, leave_segment, segments_at_instants
from loyalty.outbox.models import AnnouncedFact
from tests.world.members import ENROLLER, JOINED_AT, a_member, some_members
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


def facts():
    return list(
        AnnouncedFact.objects.exclude(name="member.enrolled")
        .order_by("id")
        .values_list("name", flat=True)
    )


class TestMerging:
    def test_parts_again(self):
        """L-52: a merge can be undone; the profile was kept."""
        cafe = a_program()
        ada, grace = a_member(cafe, "ada", first_name="Ada"), a_member(cafe, "grace")
        run(lambda: mark_merged(gone=ada, survivor=grace, at=JOINED_AT))

        parted = run(lambda: mark_parted(member=ada, status=MemberStatus.SUSPENDED, at=JOINED_AT))

        assert (parted.status, parted.merged_into) == ("suspended", None)
        assert find_member(program=cafe, told="ext:ada").profile.first_name == "Ada"
        assert facts() == ["member.merged", "member.parted"]

    def test_refuses_strangers_ghosts_and_oneself(self):
        cafe = a_program()
        ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
        other = a_member(a_program("other"), "joan")
        run(lambda: erase_person(member=grace, at=JOINED_AT))

        for gone, survivor in ((ada, ada), (ada, grace), (grace, ada), (ada, other)):
            with pytest.raises(MergeNotPossible):
                run(
                    lambda pair=(gone, survivor): mark_merged(
                        gone=pair[0], survivor=pair[1], at=JOINED_AT
                    )
                )

        assert Member.objects.get(pk=ada.pk).status == "active"
        assert facts() == ["member.erased"]


class TestErasing:
    def test_takes_the_answers_of_the_persons_own_calls_along(self):
        """V-8: another member's stay."""
        ada, grace = a_member(a_program(), "ada"), a_member(a_program("other"), "grace")
        for member in (ada, grace):
            IdempotencyRecord.objects.create(
                scope=member.pk,
                key_digest=member.pk.bytes,
                fingerprint=b"f",
                status=200,
                content_type="application/json",
                sealed_body=b"sealed",
                member_id=member.pk,
                kept_at=JOINED_AT,
            )

        run(lambda: erase_person(member=ada, at=JOINED_AT))

        assert [each.member_id for each in IdempotencyRecord.objects.all()] == [grace.pk]

    def test_leaves_no_word_of_the_person_in_any_table(self):
        """S-58, S-54: markers in every field are sought in every table afterwards."""
        cafe = a_program()
        ada = a_member(
            cafe,
            "canary-external",
            email="canary@example.org",
            phone="+4420794601234",
            card="CANARY-CARD",
            first_name="canary-first",
            last_name="canary-last",
            birthday=Birthday(month=7, day=23, year=1967),
            attributes={"pet": "canary-pet"},
            locale="xx-CANARY",
            time_zone="Asia/Tehran",
        )

        run(lambda: erase_person(member=ada, at=JOINED_AT))

        assert rows_with("canary") == []
        assert rows_with("Tehran") == []
        erased = find_member_even_erased(program=cafe, told=ada.shown_id)
        assert (erased.status, erased.external_id, erased.epoch) == ("erased", None, 1)
        assert facts() == ["member.erased"]

    def test_takes_along_whom_it_absorbed(self):
        """S-58: an old membership of the same person goes too."""
        cafe = a_program()
        ada, grace, joan = (a_member(cafe, name) for name in ("ada", "grace", "joan"))
        run(lambda: mark_merged(gone=ada, survivor=grace, at=JOINED_AT))
        run(lambda: mark_merged(gone=grace, survivor=joan, at=JOINED_AT))

        run(lambda: erase_person(member=Member.objects.get(pk=joan.pk), at=JOINED_AT))

        assert set(Member.objects.values_list("status", flat=True)) == {"erased"}
        with pytest.raises(NotFound):
            find_member(program=cafe, told="ext:ada")

    def test_the_same_person_joins_afresh(self):
        """S-58: the same external id and e-mail join afresh."""
        cafe = a_program()
        ada = a_member(cafe, "ada", email="ada@example.org")
        run(lambda: erase_person(member=ada, at=JOINED_AT))

        again = a_member(cafe, "ada", email="ada@example.org")

        assert again.pk != ada.pk
        assert find_member(program=cafe, told="ext:ada") == again


class TestConsents:
    def test_the_newest_answer_holds(self):
        """S-60: append-only; what is said last holds."""
        ada = a_member(a_program(), consents=(ConsentTold(purpose="mail", is_given=True),))

        note_consents(
            member=ada,
            told=[
                ConsentTold(purpose="mail", is_given=False),
                ConsentTold(purpose="profiling", is_given=True, text_version="2"),
            ],
            actor=ENROLLER,
            at=JOINED_AT,
        )

        holding = consents_of(member_ids=[ada.pk])[ada.pk]
        assert [(c.purpose, c.is_given) for c in holding] == [("mail", False), ("profiling", True)]
        assert facts() == ["member.consent_noted"] * 3

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE loyalty_consent SET is_given = false",
            "DELETE FROM loyalty_consent",
            "TRUNCATE loyalty_consent",
        ],
    )
    def test_the_database_refuses_to_change_one(self, sql):
        """S-60: consents_are_only_added."""
        a_member(a_program(), consents=(ConsentTold(purpose="mail", is_given=True),))

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(Exception, match=r"consents_are_(only_added|not_truncated)|Cannot"):
                cursor.execute(sql)


class TestSegments:
    def test_entering_and_leaving_is_told_once_and_kept(self):
        cafe = a_program()
        ada, grace = some_members(cafe, 2)
        later = JOINED_AT.replace(month=2)

        new = run(
            lambda: enter_segment(
                program=cafe, segment="vip", member_ids=[ada.pk, grace.pk], at=JOINED_AT
            )
        )
        again = run(
            lambda: enter_segment(program=cafe, segment="vip", member_ids=[ada.pk], at=later)
        )
        left = run(
            lambda: leave_segment(program=cafe, segment="vip", member_ids=[ada.pk], at=later)
        )

        asked = {1: (ada.pk, JOINED_AT), 2: (ada.pk, later), 3: (grace.pk, later)}
        assert (new, again, left) == (2, 0, 1)
        assert segments_at_instants(asked=asked) == {1: {"vip"}, 2: frozenset(), 3: {"vip"}}
        assert facts() == ["member.segment_entered"] * 2 + ["member.segment_left"]


class TestConstraints:
    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ("status = 'merged'", "merged_member_has_a_survivor"),
            ("merged_into_id = id", r"member_does_not_survive_itself|merged_member_has_a_survivor"),
            ("status = 'gone'", "member_status_is_known"),
            ("status = 'erased'", "erased_member_has_no_external_id"),
        ],
    )
    def test_the_database_refuses(self, change, name):
        """Every rule twice: what Python refuses, the table refuses as well."""
        a_member(a_program())

        with pytest.raises(Exception, match=name), connection.cursor() as cursor:
            cursor.execute(f"UPDATE loyalty_member SET {change}")

    def test_one_open_membership_and_sound_birthdays(self):
        """member_is_in_a_segment_once, birthday_has_day_and_month."""
        cafe = a_program()
        ada = a_member(cafe)
        run(lambda: enter_segment(program=cafe, segment="vip", member_ids=[ada.pk], at=JOINED_AT))

        again = (
            "INSERT INTO loyalty_segmentmembership (id, program_id, member_id, segment, entered_at)"
            " SELECT gen_random_uuid(), program_id, member_id, segment, entered_at"
            " FROM loyalty_segmentmembership"
        )
        for sql, name in (
            (again, "member_is_in_a_segment_once"),
            ("UPDATE loyalty_memberprofile SET birth_day = 1", "birthday_has_day_and_month"),
            (
                "UPDATE loyalty_segmentmembership SET left_at = entered_at - interval '1 day'",
                "segment_is_left_after_entering",
            ),
        ):
            with (
                pytest.raises(Exception, match=name),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)


def rows_with(marker):
    """Tables in which any column of any row holds the marker, as text or in bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s OR t::text LIKE %s',
                [f"%{marker}%", f"%{marker.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found
