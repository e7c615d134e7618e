"""Tables of the members room. Whatever names a person stands in `MemberProfile` alone (S-54)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.members.kinds import MemberStatus

EXTERNAL_ID_LENGTH_MAX = 200  # longer than any shop system's customer number
TEXT_LENGTH_MAX = 100


class Member(Row):
    """Somebody who takes part in one programme, known to the shop by `external_id`.

    No names or contacts here: other rooms may join this table freely, and erasing a person
    empties `MemberProfile` without touching what points refer to.
    """

    prefix = "mem"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    # Null once erased, so that the same person can join afresh (S-58).
    external_id = models.CharField(  # noqa: DJ001 (a unique key needs "no value")
        _("external id"), max_length=EXTERNAL_ID_LENGTH_MAX, null=True, blank=True
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MemberStatus, default=MemberStatus.ACTIVE
    )
    joined_at = models.DateTimeField(_("joined"))
    locale = models.CharField(_("locale"), max_length=35, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    # Raised to sign the member out everywhere: tokens and sessions carry it (S-12).
    epoch = models.PositiveIntegerField(default=0, editable=False)
    # After a changed contact what is costly waits until then: somebody else may have changed it (S-20).
    rests_until = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    enrolled_at = models.DateTimeField(_("enrolled"), editable=False)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "external_id"], name="external_id_names_one_member"
            ),
            models.CheckConstraint(
                condition=Q(status__in=MemberStatus.values), name="member_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=False, status=MemberStatus.MERGED)
                | Q(merged_into__isnull=True) & ~Q(status=MemberStatus.MERGED),
                name="merged_member_has_a_survivor",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="member_does_not_survive_itself"
            ),
            models.CheckConstraint(
                condition=~Q(status=MemberStatus.ERASED) | Q(external_id__isnull=True),
                name="erased_member_has_no_external_id",
            ),
        ]
        indexes = [models.Index(fields=["program", "joined_at"], name="member_by_joining")]

    def __str__(self) -> str:
        return self.external_id or self.shown_id


class MemberProfile(models.Model):
    """The person behind a member: the one table with personal data, and the one that erasure empties.

    Contacts are sealed and found by keyed digests; names and birthdays stay searchable for staff.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="profile"
    )
    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    first_name = models.CharField(_("first name"), max_length=TEXT_LENGTH_MAX, blank=True)
    last_name = models.CharField(_("last name"), max_length=TEXT_LENGTH_MAX, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    # A birthday entered or changed waits (E-7), so the day of the change is kept.
    birthday_changed_at = models.DateTimeField(null=True, editable=False)
    email_sealed = models.BinaryField(null=True, editable=False)
    email_digest = models.BinaryField(max_length=32, null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_digest = models.BinaryField(max_length=32, null=True, editable=False)
    contact_changed_at = models.DateTimeField(null=True, editable=False)
    # The number on the member's card: capitals and digits, ours or the shop's own.
    card = models.CharField(_("card"), max_length=40, null=True, blank=True)  # noqa: DJ001 (unique)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(fields=["program", "card"], name="card_names_one_member"),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True, birth_day__isnull=True)
                # A comparison with null is neither true nor false, and a check lets it pass.
                | Q(birth_month__isnull=False, birth_day__isnull=False)
                & Q(birth_month__range=(1, 12), birth_day__range=(1, 31)),
                name="birthday_has_day_and_month",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "email_digest"], name="profile_by_email"),
            models.Index(fields=["program", "phone_digest"], name="profile_by_phone"),
            models.Index(
                fields=["program", "birth_month", "birth_day"],
                condition=Q(birth_month__isnull=False),
                name="profile_by_birthday",
            ),
            models.Index(Upper("last_name"), "program", name="profile_by_last_name"),
        ]

    def __str__(self) -> str:
        return f"profile of {self.member_id}"


class Consent(Row):
    """One yes or no to one purpose, at one time. The newest row of a purpose is what holds (S-60)."""

    prefix = "con"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=64)
    is_given = models.BooleanField(_("given"))
    text_version = models.CharField(_("text version"), max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=64, blank=True)
    actor_kind = models.CharField(_("actor"), max_length=10)
    actor_id = models.UUIDField(null=True)
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["member", "purpose", "id"], name="consent_by_purpose")]
        triggers = [
            pgtrigger.Protect(
                name="consents_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="consents_are_not_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'consents_are_not_truncated' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.is_given}"


class SegmentMembership(Row):
    """A stretch of time in which a member belonged to a segment; whoever computes segments, they are kept here."""

    prefix = "sgm"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="segments")
    segment = models.SlugField(_("segment"), max_length=64)
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("segment membership")
        verbose_name_plural = _("segment memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "segment"],
                condition=Q(left_at__isnull=True),
                name="member_is_in_a_segment_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
                name="segment_is_left_after_entering",
            ),
        ]
        indexes = [models.Index(fields=["program", "segment", "member"], name="members_of_segment")]

    def __str__(self) -> str:
        return self.segment


class FormerContact(Row):
    """A keyed digest of a mailbox or phone of somebody who was erased: joining is not rewarded twice in a year (S-58).

    It names nobody, and finds nobody but whoever joins again with the same contact.
    """

    prefix = "fmc"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    digest = models.BinaryField(max_length=32)
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("former contact")
        verbose_name_plural = _("former contacts")
        constraints = [
            models.UniqueConstraint(fields=["program", "digest"], name="former_contact_stands_once")
        ]
        indexes = [models.Index(fields=["program", "ends_at"], name="former_contact_by_end")]

    def __str__(self) -> str:
        return self.shown_id
