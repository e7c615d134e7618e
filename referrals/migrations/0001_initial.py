import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import loyalty.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("loyalty", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slug", models.SlugField(db_index=False, verbose_name="short name")),
                ("name", models.JSONField(default=dict, verbose_name="name")),
                (
                    "audience",
                    models.CharField(
                        choices=[("members", "Members"), ("affiliates", "Affiliates")],
                        default="members",
                        max_length=10,
                        verbose_name="who brings",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("preview", "Previewed"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("priority", models.IntegerField(default=0, verbose_name="priority")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral plan",
                "verbose_name_plural": "referral plans",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="plan_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "preview", "live", "paused", "retired"])
                        ),
                        name="plan_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["members", "affiliates"])),
                        name="plan_audience_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Advocate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("member", "Member"), ("affiliate", "Affiliate")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "suspended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="suspended"),
                ),
                (
                    "watched_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="watched since"),
                ),
                ("created_at", models.DateTimeField(verbose_name="since")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "advocate",
                "verbose_name_plural": "advocates",
                "indexes": [
                    models.Index(
                        condition=models.Q(("watched_at__isnull", False)),
                        fields=["program"],
                        name="advocate_watched",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "member"), name="member_is_an_advocate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "affiliate"), ("member__isnull", True)),
                            models.Q(("kind", "member"), ("member__isnull", False)),
                            _connector="OR",
                        ),
                        name="affiliate_is_no_member",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "E-mail"), ("phone", "Phone")],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                ("key_id", models.CharField(max_length=8, verbose_name="key")),
                ("digest", models.BinaryField(max_length=16)),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "identity mark",
                "verbose_name_plural": "identity marks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="identity_mark_ends",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "kind", "digest", "member"),
                        name="identity_is_marked_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("member__isnull", False),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="tombstone_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanBudget",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="budget",
                        serialize=False,
                        to="referrals.referralplan",
                    ),
                ),
                ("limit", models.BigIntegerField(verbose_name="limit")),
                ("spent", models.BigIntegerField(default=0, verbose_name="spent")),
            ],
            options={
                "verbose_name": "plan budget",
                "verbose_name_plural": "plan budgets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("spent__gte", 0), ("spent__lte", models.F("limit"))),
                        name="plan_budget_is_kept",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CapUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period_key", models.CharField(max_length=10, verbose_name="period")),
                ("used", models.PositiveIntegerField(default=0, verbose_name="used")),
                ("cap", models.PositiveIntegerField(verbose_name="cap")),
                (
                    "advocate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cap_uses",
                        to="referrals.advocate",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.referralplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "cap use",
                "verbose_name_plural": "cap uses",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "advocate", "period_key"),
                        name="cap_is_counted_in_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("cap"))),
                        name="cap_is_never_exceeded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("settings", models.JSONField(verbose_name="settings")),
                ("drafted_at", models.DateTimeField(verbose_name="drafted")),
                (
                    "previewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="previewed"),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("author", models.CharField(blank=True, max_length=100, verbose_name="author")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="referrals.referralplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan version",
                "verbose_name_plural": "plan versions",
                "ordering": ["plan", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "number"), name="plan_versions_count_up"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("text", models.CharField(max_length=20, verbose_name="code")),
                ("canonical", models.CharField(max_length=20)),
                ("fold", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[("generated", "Generated"), ("vanity", "Chosen")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "advocate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="referrals.advocate",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="referrals.referralplan",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral code",
                "verbose_name_plural": "referral codes",
                "indexes": [models.Index(fields=["canonical"], name="code_by_text")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "canonical"), name="code_names_one_advocate"
                    ),
                    models.UniqueConstraint(
                        fields=("program", "fold"), name="code_looks_like_no_other"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("click", "Link"),
                            ("qr", "QR code"),
                            ("typed", "Typed"),
                            ("claim", "Claimed"),
                            ("staff", "Attached"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("visitor", models.BinaryField(max_length=16, null=True)),
                ("occurred_at", models.DateTimeField(verbose_name="occurred")),
                ("day", models.DateField(verbose_name="day")),
                ("network", models.BinaryField(max_length=16, null=True)),
                ("network_prefix", models.BinaryField(max_length=16, null=True)),
                ("agent", models.BinaryField(max_length=16, null=True)),
                (
                    "source_site",
                    models.CharField(blank=True, max_length=100, verbose_name="from the site"),
                ),
                ("landing", models.CharField(blank=True, max_length=200, verbose_name="led to")),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touches",
                        to="referrals.referralcode",
                    ),
                ),
                (
                    "friend",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "touch",
                "verbose_name_plural": "touches",
                "indexes": [
                    models.Index(fields=["visitor"], name="touch_by_visitor"),
                    models.Index(fields=["network_prefix", "occurred_at"], name="touch_by_prefix"),
                    models.Index(fields=["occurred_at"], name="touch_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "kind", "visitor", "day"), name="touch_counts_once_a_day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ("typed", "claim", "staff"))),
                        fields=("code", "kind", "friend"),
                        name="touch_of_a_friend_counts_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visitor__isnull", False), ("friend__isnull", False), _connector="OR"
                        ),
                        name="touch_is_somebodys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("advocate_member_id", models.UUIDField(null=True)),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("click", "Link"),
                            ("qr", "QR code"),
                            ("typed", "Typed"),
                            ("claim", "Claimed"),
                            ("staff", "Attached"),
                        ],
                        max_length=6,
                        verbose_name="came by",
                    ),
                ),
                ("considered", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("joined", "Joined"),
                            ("pending", "Waiting"),
                            ("review", "In review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("reversed", "Reversed"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=60, verbose_name="why")),
                ("joined_at", models.DateTimeField(verbose_name="joined")),
                ("qualify_until", models.DateTimeField(verbose_name="can qualify until")),
                ("order_id", models.UUIDField(null=True)),
                ("ordered_at", models.DateTimeField(blank=True, null=True, verbose_name="ordered")),
                (
                    "qualified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="qualified"),
                ),
                (
                    "release_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="released at"),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved"),
                ),
                ("household", models.BinaryField(max_length=16, null=True)),
                (
                    "as_household",
                    models.BooleanField(default=False, verbose_name="admitted as a household"),
                ),
                ("is_cleared", models.BooleanField(default=False, verbose_name="cleared by staff")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("moves", models.PositiveIntegerField(default=0)),
                (
                    "advocate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="referrals.advocate",
                    ),
                ),
                (
                    "friend",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="referrals.referralplan",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.planversion",
                    ),
                ),
                (
                    "touch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="referral_touched",
                        to="referrals.touch",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("joined", "pending", "review", "approved"))
                        ),
                        fields=["friend"],
                        name="referral_followed",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["program", "release_at"],
                        name="referral_to_release",
                    ),
                    models.Index(
                        condition=models.Q(("state", "joined")),
                        fields=["program", "qualify_until"],
                        name="referral_to_expire",
                    ),
                    models.Index(fields=["advocate", "joined_at"], name="referral_by_advocate"),
                    models.Index(
                        condition=models.Q(("state__in", ("joined", "pending", "review"))),
                        fields=["program", "state"],
                        name="referral_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "rejected"), _negated=True),
                        fields=("program", "friend"),
                        name="friend_is_brought_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("advocate_member_id", models.F("friend_id")), _negated=True),
                            ("advocate_member_id__isnull", True),
                            ("state__in", ("rejected", "reversed")),
                            _connector="OR",
                        ),
                        name="nobody_brings_themselves",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("as_household", True), ("state__in", ("pending", "approved"))
                        ),
                        fields=("plan", "household"),
                        name="household_passes_once",
                    ),
                    models.UniqueConstraint(
                        fields=("advocate", "number"), name="friends_of_an_advocate_count_up"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "joined",
                                    "pending",
                                    "review",
                                    "approved",
                                    "rejected",
                                    "expired",
                                    "reversed",
                                ],
                            )
                        ),
                        name="referral_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralAppeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=2000, verbose_name="words")),
                ("rejected_by", models.CharField(max_length=120, verbose_name="rejected by")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("upheld", "Upheld"), ("refused", "Refused")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.CharField(blank=True, max_length=120, verbose_name="decided by"),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "referral",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral appeal",
                "verbose_name_plural": "referral appeals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("rejected_by")), _negated=True),
                        name="appeal_is_decided_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("joining", "At joining"),
                            ("qualification", "At qualification"),
                            ("release", "At release"),
                        ],
                        max_length=13,
                        verbose_name="stage",
                    ),
                ),
                (
                    "signal",
                    models.CharField(
                        choices=[
                            ("same_member", "Advocate and friend are one member"),
                            ("same_email", "The same mailbox"),
                            ("not_new", "The friend is not new"),
                            ("same_payment", "The same payment means"),
                            ("ring", "They bring each other"),
                            ("same_phone", "The same phone"),
                            ("same_device", "The same device"),
                            ("same_address", "The same delivery address"),
                            ("advocate_velocity", "Many friends in a day"),
                            ("cycling", "Many returns after rewards"),
                            ("disposable_mail", "Throw-away mailbox"),
                            ("coupon_site", "Came from a coupon site"),
                            ("similar_email", "Similar mailboxes"),
                            ("same_network_agent", "The same network and browser"),
                            ("network_velocity", "Many friends from one network"),
                            ("late_claim", "Claimed late"),
                            ("same_network", "The same network"),
                            ("fast_conversion", "Bought within a minute"),
                            ("same_surname", "The same surname"),
                        ],
                        max_length=30,
                        verbose_name="signal",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("passed", "Quiet"),
                            ("flagged", "Fires"),
                            ("blocked", "Blocks"),
                            ("skipped", "Not looked at"),
                        ],
                        max_length=7,
                        verbose_name="result",
                    ),
                ),
                ("weight", models.PositiveSmallIntegerField(default=0, verbose_name="weight")),
                ("value", models.IntegerField(default=0, verbose_name="number")),
                ("why", models.CharField(blank=True, max_length=20, verbose_name="why")),
                ("rules_version", models.PositiveSmallIntegerField(verbose_name="rules version")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral check",
                "verbose_name_plural": "referral checks",
                "indexes": [models.Index(fields=["at"], name="check_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "stage", "signal"),
                        name="signal_is_checked_once_a_stage",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("advocate", "Advocate"), ("friend", "Friend")],
                        max_length=8,
                        verbose_name="side",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("points", "Points"),
                            ("voucher", "Voucher"),
                            ("payable", "Payable"),
                        ],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("recovered", models.BigIntegerField(default=0, verbose_name="taken back")),
                ("unit", models.CharField(max_length=50, verbose_name="of")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("promised", "Promised"),
                            ("granted", "Granted"),
                            ("capped", "Capped"),
                            ("cancelled", "Cancelled"),
                            ("reversed", "Reversed"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=60, verbose_name="why")),
                ("cost", models.BigIntegerField(default=0, verbose_name="cost")),
                ("entry_id", models.UUIDField(null=True)),
                ("given_id", models.UUIDField(null=True)),
                ("currency_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "paid_out_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="paid out"),
                ),
                (
                    "paid_out_by",
                    models.CharField(blank=True, max_length=120, verbose_name="paid out by"),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral grant",
                "verbose_name_plural": "referral grants",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "side"), name="each_side_is_rewarded_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recovered__gte", 0), ("recovered__lte", models.F("amount"))
                        ),
                        name="grant_is_taken_back_up_to_its_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("cost__gte", 0)),
                        name="grant_gives_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("granted", "reversed")),
                            models.Q(("entry_id", None), ("recovered", 0)),
                            _connector="OR",
                        ),
                        name="grant_moves_points_only_when_granted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantReversal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source_id", models.UUIDField()),
                ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="referrals.referralgrant",
                    ),
                ),
            ],
            options={
                "verbose_name": "grant reversal",
                "verbose_name_plural": "grant reversals",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("grant", "source_id"), name="return_takes_a_grant_back_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="grant_reversal_takes_nothing_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("joined", "Joined"),
                            ("pending", "Waiting"),
                            ("review", "In review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("reversed", "Reversed"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("joined", "Joined"),
                            ("pending", "Waiting"),
                            ("review", "In review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("reversed", "Reversed"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                ("why", models.CharField(max_length=60, verbose_name="why")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="story",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral move",
                "verbose_name_plural": "referral moves",
                "ordering": ["referral", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "number"), name="referral_moves_count_up"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loyalty.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.CharField(blank=True, max_length=120, verbose_name="decided by"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cleared", "Cleared"),
                            ("rejected", "Rejected"),
                            ("overtaken", "Overtaken by a return"),
                        ],
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral review",
                "verbose_name_plural": "referral reviews",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("referral",),
                        name="referral_has_one_open_review",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by", ""),
                                ("decision", ""),
                                ("reason", ""),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decision", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="review_is_decided_with_a_reason",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralplan",
            trigger=pgtrigger.compiler.Trigger(
                name="retired_plans_stay_retired",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state = 'retired' AND NEW.state <> 'retired')",
                    func="RAISE EXCEPTION 'retired_plans_stay_retired' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retired_plans_stay_retired';",
                    hash="75a7ffb62f4fbc981f26e2568f910ec9576aee83",
                    operation="UPDATE",
                    pgid="pgtrigger_retired_plans_stay_retired_bb862",
                    table="referrals_referralplan",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planversion",
            trigger=pgtrigger.compiler.Trigger(
                name="published_versions_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.published_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'published_versions_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'published_versions_are_frozen';",
                    hash="cea75ea2247e6872f5a71490835c049ff23d9c63",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_versions_are_frozen_a1f6d",
                    table="referrals_planversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralcode",
            trigger=pgtrigger.compiler.Trigger(
                name="codes_are_never_given_away",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'codes_are_never_given_away' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'codes_are_never_given_away';",
                    hash="01d76f21db7a47dbbae106c70531b5b12ed42ad1",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_codes_are_never_given_away_89879",
                    table="referrals_referralcode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralgrant",
            trigger=pgtrigger.compiler.Trigger(
                name="grants_move_as_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> NEW.state)",
                    func="\n                    IF (OLD.state, NEW.state) NOT IN (('cancelled', 'promised'), ('capped', 'granted'), ('granted', 'reversed'), ('promised', 'cancelled'), ('promised', 'capped'), ('promised', 'granted')) THEN\n                        RAISE EXCEPTION 'grants_move_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_move_as_allowed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="640b03af8cdc3d44f4eec13e8439984eee5d44bd",
                    operation="UPDATE",
                    pgid="pgtrigger_grants_move_as_allowed_2c16d",
                    table="referrals_referralgrant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralmove",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_moves_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'referral_moves_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'referral_moves_are_kept';",
                    hash="ea6aa767eefafa8950fb28b42841c3c24c0e1d84",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_referral_moves_are_kept_f5c43",
                    table="referrals_referralmove",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralmove",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_moves_are_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN ((NEW.from_state, NEW.to_state) NOT IN (('', 'joined'), ('', 'rejected'), ('approved', 'reversed'), ('joined', 'expired'), ('joined', 'pending'), ('joined', 'rejected'), ('joined', 'review'), ('pending', 'approved'), ('pending', 'expired'), ('pending', 'joined'), ('pending', 'rejected'), ('pending', 'review'), ('rejected', 'expired'), ('rejected', 'joined'), ('rejected', 'pending'), ('review', 'expired'), ('review', 'joined'), ('review', 'pending'), ('review', 'rejected')))",
                    func="RAISE EXCEPTION 'referral_moves_are_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'referral_moves_are_allowed';",
                    hash="5462da44c17bf4ac03f3d2ee64b06c6d627d7629",
                    operation="INSERT",
                    pgid="pgtrigger_referral_moves_are_allowed_495d1",
                    table="referrals_referralmove",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="referrals_move_as_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> NEW.state)",
                    func="\n                    IF (OLD.state, NEW.state) NOT IN (('', 'joined'), ('', 'rejected'), ('approved', 'reversed'), ('joined', 'expired'), ('joined', 'pending'), ('joined', 'rejected'), ('joined', 'review'), ('pending', 'approved'), ('pending', 'expired'), ('pending', 'joined'), ('pending', 'rejected'), ('pending', 'review'), ('rejected', 'expired'), ('rejected', 'joined'), ('rejected', 'pending'), ('review', 'expired'), ('review', 'joined'), ('review', 'pending'), ('review', 'rejected')) THEN\n                        RAISE EXCEPTION 'referrals_move_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'referrals_move_as_allowed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="0336abb3025d2f2e5e718d6215519711d4a26f58",
                    operation="UPDATE",
                    pgid="pgtrigger_referrals_move_as_allowed_8f484",
                    table="referrals_referral",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="referrals_begin_as_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.state NOT IN ('joined', 'rejected'))",
                    func="RAISE EXCEPTION 'referrals_begin_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'referrals_begin_as_allowed';",
                    hash="5e52c52ccb4dc1accc204ac9fecb417b0875abb2",
                    operation="INSERT",
                    pgid="pgtrigger_referrals_begin_as_allowed_7ecbb",
                    table="referrals_referral",
                    when="BEFORE",
                ),
            ),
        ),
    ]
