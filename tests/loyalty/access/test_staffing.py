"""People and their roles: given, taken, and never the last owner's."""

import io
import json

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from loyalty.access.kinds import Role
from loyalty.access.models import Membership, User
from loyalty.access.staff.roles import may
from loyalty.access.staff.staffing import (
    LastOwner,
    Newcomer,
    PasswordWeak,
    ensure_staff,
    give_role,
    take_role,
)
from loyalty.foundation.actors import job
from loyalty.management.commands import create_staff
from tests.world.access import PASSWORD, a_person, a_staff, signed_in
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
SOMEBODY = job("tests")


def ensured(program, *roles, username="olena", password=PASSWORD):
    return ensure_staff(
        newcomer=Newcomer(username=username, password=password, email=f"{username}@cafe.example"),
        program=program,
        roles=[Role(role) for role in roles],
        actor=SOMEBODY,
        at=timezone.now(),
    )


def roles_of(user):
    return sorted(Membership.objects.filter(user=user).values_list("role", flat=True))


class TestGiving:
    def test_makes_somebody_new_and_leaves_the_known_as_they_are(self):
        cafe = a_program()
        olena, is_new = ensured(cafe, "till")
        before = olena.password

        again, is_new_again = ensured(cafe, "support", password="another-orange-tram")

        assert (is_new, is_new_again) == (True, False)
        assert (again, again.password) == (olena, before)
        assert roles_of(olena) == ["support", "till"]

    def test_the_same_role_twice_is_one_membership(self):
        """membership_gives_a_role_once."""
        cafe = a_program()
        user = a_person()

        for _again in range(2):
            give_role(user=user, program=cafe, role=Role.TILL, actor=SOMEBODY, at=timezone.now())

        assert roles_of(user) == ["till"]

    @pytest.mark.parametrize(
        "password", ["", "short", "password1234", "123456789012", "olenaolena1"]
    )
    def test_refuses_a_weak_password_and_makes_nobody(self, password):
        with pytest.raises(PasswordWeak):
            ensured(a_program(), "till", password=password)

        assert not User.objects.exists()
        assert not Membership.objects.exists()


class TestTaking:
    def taken(self, user, program, role="owner"):
        take_role(
            membership=Membership.objects.get(user=user, program=program, role=role),
            actor=SOMEBODY,
            at=timezone.now(),
        )

    def test_leaves_the_other_roles(self):
        cafe = a_program()
        ensured(cafe, "owner", username="grace")
        olena, _new = ensured(cafe, "owner", "till")

        self.taken(olena, cafe)

        assert roles_of(olena) == ["till"]

    def test_never_takes_the_last_owner(self):
        """S-23: without an owner a programme would be nobody's."""
        cafe, other = a_program(), a_program("other-cafe")
        ensured(other, "owner", username="grace")
        olena, _new = ensured(cafe, "owner")

        with pytest.raises(LastOwner):
            self.taken(olena, cafe)

        assert roles_of(olena) == ["owner"]


class TestTheSuperuser:
    @pytest.mark.parametrize(
        ("deed", "allowed"),
        [
            ("programs:read", True),
            ("programs:open", True),
            ("staff:write", True),
            ("members:read", False),
            ("members:find", False),
            ("ledger:read", False),
            ("ledger:adjust", False),
            ("keys:write", False),
            ("audit:read", False),
            ("earning:write", False),
        ],
    )
    def test_opens_programmes_and_names_owners_and_no_more(self, deed, allowed):
        """S-23."""
        assert may(roles=(), deed=deed, is_superuser=True) is allowed

    def test_names_an_owner_and_all_owners_hear_of_it(self):
        """S-23."""
        cafe = a_program()
        ensured(cafe, "owner", username="grace")
        browser = signed_in(a_person(is_superuser=True))

        browser.post(
            "/admin/loyalty/membership/name/",
            {"username": "olena", "role": "owner", "password": PASSWORD},
        )

        assert roles_of(User.objects.get(username="olena")) == ["owner"]
        assert [message.to for message in mail.outbox] == [["grace@cafe.example"]]

    def test_cannot_open_a_page_of_members_points_or_keys(self):
        """S-23."""
        a_program()
        browser = signed_in(a_person(is_superuser=True))

        answers = [
            browser.get(f"/admin/loyalty/{page}/").status_code
            for page in ("account", "entry", "apikey", "auditrow")
        ]

        assert answers == [403, 403, 403, 403]


class TestTwoProgrammes:
    def test_a_person_sees_one_at_a_time_and_only_their_own(self):
        """S-21."""
        cafe, other = a_program(), a_program("other-cafe")
        a_program("third-cafe")
        browser = a_staff(cafe, "owner")
        Membership.objects.create(user=browser.user, program=other, role=Role.TILL)

        offered = browser.get("/admin/").context["standing"].programs
        keys_here = browser.get("/admin/loyalty/apikey/").status_code
        browser.post("/admin/programme/", {"program": other.shown_id})
        keys_there = browser.get("/admin/loyalty/apikey/").status_code

        assert {program.slug for program in offered} == {"corner-cafe", "other-cafe"}
        assert (keys_here, keys_there) == (200, 403)

    def test_a_programme_of_others_cannot_be_opened(self):
        """S-2, S-21."""
        third = a_program("third-cafe")
        browser = a_staff(a_program(), "owner")

        browser.post("/admin/programme/", {"program": third.shown_id})

        assert browser.get("/admin/").context["program"].slug == "corner-cafe"


class TestTheCommand:
    def tell(self, monkeypatch, *told):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        out = io.StringIO()
        call_command(
            "create_staff", "--program", "corner-cafe", "--username", "olena", *told, "--json",
            stdout=out,
        )  # fmt: skip
        return json.loads(out.getvalue())

    def test_lets_somebody_in(self, monkeypatch, client):
        a_program()

        first = self.tell(monkeypatch, "--role", "owner")
        again = self.tell(monkeypatch, "--role", "till")
        client.post("/admin/login/", {"username": "olena", "password": PASSWORD})

        assert (first["already_there"], again["already_there"]) == (False, True)
        assert client.get("/admin/").status_code == 200
        assert roles_of(User.objects.get()) == ["owner", "till"]

    def test_asks_for_the_password_where_somebody_sits(self, monkeypatch):
        """A terminal that says nothing looks as if it hung; what is typed is not shown."""
        a_program()
        terminal = io.StringIO()
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr(create_staff, "getpass", lambda: PASSWORD)

        told = ("--program", "corner-cafe", "--username", "olena", "--role", "owner")
        call_command("create_staff", *told, stdout=io.StringIO())

        assert User.objects.get().check_password(PASSWORD)

    def test_refuses_an_unknown_programme(self, monkeypatch):
        with pytest.raises(CommandError):
            self.tell(monkeypatch, "--role", "owner")
