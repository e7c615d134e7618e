"""Tables of access: staff, their roles, API keys, wrong sign-ins, and the audit log."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from loyalty.access.kinds import KeyKind, Role
from loyalty.foundation.ids import Row
from loyalty.programs.models import Program


class User(Row, AbstractUser):
    """A person who works with Wafa. What they may do stands in their memberships, never on this row (S-21)."""

    prefix = "usr"

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="staff_email_names_one_person"
            ),
        ]


class Membership(Row):
    """One person in one role of one programme. Several roles are several rows."""

    prefix = "stf"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("role in a programme")
        verbose_name_plural = _("roles in programmes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "program", "role"], name="membership_gives_a_role_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_has_a_known_role"
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class ApiKey(Row):
    """A credential of one programme. The key itself is shown once and never stored: its SHA-256 is (S-7)."""

    prefix = "key"

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=KeyKind.choices)
    shown_prefix = models.CharField(_("prefix"), max_length=20)
    last_four = models.CharField(_("last four"), max_length=4)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name=_("scopes"))
    networks = ArrayField(
        models.CharField(max_length=49),
        default=list,
        blank=True,
        verbose_name=_("address list"),
        help_text=_("CIDR networks this key may be used from; empty means from anywhere."),
    )
    origins = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        verbose_name=_("origins"),
        help_text=_("Pages a publishable key works on, such as https://shop.example."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.CharField(_("created by"), max_length=100)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used (to the hour)"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    points_a_day = models.PositiveBigIntegerField(
        _("points a day"),
        null=True,
        blank=True,
        help_text=_("The most that this key may hand out by hand in a day; empty: no limit."),
    )

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes: ClassVar = [models.Index(fields=["program", "name"], name="key_by_name")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=KeyKind.values), name="key_has_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind=KeyKind.SECRET) | ~Q(origins=[]),
                name="key_publishable_has_origins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WrongSignIn(Row):
    """One failed attempt to sign in as staff. Counted here, since this limit never fails open (S-36, S-37)."""

    prefix = "wsi"

    # Keyed digests: neither names nor addresses are kept in clear (S-56, S-61).
    account_digest = models.CharField(max_length=64)
    address_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account_digest", "at"], name="wrong_sign_in_by_account"),
            models.Index(fields=["address_digest", "at"], name="wrong_sign_in_by_address"),
        ]

    def __str__(self) -> str:
        return self.shown_id


class AuditRow(Row):
    """One deed that changed how a programme works or touched a member's rights; only ever added (S-62).

    Personal values are absent on purpose: of a personal field only its name is kept.
    """

    prefix = "aud"

    # No constraint to the programme or the actor: what was done stays told when they are gone.
    program = models.ForeignKey(
        Program, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(_("actor"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_kind = models.CharField(_("object"), max_length=60, blank=True)
    object_id = models.CharField(_("object id"), max_length=64, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("audit row")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["program", "-at"], name="audit_by_time"),
            models.Index(fields=["object_kind", "object_id"], name="audit_by_object"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="audit_rows_are_only_added",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return self.action
