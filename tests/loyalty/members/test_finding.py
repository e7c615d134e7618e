"""Finding members, and not finding those of others."""

import pytest

from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import run
from loyalty.members.finding import epoch_of, find_member, find_members, members_by
from loyalty.members.leaving import erase_person, mark_merged
from tests.world.members import JOINED_AT, a_member, some_members
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


class TestFindMember:
    def test_finds_by_our_id_and_by_the_shops(self):
        cafe = a_program()
        ada = a_member(cafe, "ada")

        assert find_member(program=cafe, told=ada.shown_id) == ada
        assert find_member(program=cafe, told="ext:ada") == ada

    def test_follows_merges_to_the_survivor(self):
        """E-6: a merged one leads to the survivor, over any number of merges."""
        cafe = a_program()
        ada, grace, joan = (a_member(cafe, name) for name in ("ada", "grace", "joan"))

        run(lambda: mark_merged(gone=ada, survivor=grace, at=JOINED_AT))
        run(lambda: mark_merged(gone=grace, survivor=joan, at=JOINED_AT))

        assert find_member(program=cafe, told="ext:ada") == joan
        assert find_members(program=cafe, told={"ext:ada"})["ext:ada"].told_id == ada.pk

    @pytest.mark.parametrize("told", ["ext:", "ext:nobody", "mem_", "mem_zzz", "", "evt_1", "ext"])
    def test_answers_unknown_and_malformed_alike(self, told):
        """S-2: nobody learns what exists."""
        with pytest.raises(NotFound):
            find_member(program=a_program(), told=told)

    def test_does_not_find_the_members_of_another_programme(self):
        """S-2: foreign ids answer as unknown ones."""
        ada = a_member(a_program("one"), "ada")
        other = a_program("two")

        for told in (ada.shown_id, "ext:ada"):
            with pytest.raises(NotFound):
                find_member(program=other, told=told)

    def test_does_not_find_the_erased(self):
        """S-58: at once 404 by external id and contact; the token's door is shut."""
        cafe = a_program()
        ada = a_member(cafe, "ada", email="ada@example.org", phone="+380 44 123", card="ADA-1")

        run(lambda: erase_person(member=ada, at=JOINED_AT))

        for told in (ada.shown_id, "ext:ada"):
            with pytest.raises(NotFound):
                find_member(program=cafe, told=told)
        assert not members_by(program=cafe, email="ada@example.org")
        assert not members_by(program=cafe, phone="+38044123")
        assert not members_by(program=cafe, card="ada1")
        assert epoch_of(cafe.pk, ada.pk) is None

    @pytest.mark.parametrize("size", [1, 100])
    def test_asks_the_database_once_for_any_number(self, size, django_assert_num_queries):
        cafe = a_program()
        some_members(cafe, size)

        with django_assert_num_queries(1):
            found = find_members(program=cafe, told={f"ext:guest-{n}" for n in range(size)})

        assert len(found) == size


class TestMembersBy:
    @pytest.mark.parametrize(
        "told",
        [
            {"email": " ADA@example.org"},
            {"phone": "00380 (44) 123-45-67"},
            {"card": "ada 1"},
            {"external_id": "ada"},
        ],
    )
    def test_matches_exactly_but_not_by_spelling(self, told):
        """S-35, S-54: keyed digests serve exact look-up."""
        cafe = a_program()
        ada = a_member(cafe, "ada", email="ada@example.org", phone="+380441234567", card="ADA-1")
        a_member(cafe, "grace", email="grace@example.org", phone="+380441234568", card="ADA-2")

        assert list(members_by(program=cafe, **told)) == [ada]

    def test_finds_nothing_across_programmes(self):
        """S-2: the digest of a contact is another one in every programme."""
        a_member(a_program("one"), "ada", email="ada@example.org")

        assert not members_by(program=a_program("two"), email="ada@example.org")
