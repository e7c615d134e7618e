from decimal import Decimal

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import loyalty.foundation.actors
import loyalty.foundation.ids
import loyalty.ledger.models.movements


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Program",
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
                ("slug", models.SlugField(unique=True, verbose_name="short name")),
                ("name", models.JSONField(verbose_name="name")),
                ("zone", models.CharField(max_length=60, verbose_name="time zone")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("languages", models.JSONField(verbose_name="languages")),
                ("is_test", models.BooleanField(default=False, verbose_name="test programme")),
                ("test_now", models.DateTimeField(blank=True, null=True)),
                ("enrol_on_event", models.BooleanField(default=False)),
                ("week_starts_on", models.PositiveSmallIntegerField(default=0)),
                ("prices_include_tax", models.BooleanField(default=False)),
                ("count_tax", models.BooleanField(default=False)),
                ("count_shipping", models.BooleanField(default=False)),
                ("count_gift_card_lines", models.BooleanField(default=False)),
                ("count_paid_with_points", models.BooleanField(default=False)),
                ("left_out_skus", models.JSONField(default=list)),
                ("left_out_categories", models.JSONField(default=list)),
                (
                    "returns_take",
                    models.CharField(
                        choices=[
                            ("owe", "Owe"),
                            ("within_balance", "Within Balance"),
                            ("only_pending", "Only Pending"),
                        ],
                        default="owe",
                        max_length=20,
                    ),
                ),
                ("give_back_grace", models.CharField(default="P30D", max_length=30)),
                ("late_limit", models.CharField(default="P90D", max_length=30)),
                (
                    "max_multiplier",
                    models.DecimalField(decimal_places=3, default=Decimal(5), max_digits=6),
                ),
                ("transfers", models.JSONField(default=dict)),
                ("event_types", models.JSONField(default=dict)),
                ("points_budget", models.JSONField(default=dict)),
                ("publish_alone_percent", models.PositiveSmallIntegerField(default=10, null=True)),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_test", True), ("test_now__isnull", True), _connector="OR"
                        ),
                        name="program_live_has_no_clock_of_its_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week_starts_on__lte", 6)),
                        name="program_week_starts_on_a_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="program_currency_is_iso_4217",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_multiplier__gte", 1)),
                        name="program_max_multiplier_keeps_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
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
                    "external_id",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="external id"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("restricted", "Restricted"),
                            ("merged", "Merged"),
                            ("erased", "Erased"),
                        ],
                        default="active",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined")),
                ("locale", models.CharField(blank=True, max_length=35, verbose_name="locale")),
                (
                    "time_zone",
                    models.CharField(blank=True, max_length=64, verbose_name="time zone"),
                ),
                ("epoch", models.PositiveIntegerField(default=0, editable=False)),
                ("enrolled_at", models.DateTimeField(editable=False, verbose_name="enrolled")),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="loyalty.member",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "indexes": [
                    models.Index(fields=["program", "joined_at"], name="member_by_joining")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "external_id"), name="external_id_names_one_member"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["active", "suspended", "restricted", "merged", "erased"],
                            )
                        ),
                        name="member_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("status", "merged")),
                            models.Q(
                                ("merged_into__isnull", True),
                                models.Q(("status", "merged"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="merged_member_has_a_survivor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="member_does_not_survive_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "erased"), _negated=True),
                            ("external_id__isnull", True),
                            _connector="OR",
                        ),
                        name="erased_member_has_no_external_id",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PointCurrency",
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
                ("slug", models.SlugField(verbose_name="short name")),
                ("name", models.JSONField(verbose_name="name")),
                ("spendable", models.BooleanField(default=True, verbose_name="spendable")),
                ("expiry", models.JSONField(verbose_name="expiry")),
                ("moved_by", models.JSONField(default=list)),
                (
                    "stacking",
                    models.CharField(
                        choices=[("sum", "Sum"), ("best", "Best")],
                        default="sum",
                        max_length=10,
                        verbose_name="stacking",
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[("down", "Down"), ("half_up", "Half Up"), ("up", "Up")],
                        default="down",
                        max_length=10,
                        verbose_name="rounding",
                    ),
                ),
                ("unlock", models.JSONField(default=dict)),
                ("pay", models.JSONField(default=dict)),
                ("limits", models.JSONField(default=dict)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="currencies",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "point currency",
                "verbose_name_plural": "point currencies",
                "ordering": ["program", "position", "slug"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="currency_slug_is_its_own"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
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
                ("voucher_id", models.UUIDField(null=True)),
                ("money", models.CharField(blank=True, max_length=3, verbose_name="money")),
                ("available", models.BigIntegerField(default=0, verbose_name="available")),
                ("pending", models.BigIntegerField(default=0, verbose_name="pending")),
                ("held", models.BigIntegerField(default=0, verbose_name="held")),
                ("negative", models.BigIntegerField(default=0, verbose_name="owed")),
                ("last_number", models.BigIntegerField(default=0, editable=False)),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="loyalty.member",
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.pointcurrency",
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
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "currency"), name="account_is_one_per_member_and_currency"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voucher_id__isnull", False)),
                        fields=("voucher_id",),
                        name="account_is_one_per_gift_card",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("currency__isnull", False),
                                ("member__isnull", False),
                                ("money", ""),
                                ("voucher_id__isnull", True),
                            ),
                            models.Q(
                                ("currency__isnull", True),
                                ("member__isnull", True),
                                ("voucher_id__isnull", False),
                                models.Q(("money", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="account_has_one_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("available__gte", 0), ("available__lte", 1000000000000000)
                        ),
                        name="account_available_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pending__gte", 0), ("pending__lte", 1000000000000000)),
                        name="account_pending_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0), ("held__lte", 1000000000000000)),
                        name="account_held_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("negative__gte", 0), ("negative__lte", 1000000000000000)
                        ),
                        name="account_negative_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("negative", 0), ("available", 0), _connector="OR"),
                        name="account_pays_debts_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_number__gte", 0)), name="account_numbers_count_up"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditRow",
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
                ("at", models.DateTimeField(verbose_name="when")),
                ("actor_kind", models.CharField(max_length=10, verbose_name="kind of actor")),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=150, verbose_name="actor")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="address")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("action", models.CharField(max_length=60, verbose_name="action")),
                ("object_kind", models.CharField(blank=True, max_length=60, verbose_name="object")),
                (
                    "object_id",
                    models.CharField(blank=True, max_length=64, verbose_name="object id"),
                ),
                ("changes", models.JSONField(default=dict, verbose_name="changes")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit row",
                "verbose_name_plural": "audit log",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["program", "-at"], name="audit_by_time"),
                    models.Index(fields=["object_kind", "object_id"], name="audit_by_object"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
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
                ("points", models.BigIntegerField(verbose_name="points")),
                ("captured", models.BigIntegerField(default=0, verbose_name="captured")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("captured", "Captured"),
                            ("released", "Released"),
                            ("expired", "Ended"),
                        ],
                        default="held",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("quote_id", models.UUIDField(null=True)),
                ("order_key", models.CharField(blank=True, max_length=200)),
                ("held_at", models.DateTimeField(verbose_name="held")),
                ("expires_at", models.DateTimeField(verbose_name="ends")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="loyalty.account",
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
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["expires_at"],
                        name="hold_by_end",
                    ),
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["account"], name="hold_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="hold_sets_points_aside"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "captured", "released", "expired"])
                        ),
                        name="hold_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "held")),
                            models.Q(
                                models.Q(("state", "held"), _negated=True),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hold_is_settled_once_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("captured__gt", 0),
                                ("captured__lte", models.F("points")),
                                ("state", "captured"),
                                models.Q(("order_key", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "captured"), _negated=True),
                                ("captured", 0),
                                ("order_key", ""),
                            ),
                            _connector="OR",
                        ),
                        name="hold_is_captured_for_an_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("held_at"))),
                        name="hold_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
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
                ("number", models.BigIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("earn", "Earned"),
                            ("bonus", "Bonus"),
                            ("opening", "Opening balance"),
                            ("spend", "Spent"),
                            ("redeem", "Redeemed"),
                            ("expire", "Expired"),
                            ("forfeit", "Forfeited"),
                            ("return_earned", "Taken back after a return"),
                            ("return_spent", "Given back after a return"),
                            ("adjust_credit", "Added by hand"),
                            ("adjust_debit", "Taken by hand"),
                            ("transfer_out", "Sent"),
                            ("transfer_in", "Received"),
                            ("merge_out", "Moved to another membership"),
                            ("merge_in", "Moved from another membership"),
                            ("reinstate", "Brought back"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("balance_after", models.BigIntegerField(verbose_name="balance after")),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="reason")),
                ("source_key", models.CharField(max_length=160, verbose_name="source")),
                ("rule_id", models.UUIDField(null=True)),
                ("rule_version", models.IntegerField(null=True)),
                ("event_id", models.UUIDField(null=True)),
                ("group_id", models.UUIDField(null=True)),
                ("counts_for_tier", models.BooleanField(default=False)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("key", "key"),
                            ("member", "member"),
                            ("staff", "staff"),
                            ("rule", "rule"),
                            ("job", "job"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=60)),
                ("approved_by_id", models.UUIDField(null=True)),
                ("occurred_at", models.DateTimeField(verbose_name="happened")),
                ("posted_at", models.DateTimeField(verbose_name="posted")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="loyalty.account",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="loyalty.entry",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="captures",
                        to="loyalty.hold",
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
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["program", "posted_at"], name="entry_by_posting", pages_per_range=32
                    ),
                    models.Index(
                        condition=models.Q(("reverses__isnull", False)),
                        fields=["reverses"],
                        name="entry_reversals",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "number"), name="entry_numbers_count_up"
                    ),
                    models.UniqueConstraint(
                        models.F("account"),
                        loyalty.ledger.models.movements.Slot(
                            models.F("kind"), models.F("source_key")
                        ),
                        name="entry_source_counts_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("hold__isnull", False)),
                        fields=("hold",),
                        name="entry_captures_a_hold_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    [
                                        "adjust_credit",
                                        "bonus",
                                        "earn",
                                        "merge_in",
                                        "opening",
                                        "reinstate",
                                        "return_spent",
                                        "transfer_in",
                                    ],
                                ),
                                ("points__gt", 0),
                            ),
                            models.Q(
                                (
                                    "kind__in",
                                    [
                                        "adjust_debit",
                                        "expire",
                                        "forfeit",
                                        "merge_out",
                                        "redeem",
                                        "return_earned",
                                        "spend",
                                        "transfer_out",
                                    ],
                                ),
                                ("points__lt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="entry_kind_has_one_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points__gte", -1000000000000), ("points__lte", 1000000000000)
                        ),
                        name="entry_points_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="entry_number_starts_at_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actor_kind__in", ["key", "member", "staff", "rule", "job"])
                        ),
                        name="entry_has_an_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("actor_kind", loyalty.foundation.actors.ActorKind["STAFF"]),
                                _negated=True,
                            ),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="entry_of_staff_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EarningRule",
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
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.JSONField(verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "earning rule",
                "verbose_name_plural": "earning rules",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="rule_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "live", "paused", "ended"])),
                        name="rule_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                ("type", models.CharField(max_length=60, verbose_name="type")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("waiting", "Waiting"),
                            ("void", "Void"),
                        ],
                        default="recorded",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                (
                    "source_id",
                    models.CharField(blank=True, max_length=200, verbose_name="source id"),
                ),
                ("source_digest", models.BinaryField(max_length=16)),
                ("content_digest", models.BinaryField(max_length=16)),
                ("order_id", models.UUIDField(null=True)),
                ("order_digest", models.BinaryField(max_length=16, null=True)),
                ("channel", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                ("store", models.CharField(blank=True, max_length=100, verbose_name="store")),
                ("data", models.JSONField(default=dict, verbose_name="data")),
                ("occurred_at", models.DateTimeField(verbose_name="occurred")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("answer", models.TextField()),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
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
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(fields=["member", "type", "occurred_at"], name="event_by_member"),
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["program", "order_digest"],
                        name="event_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("type__in", ("order.returned", "order.cancelled"))),
                        fields=["order_id"],
                        name="event_returns_of_order",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "source_digest"), name="event_counts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["recorded", "waiting", "void"])),
                        name="event_status_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
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
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "rate",
                    models.DecimalField(decimal_places=12, max_digits=24, verbose_name="rate"),
                ),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "exchange rate",
                "verbose_name_plural": "exchange rates",
                "ordering": ["program", "currency", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "currency", "valid_from"), name="rate_starts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="rate_is_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("body", models.JSONField(verbose_name="explanation")),
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
                "verbose_name": "explanation",
                "verbose_name_plural": "explanations",
            },
        ),
        migrations.CreateModel(
            name="Reward",
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
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.JSONField(verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("amount_off", "Amount off"),
                            ("percent_off", "Percent off"),
                            ("free_product", "Free product"),
                            ("free_shipping", "Free shipping"),
                            ("gift_card", "Gift card"),
                            ("perk", "Perk"),
                            ("points", "Other points"),
                            ("custom", "Custom"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "reward",
                "verbose_name_plural": "rewards",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="reward_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "live", "paused", "ended"])),
                        name="reward_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "amount_off",
                                    "percent_off",
                                    "free_product",
                                    "free_shipping",
                                    "gift_card",
                                    "perk",
                                    "points",
                                    "custom",
                                ],
                            )
                        ),
                        name="reward_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardRevision",
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
                ("definition", models.JSONField(verbose_name="definition")),
                ("author", models.CharField(max_length=120, verbose_name="author")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("frozen_at", models.DateTimeField(null=True, verbose_name="first live")),
                (
                    "reward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="loyalty.reward",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of a reward",
                "verbose_name_plural": "revisions of rewards",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reward", "number"), name="reward_revisions_count_up"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="reward_revision_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
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
                ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="quantity")),
                ("stock_taken", models.PositiveSmallIntegerField(default=0)),
                ("points", models.BigIntegerField(default=0, verbose_name="points")),
                ("entry_id", models.UUIDField(null=True)),
                ("given_entry_id", models.UUIDField(null=True)),
                ("given_lot_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("fulfilled", "Fulfilled"),
                            ("cancelled", "Cancelled"),
                            ("lapsed", "Lapsed"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "is_waiting",
                    models.BooleanField(default=False, verbose_name="waits to be handed over"),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("redemption", "Redemption"),
                            ("gift", "Gift"),
                            ("tier", "Tier"),
                            ("campaign", "Campaign"),
                            ("play", "Play"),
                            ("referral", "Referral"),
                            ("sale", "Sale"),
                            ("batch", "Batch"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                ("origin_key", models.CharField(max_length=200, verbose_name="origin key")),
                ("event_id", models.UUIDField(null=True)),
                ("day", models.DateField(verbose_name="day")),
                ("automatic_number", models.PositiveSmallIntegerField(null=True)),
                ("worth", models.BigIntegerField(default=0, verbose_name="worth")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="reason")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("case", models.CharField(blank=True, max_length=100, verbose_name="case")),
                ("actor_kind", models.CharField(max_length=10, verbose_name="actor")),
                ("actor_id", models.UUIDField(null=True)),
                ("approved_by_id", models.UUIDField(null=True)),
                ("redeemed_at", models.DateTimeField(verbose_name="redeemed")),
                ("member_may_cancel_until", models.DateTimeField(null=True)),
                (
                    "merged_from",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), null=True, size=None
                    ),
                ),
                ("state_at", models.DateTimeField(verbose_name="in this state since")),
                (
                    "state_reason",
                    models.CharField(blank=True, max_length=100, verbose_name="because"),
                ),
                ("state_by", models.CharField(blank=True, max_length=120, verbose_name="by")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
                ("points_usable", models.BigIntegerField(default=0, verbose_name="given back")),
                (
                    "points_expired",
                    models.BigIntegerField(default=0, verbose_name="given back, ended"),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.pointcurrency",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
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
                (
                    "reward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.reward",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.rewardrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "redemption",
                "verbose_name_plural": "redemptions",
                "indexes": [
                    models.Index(
                        fields=["member", "reward", "day"], name="redemptions_of_a_member"
                    ),
                    models.Index(fields=["program", "id"], name="redemptions_of_a_program"),
                    models.Index(
                        condition=models.Q(("is_waiting", True)),
                        fields=["program", "id"],
                        name="redemptions_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("event_id__isnull", False)),
                        fields=["event_id"],
                        name="redemptions_of_an_event",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "origin", "origin_key"),
                        name="redemption_origin_counts_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("automatic_number__isnull", False)),
                        fields=("member", "reward", "day", "automatic_number"),
                        name="automatic_redemption_counts_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("currency__isnull", False),
                                ("origin", "redemption"),
                                ("points__gt", 0),
                            ),
                            models.Q(
                                ("currency__isnull", True),
                                ("points", 0),
                                models.Q(("origin", "redemption"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="redemption_costs_and_gift_does_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (1, 20))),
                        name="redemption_is_1_to_20_pieces",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stock_taken", 0),
                            ("stock_taken", models.F("quantity")),
                            _connector="OR",
                        ),
                        name="redemption_takes_its_pieces",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["issued", "fulfilled", "cancelled", "lapsed"])
                        ),
                        name="redemption_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "origin__in",
                                [
                                    "redemption",
                                    "gift",
                                    "tier",
                                    "campaign",
                                    "play",
                                    "referral",
                                    "sale",
                                    "batch",
                                    "import",
                                ],
                            )
                        ),
                        name="redemption_origin_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("cancelled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="redemption_is_cancelled_at_an_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_waiting", False), ("state", "issued"), _connector="OR"
                        ),
                        name="only_issued_can_wait",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherBatch",
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
                ("wanted", models.PositiveIntegerField(verbose_name="codes")),
                ("made", models.PositiveIntegerField(default=0, verbose_name="made")),
                (
                    "state",
                    models.CharField(
                        choices=[("making", "Being made"), ("made", "Made")],
                        default="making",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("starts_at", models.DateTimeField(null=True, verbose_name="good from")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="ends")),
                ("maker_kind", models.CharField(max_length=8)),
                ("maker_id", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                ("made_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("fetched_at", models.DateTimeField(null=True, verbose_name="fetched")),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.rewardrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of vouchers",
                "verbose_name_plural": "batches of vouchers",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("forgotten_at__isnull", True), ("made_at__isnull", False)
                        ),
                        fields=["made_at"],
                        name="batch_to_forget",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wanted__gte", 1), ("wanted__lte", 100000)),
                        name="batch_has_a_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("made", models.F("wanted")),
                                ("made_at__isnull", False),
                                ("state", "made"),
                            ),
                            models.Q(
                                ("made__lte", models.F("wanted")),
                                ("made_at__isnull", True),
                                ("state", "making"),
                            ),
                            _connector="OR",
                        ),
                        name="batch_is_made_when_it_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fetched_at__isnull", True), ("state", "made"), _connector="OR"
                        ),
                        name="batch_is_fetched_once_made",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
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
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("amount_off", "Amount off"),
                            ("percent_off", "Percent off"),
                            ("free_product", "Free product"),
                            ("free_shipping", "Free shipping"),
                            ("gift_card", "Gift card"),
                            ("perk", "Perk"),
                            ("points", "Other points"),
                            ("custom", "Custom"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("reserved", "Reserved"),
                            ("redeemed", "Used"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                        ],
                        default="issued",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("pepper", models.IntegerField()),
                ("last_four", models.CharField(max_length=4, verbose_name="last four")),
                ("sealed", models.BinaryField(null=True)),
                ("is_foreign", models.BooleanField(default=False)),
                (
                    "merged_from",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), null=True, size=None
                    ),
                ),
                ("is_bound", models.BooleanField(default=False, verbose_name="bound")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("redemption", "Redemption"),
                            ("gift", "Gift"),
                            ("tier", "Tier"),
                            ("campaign", "Campaign"),
                            ("play", "Play"),
                            ("referral", "Referral"),
                            ("sale", "Sale"),
                            ("batch", "Batch"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                ("origin_event_id", models.UUIDField(null=True)),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("starts_at", models.DateTimeField(null=True, verbose_name="good from")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="ends")),
                ("warned_at", models.DateTimeField(null=True)),
                ("reserved_key", models.CharField(blank=True, max_length=32)),
                ("reserved_until", models.DateTimeField(null=True, verbose_name="reserved until")),
                ("discount", models.JSONField(null=True)),
                ("order_key", models.CharField(blank=True, max_length=32)),
                ("redeemed_at", models.DateTimeField(null=True, verbose_name="used")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
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
                (
                    "redemption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="loyalty.redemption",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.rewardrevision",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="loyalty.voucherbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "voucher",
                "verbose_name_plural": "vouchers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ends_at__isnull", False), ("state", "issued")),
                        fields=["ends_at"],
                        name="voucher_by_end",
                    ),
                    models.Index(
                        condition=models.Q(("state", "reserved")),
                        fields=["reserved_until"],
                        name="voucher_by_reservation",
                    ),
                    models.Index(
                        condition=models.Q(("state", "reserved")),
                        fields=["program", "reserved_key"],
                        name="voucher_by_basket",
                    ),
                    models.Index(
                        condition=models.Q(("sealed__isnull", False)),
                        fields=["ends_at", "id"],
                        name="voucher_to_forget",
                    ),
                    models.Index(
                        condition=models.Q(("origin_event_id__isnull", False)),
                        fields=["program", "origin_event_id"],
                        name="voucher_by_event",
                    ),
                    models.Index(fields=["program", "id"], name="voucher_of_program"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "digest"), name="voucher_code_is_given_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["issued", "reserved", "redeemed", "cancelled", "expired"],
                            )
                        ),
                        name="voucher_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reserved_until__isnull", False),
                                ("state", "reserved"),
                                models.Q(("reserved_key", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "reserved"), _negated=True),
                                ("reserved_key", ""),
                                ("reserved_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="voucher_is_reserved_with_key_and_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("redeemed_at__isnull", False),
                                ("state", "redeemed"),
                                models.Q(("order_key", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "redeemed"), _negated=True),
                                ("order_key", ""),
                                ("redeemed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="voucher_is_redeemed_for_an_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("cancelled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="voucher_is_cancelled_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_bound", False), ("member__isnull", False), _connector="OR"
                        ),
                        name="voucher_bound_has_a_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "gift_card"), _negated=True),
                            ("state__in", ["issued", "cancelled", "expired"]),
                            _connector="OR",
                        ),
                        name="gift_card_is_drawn_not_redeemed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at__isnull", True),
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="voucher_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
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
                            ("members", "Members"),
                            ("balances", "Balances"),
                            ("codes", "Codes"),
                            ("events", "Events"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("checking", "Being checked"),
                            ("ready", "Ready"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("refused", "Refused"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("jsonl", "JSON lines")],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                ("file_digest", models.BinaryField(max_length=32)),
                ("file_key", models.BinaryField(max_length=32, null=True)),
                ("headers", models.JSONField(default=list)),
                ("columns", models.JSONField(default=dict, verbose_name="columns")),
                ("options", models.JSONField(default=dict, verbose_name="options")),
                ("language", models.CharField(blank=True, max_length=10)),
                ("is_read", models.BooleanField(default=False)),
                ("parts", models.IntegerField(default=0)),
                ("parts_checked", models.IntegerField(default=0)),
                ("parts_done", models.IntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0, verbose_name="rows")),
                ("rows_checked", models.BigIntegerField(default=0, verbose_name="rows checked")),
                ("rows_done", models.BigIntegerField(default=0, verbose_name="rows done")),
                ("rows_undone", models.BigIntegerField(default=0, verbose_name="rows undone")),
                ("undone_to", models.BigIntegerField(default=0)),
                ("preview", models.JSONField(default=dict, verbose_name="preview")),
                ("outcome", models.JSONField(default=dict, verbose_name="outcome")),
                ("undone", models.JSONField(default=dict, verbose_name="undone")),
                ("problem", models.JSONField(default=dict)),
                ("turns", models.IntegerField(default=0)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("key", "key"),
                            ("member", "member"),
                            ("staff", "staff"),
                            ("rule", "rule"),
                            ("job", "job"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=60)),
                ("approved_by_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
                ("turned_at", models.DateTimeField(null=True)),
                ("turned_from", models.BigIntegerField(default=0)),
                ("kept_until", models.DateTimeField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [models.Index(fields=["program", "-id"], name="imports_of_program")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "kind", "file_key"), name="file_is_imported_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "uploaded",
                                    "checking",
                                    "ready",
                                    "running",
                                    "stopped",
                                    "done",
                                    "undoing",
                                    "undone",
                                    "refused",
                                ],
                            )
                        ),
                        name="import_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parts_checked__gte", 0),
                            ("parts_checked__lte", models.F("parts")),
                            ("parts_done__gte", 0),
                            ("parts_done__lte", models.F("parts")),
                            ("rows_checked__lte", models.F("rows")),
                            ("rows_done__lte", models.F("rows")),
                        ),
                        name="import_stays_within_its_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_at__isnull", False),
                            _connector="OR",
                        ),
                        name="import_is_done_at_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Journey",
            fields=[
                ("program_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lease", models.UUIDField()),
                ("lease_until", models.DateTimeField()),
            ],
            options={
                "db_table": "loyalty_journey",
            },
        ),
        migrations.CreateModel(
            name="Ladder",
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
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ladder",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "ladder",
                "verbose_name_plural": "ladders",
            },
        ),
        migrations.CreateModel(
            name="RuleRevision",
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
                ("definition", models.JSONField(verbose_name="definition")),
                ("author", models.CharField(max_length=120, verbose_name="author")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("frozen_at", models.DateTimeField(null=True, verbose_name="first live")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="loyalty.earningrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of a rule",
                "verbose_name_plural": "revisions of rules",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "number"), name="revision_numbers_are_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="revision_number_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchPlan",
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
                ("digest", models.CharField(max_length=64)),
                ("due_at", models.DateTimeField(verbose_name="goes live")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("done", "Done"), ("dropped", "Dropped")],
                        default="planned",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("author", models.CharField(max_length=120, verbose_name="author")),
                ("asked_at", models.DateTimeField(verbose_name="planned")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="loyalty.rulerevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned publication",
                "verbose_name_plural": "planned publications",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")),
                        fields=["program", "due_at"],
                        name="launches_planned",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "done", "dropped"])),
                        name="launch_plan_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="launch_plan_is_dropped_with_a_note",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "planned")),
                        fields=("revision",),
                        name="launch_is_planned_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
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
                ("as_of", models.DateTimeField(verbose_name="as of")),
                ("expires_at", models.DateTimeField(verbose_name="ends")),
                ("total", models.BigIntegerField(verbose_name="total")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("order", models.JSONField(verbose_name="order")),
                ("terms", models.JSONField(verbose_name="terms")),
                ("body", models.JSONField(verbose_name="offer")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
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
                "verbose_name": "quote",
                "verbose_name_plural": "quotes",
                "indexes": [models.Index(fields=["expires_at"], name="quote_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("as_of"))),
                        name="quote_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0)), name="quote_total_not_below_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PointsPrice",
            fields=[
                (
                    "hold_id",
                    models.UUIDField(primary_key=True, serialize=False, verbose_name="hold"),
                ),
                ("points_per_block", models.BigIntegerField(verbose_name="points of a block")),
                ("money_per_block", models.BigIntegerField(verbose_name="money of a block")),
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
                    "quote",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="loyalty.quote",
                    ),
                ),
            ],
            options={
                "verbose_name": "price of points",
                "verbose_name_plural": "prices of points",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("money_per_block__gt", 0), ("points_per_block__gt", 0)),
                        name="points_price_pays_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolCode",
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
                ("digest", models.BinaryField(max_length=32)),
                ("pepper", models.IntegerField()),
                ("last_four", models.CharField(max_length=4, verbose_name="last four")),
                ("sealed", models.BinaryField(null=True)),
                ("value", models.BigIntegerField(null=True, verbose_name="value")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="ends")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="handed out")),
                ("voucher_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended unused")),
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
                    "reward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_codes",
                        to="loyalty.reward",
                    ),
                ),
            ],
            options={
                "verbose_name": "code of a pool",
                "verbose_name_plural": "codes of pools",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("taken_at__isnull", True)),
                        fields=["reward", "id"],
                        name="pool_code_free",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ends_at__isnull", False),
                            ("taken_at__isnull", True),
                        ),
                        fields=["ends_at"],
                        name="pool_code_to_end",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "digest"), name="pool_code_is_known_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_at__isnull", True), ("voucher_id__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", True),
                                ("taken_at__isnull", False),
                                ("voucher_id__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pool_code_is_taken_by_a_voucher",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", True), ("value__gt", 0), _connector="OR"
                        ),
                        name="pool_code_value_is_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
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
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "staff member",
                "verbose_name_plural": "staff",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="staff_email_names_one_person",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
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
                ("deed", models.CharField(max_length=60, verbose_name="deed")),
                ("argument", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="reason")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                ("lapses_at", models.DateTimeField(verbose_name="lapses")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["program", "lapses_at"],
                        name="proposals_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "approved", "rejected", "lapsed"])
                        ),
                        name="proposal_has_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_is_approved_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                (
                    "worker",
                    models.CharField(
                        max_length=120, primary_key=True, serialize=False, verbose_name="worker"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("beat_at", models.DateTimeField(verbose_name="last pulse")),
                ("tick_at", models.DateTimeField(null=True, verbose_name="last tick")),
                ("task_at", models.DateTimeField(null=True, verbose_name="last task")),
            ],
            options={
                "verbose_name": "pulse of a worker",
                "verbose_name_plural": "pulses of workers",
                "db_table": "loyalty_pulse",
            },
        ),
        migrations.CreateModel(
            name="QuoteUse",
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
                ("event_id", models.UUIDField(verbose_name="event")),
                (
                    "missed",
                    models.CharField(blank=True, max_length=20, verbose_name="why not used"),
                ),
                ("at", models.DateTimeField(verbose_name="told")),
                (
                    "quote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="loyalty.quote",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a quote",
                "verbose_name_plural": "uses of quotes",
                "constraints": [
                    models.UniqueConstraint(fields=("event_id",), name="quote_use_is_one_per_order")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReasonCode",
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
                ("slug", models.SlugField(verbose_name="short name")),
                ("name", models.JSONField(verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reason_codes",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason code",
                "verbose_name_plural": "reason codes",
                "ordering": ["program", "position", "slug"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="reason_slug_is_its_own"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardPeriod",
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
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="to")),
                (
                    "reward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="loyalty.reward",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="loyalty.rewardrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "period of a reward",
                "verbose_name_plural": "periods of rewards",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_at__isnull", True)),
                        fields=("reward",),
                        name="reward_has_one_open_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("starts_at__lt", models.F("ends_at")),
                            _connector="OR",
                        ),
                        name="reward_period_ends_after_its_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardPrice",
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
                ("tier", models.SlugField(db_index=False, null=True, verbose_name="tier")),
                ("points", models.BigIntegerField(verbose_name="points")),
                (
                    "currency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.pointcurrency",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="loyalty.rewardrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revision", "currency", "tier"),
                        name="reward_price_is_one",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="reward_price_is_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleFault",
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
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("day", models.DateField(verbose_name="day")),
                ("condition", models.PositiveIntegerField(default=0, verbose_name="condition")),
                ("events", models.PositiveIntegerField(default=0, verbose_name="events")),
                ("last_event_id", models.UUIDField(verbose_name="last event")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="loyalty.earningrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "fault of a rule",
                "verbose_name_plural": "faults of rules",
                "indexes": [models.Index(fields=["program", "day"], name="faults_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "version", "day"), name="fault_counts_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RulePeriod",
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
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="to")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="loyalty.earningrule",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="loyalty.rulerevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "period of a rule",
                "verbose_name_plural": "periods of rules",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_at__isnull", True)),
                        fields=("rule",),
                        name="rule_has_one_open_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("starts_at__lt", models.F("ends_at")),
                            _connector="OR",
                        ),
                        name="period_ends_after_its_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("program_id", models.UUIDField(null=True, verbose_name="programme")),
                ("job", models.CharField(max_length=60, verbose_name="job")),
                ("period", models.CharField(max_length=80, verbose_name="period")),
                ("queue", models.CharField(max_length=60)),
                ("place", models.SmallIntegerField(db_default=0, default=0)),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("parked", "Parked"),
                            ("skipped", "Skipped"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("argument", models.JSONField(default=dict, verbose_name="argument")),
                ("cursor", models.TextField(null=True, verbose_name="cursor")),
                ("chunks", models.IntegerField(db_default=0, default=0, verbose_name="chunks")),
                (
                    "tries",
                    models.IntegerField(db_default=0, default=0, verbose_name="failed tries"),
                ),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True, verbose_name="lease until")),
                ("try_at", models.DateTimeField(null=True, verbose_name="next try at")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="failing since")),
                (
                    "error",
                    models.CharField(
                        db_default="", default="", max_length=500, verbose_name="error"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        db_default="", default="", max_length=500, verbose_name="note"
                    ),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "schedule run",
                "verbose_name_plural": "schedule runs",
                "db_table": "loyalty_schedule_run",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["program_id", "queue", "due_at", "place", "id"],
                        name="runs_waiting",
                    ),
                    models.Index(fields=["finished_at"], name="runs_finished"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program_id", "job", "period"),
                        name="job_runs_once_per_period",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "parked", "skipped"])),
                        name="run_has_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="run_is_skipped_with_a_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
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
                ("day", models.DateField(verbose_name="day")),
                ("rows", models.BigIntegerField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("previous", models.CharField(blank=True, max_length=64)),
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
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "constraints": [
                    models.UniqueConstraint(fields=("program", "day"), name="seal_is_one_per_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentMembership",
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
                ("segment", models.SlugField(max_length=64, verbose_name="segment")),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="segments",
                        to="loyalty.member",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "segment membership",
                "verbose_name_plural": "segment memberships",
                "indexes": [
                    models.Index(fields=["program", "segment", "member"], name="members_of_segment")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("member", "segment"),
                        name="member_is_in_a_segment_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True),
                            ("left_at__gte", models.F("entered_at")),
                            _connector="OR",
                        ),
                        name="segment_is_left_after_entering",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffBudget",
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
                ("day", models.DateField(verbose_name="day")),
                ("used", models.BigIntegerField(default=0, verbose_name="used")),
                ("limit", models.BigIntegerField(null=True, verbose_name="limit")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "budget of a person",
                "verbose_name_plural": "budgets of persons",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "person", "day"), name="staff_budget_is_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used__gte", 0),
                            models.Q(
                                ("limit__isnull", True),
                                ("used__lte", models.F("limit")),
                                _connector="OR",
                            ),
                        ),
                        name="staff_budget_used_up_to_its_limit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LadderRevision",
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
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("past", "Past")],
                        default="draft",
                        max_length=5,
                        verbose_name="state",
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("points", "Points earned"),
                            ("spend", "Money spent"),
                            ("orders", "Orders"),
                        ],
                        default="points",
                        max_length=6,
                        verbose_name="metric",
                    ),
                ),
                (
                    "cycle",
                    models.CharField(
                        choices=[
                            ("rolling", "Rolling"),
                            ("calendar", "Calendar year"),
                            ("member_year", "Member year"),
                            ("lifetime", "Lifetime"),
                        ],
                        default="rolling",
                        max_length=11,
                        verbose_name="cycle",
                    ),
                ),
                (
                    "period_months",
                    models.PositiveSmallIntegerField(default=12, verbose_name="months that count"),
                ),
                (
                    "starts_on",
                    models.CharField(default="01-01", max_length=5, verbose_name="cycle starts on"),
                ),
                (
                    "up",
                    models.CharField(
                        choices=[("at_once", "At once"), ("next_cycle", "With the next cycle")],
                        default="at_once",
                        max_length=10,
                        verbose_name="up",
                    ),
                ),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="days of grace"),
                ),
                (
                    "drop",
                    models.CharField(
                        choices=[("one_level", "One level"), ("to_metric", "To what is counted")],
                        default="one_level",
                        max_length=9,
                        verbose_name="drop",
                    ),
                ),
                (
                    "on_return",
                    models.CharField(
                        choices=[("at_once", "At once"), ("at_review", "At the review")],
                        default="at_once",
                        max_length=9,
                        verbose_name="on a return",
                    ),
                ),
                ("notice", models.CharField(default="P30D", max_length=30, verbose_name="notice")),
                ("mapping", models.JSONField(blank=True, default=dict, verbose_name="mapping")),
                ("is_silent", models.BooleanField(default=False, verbose_name="raise silently")),
                ("author", models.CharField(blank=True, max_length=100, verbose_name="author")),
                ("drafted_at", models.DateTimeField(verbose_name="drafted")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("applied_through", models.UUIDField(editable=False, null=True)),
                (
                    "applied_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reached everybody"),
                ),
                (
                    "ladder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="loyalty.ladder",
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.pointcurrency",
                    ),
                ),
            ],
            options={
                "verbose_name": "ladder revision",
                "verbose_name_plural": "ladder revisions",
                "ordering": ["ladder", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ladder", "number"), name="ladder_revisions_count_up"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")),
                        fields=("ladder",),
                        name="ladder_has_one_live_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "live", "past"])),
                        name="ladder_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grace_days__lte", 365)), name="ladder_grace_has_an_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_months__range", (1, 24))),
                        name="ladder_period_is_1_to_24_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="ladder_goes_live_at_an_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tier",
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
                ("slug", models.SlugField(verbose_name="slug")),
                ("name", models.JSONField(verbose_name="name")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                ("reach", models.BigIntegerField(default=0, verbose_name="reach")),
                ("keep", models.BigIntegerField(default=0, verbose_name="keep")),
                ("by_metric", models.BooleanField(default=True, verbose_name="by counting")),
                ("for_life", models.BooleanField(default=False, verbose_name="for life")),
                ("benefits", models.JSONField(blank=True, default=dict, verbose_name="benefits")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tiers",
                        to="loyalty.ladderrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "tier",
                "verbose_name_plural": "tiers",
                "ordering": ["revision", "rank"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revision", "rank"), name="tier_ranks_count_up"
                    ),
                    models.UniqueConstraint(
                        fields=("revision", "slug"), name="tier_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("keep__gte", 0), ("keep__lte", models.F("reach"))),
                        name="tier_keep_is_within_reach",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rank__lt", 10)), name="tier_is_one_of_ten"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_metric", True), ("rank", 0), ("reach", 0)),
                            models.Q(
                                ("rank__gt", 0),
                                models.Q(("by_metric", False), ("reach__gt", 0), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="tier_zero_belongs_to_everybody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierGift",
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
                ("slug", models.SlugField(db_index=False, verbose_name="tier")),
                (
                    "gift",
                    models.CharField(
                        choices=[("entry", "Entry"), ("birthday", "Birthday")],
                        max_length=8,
                        verbose_name="gift",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("currency_id", models.UUIDField()),
                ("given_at", models.DateTimeField(verbose_name="given")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_gifts",
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
                "verbose_name": "tier gift",
                "verbose_name_plural": "tier gifts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "slug", "gift", "year"),
                        name="tier_gift_is_given_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="tier_gift_gives_points"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierGrant",
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
                ("slug", models.SlugField(db_index=False, verbose_name="tier")),
                ("begins_at", models.DateTimeField(verbose_name="from")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("staff", "Staff"),
                            ("paid", "Paid membership"),
                            ("partner", "Partner"),
                            ("import", "Import"),
                        ],
                        max_length=7,
                        verbose_name="source",
                    ),
                ),
                ("reason", models.CharField(max_length=100, verbose_name="reason")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "reference",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="reference"
                    ),
                ),
                ("actor_kind", models.CharField(max_length=10, verbose_name="actor")),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=100)),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "ended_reason",
                    models.CharField(blank=True, max_length=100, verbose_name="ended because"),
                ),
                ("ended_by", models.CharField(blank=True, max_length=120, verbose_name="ended by")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_grants",
                        to="loyalty.member",
                    ),
                ),
                (
                    "origin",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued",
                        to="loyalty.tiergrant",
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
                "verbose_name": "tier grant",
                "verbose_name_plural": "tier grants",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["member"],
                        name="grants_not_ended",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gt", models.F("begins_at")),
                            _connector="OR",
                        ),
                        name="grant_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="grant_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["staff", "paid", "partner", "import"])),
                        name="grant_source_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("program", "source", "reference"), name="grant_reference_gives_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierMove",
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
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("review", "Review"),
                            ("return", "Return"),
                            ("grant", "Grant"),
                            ("grant_ended", "Grant ended"),
                            ("ladder_changed", "Ladder changed"),
                            ("merge", "Merge"),
                            ("import", "Import"),
                        ],
                        max_length=14,
                        verbose_name="cause",
                    ),
                ),
                ("from_slug", models.SlugField(db_index=False, verbose_name="from")),
                ("to_slug", models.SlugField(db_index=False, verbose_name="to")),
                ("standing_from", models.SlugField(db_index=False)),
                ("standing_to", models.SlugField(db_index=False)),
                ("day", models.DateField(verbose_name="day")),
                ("counted", models.BigIntegerField(null=True, verbose_name="counted")),
                ("threshold", models.BigIntegerField(null=True, verbose_name="threshold")),
                ("source_id", models.UUIDField(null=True, verbose_name="source")),
                ("effective_from", models.DateTimeField(verbose_name="in force from")),
                ("effective_to", models.DateTimeField(null=True, verbose_name="in force to")),
                ("at", models.DateTimeField(verbose_name="told at")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_moves",
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
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.ladderrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "tier move",
                "verbose_name_plural": "tier moves",
                "ordering": ["member", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "number"), name="tier_moves_count_up"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("effective_to__isnull", True)),
                        fields=("member",),
                        name="member_has_one_tier_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cause", "review")),
                        fields=("member", "cause", "day"),
                        name="tier_review_moves_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to__isnull", True),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="tier_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "reached",
                                    "review",
                                    "return",
                                    "grant",
                                    "grant_ended",
                                    "ladder_changed",
                                    "merge",
                                    "import",
                                ],
                            )
                        ),
                        name="tier_move_cause_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("program_id", models.UUIDField(verbose_name="programme")),
                ("day", models.DateField(verbose_name="day")),
                ("is_whole", models.BooleanField(verbose_name="everything, not a sample")),
                ("check_name", models.CharField(db_default="", default="", max_length=80)),
                ("mark", models.UUIDField(null=True)),
                (
                    "parts",
                    models.IntegerField(db_default=0, default=0, verbose_name="parts looked at"),
                ),
                (
                    "violations",
                    models.IntegerField(
                        db_default=0, default=0, verbose_name="rows that are wrong"
                    ),
                ),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "error",
                    models.CharField(
                        db_default="", default="", max_length=500, verbose_name="error"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "verification",
                "verbose_name_plural": "verifications",
                "db_table": "loyalty_verification",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["id"],
                        name="verifications_under_way",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program_id", "day"), name="programme_is_verified_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherUse",
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
                ("order_key", models.CharField(max_length=32)),
                ("used_at", models.DateTimeField(verbose_name="used")),
                ("discount", models.JSONField(null=True)),
                ("entry_id", models.UUIDField(null=True)),
                ("amount", models.BigIntegerField(null=True, verbose_name="drawn")),
                ("given_back", models.BigIntegerField(default=0, verbose_name="given back")),
                ("reinstated_at", models.DateTimeField(null=True, verbose_name="reinstated")),
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
                    "voucher",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="loyalty.voucher",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a voucher",
                "verbose_name_plural": "uses of vouchers",
                "indexes": [models.Index(fields=["program", "order_key"], name="use_by_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("voucher", "order_key"), name="voucher_serves_an_order_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__isnull", True),
                                ("entry_id__isnull", True),
                                ("given_back", 0),
                            ),
                            models.Q(
                                ("amount__gt", 0),
                                ("amount__lte", 1000000000000),
                                ("entry_id__isnull", False),
                                ("given_back__gte", 0),
                                ("given_back__lte", models.F("amount")),
                            ),
                            _connector="OR",
                        ),
                        name="use_gives_back_what_was_drawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order_key", ""), _negated=True),
                        name="use_names_an_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WhatIf",
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
                    "change",
                    models.CharField(
                        choices=[("draft", "The draft"), ("end", "The end of the rule")],
                        max_length=5,
                        verbose_name="change",
                    ),
                ),
                ("definition", models.JSONField(verbose_name="definition")),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField(verbose_name="from")),
                ("until", models.DateTimeField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("stopped", "Stopped"), ("done", "Done")],
                        default="running",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("goes", models.PositiveSmallIntegerField(default=1)),
                ("mark", models.UUIDField(null=True)),
                ("members", models.PositiveIntegerField(default=0, verbose_name="members")),
                (
                    "members_done",
                    models.PositiveIntegerField(default=0, verbose_name="members looked at"),
                ),
                (
                    "events_done",
                    models.PositiveIntegerField(default=0, verbose_name="events played"),
                ),
                ("tally", models.JSONField(default=dict)),
                ("author", models.CharField(max_length=120, verbose_name="author")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="what_ifs",
                        to="loyalty.rulerevision",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="what_ifs",
                        to="loyalty.earningrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "what-if",
                "verbose_name_plural": "what-ifs",
                "indexes": [models.Index(fields=["program", "asked_at"], name="what_ifs_by_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "stopped", "done"])),
                        name="what_if_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("change__in", ["draft", "end"])),
                        name="what_if_change_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))),
                        name="what_if_looks_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("change", "draft"), ("revision__isnull", False)),
                            models.Q(("change", "end"), ("revision__isnull", True)),
                            _connector="OR",
                        ),
                        name="what_if_of_a_draft_has_a_revision",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("rule",),
                        name="what_if_runs_once_per_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("invariant", models.CharField(max_length=10, verbose_name="invariant")),
                ("name", models.CharField(max_length=60, verbose_name="check")),
                ("row", models.CharField(max_length=60, verbose_name="row")),
                ("found", models.CharField(max_length=300, verbose_name="found")),
                ("expected", models.CharField(max_length=300, verbose_name="expected")),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wrong",
                        to="loyalty.verification",
                    ),
                ),
            ],
            options={
                "verbose_name": "wrong row",
                "verbose_name_plural": "wrong rows",
                "db_table": "loyalty_wrong_row",
            },
        ),
        migrations.CreateModel(
            name="WrongSignIn",
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
                ("account_digest", models.CharField(max_length=64)),
                ("address_digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_digest", "at"], name="wrong_sign_in_by_account"),
                    models.Index(fields=["address_digest", "at"], name="wrong_sign_in_by_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnouncedFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60, verbose_name="fact")),
                ("program_id", models.UUIDField(verbose_name="programme")),
                ("member_id", models.UUIDField(null=True, verbose_name="member")),
                ("lane", models.SmallIntegerField()),
                ("body", models.JSONField(verbose_name="body")),
                ("at", models.DateTimeField(verbose_name="happened at")),
                ("announced_at", models.DateTimeField(verbose_name="announced at")),
                ("announced_in", models.BigIntegerField()),
                ("request_id", models.CharField(max_length=64, verbose_name="request")),
                ("trace_id", models.CharField(max_length=64, verbose_name="trace")),
            ],
            options={
                "verbose_name": "fact",
                "verbose_name_plural": "facts",
                "db_table": "loyalty_announced_fact",
                "indexes": [
                    models.Index(fields=["program_id", "announced_in", "id"], name="facts_in_order")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lane__gte", 0), ("lane__lt", 32)),
                        name="fact_runs_in_a_lane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
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
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("secret", "Secret"), ("publishable", "Publishable")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("shown_prefix", models.CharField(max_length=20, verbose_name="prefix")),
                ("last_four", models.CharField(max_length=4, verbose_name="last four")),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="scopes"
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49),
                        blank=True,
                        default=list,
                        help_text="CIDR networks this key may be used from; empty means from anywhere.",
                        size=None,
                        verbose_name="address list",
                    ),
                ),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Pages a publishable key works on, such as https://shop.example.",
                        size=None,
                        verbose_name="origins",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("created_by", models.CharField(max_length=100, verbose_name="created by")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last used (to the hour)"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="loyalty.apikey",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "indexes": [models.Index(fields=["program", "name"], name="key_by_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["secret", "publishable"])),
                        name="key_has_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "secret"),
                            models.Q(("origins", []), _negated=True),
                            _connector="OR",
                        ),
                        name="key_publishable_has_origins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Debt",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="debt",
                        serialize=False,
                        to="loyalty.entry",
                    ),
                ),
                ("points", models.BigIntegerField(verbose_name="owed")),
                ("filled", models.BigIntegerField(default=0, verbose_name="filled")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debts",
                        to="loyalty.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "debt",
                "verbose_name_plural": "debts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("filled__lt", models.F("points"))),
                        fields=["account"],
                        name="debt_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("filled__gte", 0),
                            ("filled__lte", models.F("points")),
                            ("points__gt", 0),
                        ),
                        name="debt_is_filled_up_to_what_is_owed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryNote",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="note",
                        serialize=False,
                        to="loyalty.entry",
                    ),
                ),
                ("text", models.TextField(verbose_name="note")),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
            },
        ),
        migrations.CreateModel(
            name="Claim",
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
                ("source_key", models.CharField(max_length=160)),
                ("asked", models.BigIntegerField(verbose_name="asked")),
                ("pending", models.BigIntegerField(default=0, verbose_name="of it pending")),
                ("own", models.BigIntegerField(default=0, verbose_name="of it left of the lot")),
                ("expired", models.BigIntegerField(default=0, verbose_name="of it expired")),
                ("other", models.BigIntegerField(default=0, verbose_name="of it other points")),
                ("owing", models.BigIntegerField(default=0, verbose_name="left owing")),
                ("waived", models.BigIntegerField(default=0, verbose_name="forgiven")),
                ("group_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="loyalty.account",
                    ),
                ),
                (
                    "earning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="loyalty.entry",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("earning", "source_key"), name="claim_counts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "asked",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("pending"), "+", models.F("own")
                                                ),
                                                "+",
                                                models.F("expired"),
                                            ),
                                            "+",
                                            models.F("other"),
                                        ),
                                        "+",
                                        models.F("owing"),
                                    ),
                                    "+",
                                    models.F("waived"),
                                ),
                            ),
                            ("asked__gt", 0),
                            ("expired__gte", 0),
                            ("other__gte", 0),
                            ("owing__gte", 0),
                            ("own__gte", 0),
                            ("pending__gte", 0),
                            ("waived__gte", 0),
                        ),
                        name="claim_parts_make_the_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetUse",
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
                ("starts_on", models.DateField(verbose_name="first day")),
                ("unit", models.CharField(max_length=10, verbose_name="period")),
                ("cap", models.BigIntegerField(verbose_name="cap")),
                ("used", models.BigIntegerField(default=0, verbose_name="used")),
                (
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.earningrule",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a budget",
                "verbose_name_plural": "uses of budgets",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "rule", "unit", "starts_on"),
                        name="budget_counts_once_per_period",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("cap"))),
                        name="budget_used_up_to_its_cap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventVoid",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="voided",
                        serialize=False,
                        to="loyalty.event",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("actor_kind", models.CharField(max_length=10, verbose_name="actor")),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=100)),
                ("results", models.JSONField(verbose_name="what was taken back")),
                ("at", models.DateTimeField(verbose_name="voided")),
            ],
            options={
                "verbose_name": "voided event",
                "verbose_name_plural": "voided events",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="void_has_a_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FactDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("fact_id", models.BigIntegerField(verbose_name="fact")),
                ("receiver", models.CharField(max_length=60, verbose_name="receiver")),
                ("lane", models.SmallIntegerField(verbose_name="lane")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("parked", "Parked"),
                            ("skipped", "Skipped"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("tries", models.IntegerField(db_default=0, default=0, verbose_name="tries")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="failing since")),
                (
                    "error",
                    models.CharField(
                        db_default="", default="", max_length=500, verbose_name="error"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        db_default="", default="", max_length=500, verbose_name="note"
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery of a fact",
                "verbose_name_plural": "deliveries of facts",
                "db_table": "loyalty_fact_delivery",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["receiver", "lane", "fact_id"],
                        include=("due_at",),
                        name="deliveries_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting"), ("tries__gt", 0)),
                        fields=["receiver", "lane"],
                        name="deliveries_put_off",
                    ),
                    models.Index(
                        condition=models.Q(("state", "parked")),
                        fields=["receiver", "fact_id"],
                        name="deliveries_parked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fact_id", "receiver"), name="fact_is_delivered_once_per_receiver"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "delivered", "parked", "skipped"])
                        ),
                        name="delivery_has_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_is_skipped_with_a_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GiftCard",
            fields=[
                (
                    "voucher",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="card",
                        serialize=False,
                        to="loyalty.voucher",
                    ),
                ),
                ("value", models.BigIntegerField(verbose_name="value")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "paid_with",
                    models.CharField(
                        choices=[("money", "Money"), ("points", "Points"), ("free", "Given")],
                        max_length=6,
                        verbose_name="paid with",
                    ),
                ),
                ("reference", models.CharField(max_length=32, null=True)),
                ("sale_order_key", models.CharField(blank=True, max_length=32)),
                ("sale_line", models.CharField(blank=True, max_length=200)),
                ("pin_digest", models.BinaryField(max_length=16, null=True)),
                ("wrong_pins", models.PositiveSmallIntegerField(default=0)),
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
                "verbose_name": "gift card",
                "verbose_name_plural": "gift cards",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sale_order_key", ""), _negated=True),
                        fields=["program", "sale_order_key"],
                        name="gift_card_by_sale",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "reference"), name="gift_card_is_sold_once_per_reference"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 1), ("value__lte", 1000000000000)),
                        name="gift_card_has_a_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="gift_card_currency_is_iso_4217",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_with__in", ["money", "points", "free"])),
                        name="gift_card_was_paid_somehow",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardHold",
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
                ("key", models.CharField(max_length=32)),
                ("hold_id", models.UUIDField()),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "voucher",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_holds",
                        to="loyalty.voucher",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation of a gift card",
                "verbose_name_plural": "reservations of gift cards",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=("voucher", "key"),
                        name="card_is_held_once_per_basket",
                    ),
                    models.UniqueConstraint(fields=("hold_id",), name="card_hold_is_of_one_basket"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="card_hold_sets_money_aside"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuessGuard",
            fields=[
                ("subject", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "under_way",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "failed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), default=list, size=None
                    ),
                ),
                ("closed_until", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="guess_guard_by_age")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
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
                ("scope", models.UUIDField()),
                ("key_digest", models.BinaryField(max_length=32)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("content_type", models.CharField(max_length=60)),
                ("sealed_body", models.BinaryField()),
                ("is_memo", models.BooleanField(default=False)),
                ("member_id", models.UUIDField(null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kept_at"], name="idempotency_kept_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "key_digest"), name="idempotency_key_counts_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "of_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="part_set",
                        to="loyalty.import",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of_import", "number"), name="part_is_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("program_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("members", "Members"),
                            ("balances", "Balances"),
                            ("codes", "Codes"),
                            ("events", "Events"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.BigIntegerField(verbose_name="row")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("taken", "Taken"),
                            ("already_there", "Already there"),
                            ("refused", "Refused"),
                            ("undone", "Undone"),
                            ("kept", "Kept"),
                        ],
                        max_length=13,
                        verbose_name="status",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="code")),
                ("sentence", models.CharField(blank=True, max_length=500, verbose_name="why")),
                ("key", models.BinaryField(max_length=16, null=True)),
                ("is_taken", models.BooleanField(default=False)),
                ("member_id", models.UUIDField(null=True)),
                ("target_id", models.UUIDField(null=True)),
                ("points", models.BigIntegerField(default=0, verbose_name="points")),
                (
                    "of_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="row_set",
                        to="loyalty.import",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of an import",
                "verbose_name_plural": "rows of imports",
                "indexes": [
                    models.Index(
                        condition=models.Q(("key__isnull", False)),
                        fields=["of_import", "key"],
                        name="rows_by_key",
                    ),
                    models.Index(fields=["of_import", "status", "number"], name="rows_by_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of_import", "number"), name="row_stands_once_in_its_import"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_taken", True)),
                        fields=("program_id", "kind", "key"),
                        name="row_key_is_taken_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["new", "taken", "already_there", "refused", "undone", "kept"],
                            )
                        ),
                        name="row_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_taken", False),
                            models.Q(("key__isnull", False), ("status__in", ("taken", "kept"))),
                            _connector="OR",
                        ),
                        name="row_is_taken_under_a_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
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
                ("size", models.BigIntegerField(verbose_name="size")),
                ("free", models.BigIntegerField(verbose_name="free")),
                ("held", models.BigIntegerField(default=0, verbose_name="held")),
                ("origin", models.CharField(blank=True, max_length=60, verbose_name="origin")),
                (
                    "worth",
                    models.BigIntegerField(
                        help_text="Minor units of 1,000 points when they were issued.",
                        null=True,
                        verbose_name="worth",
                    ),
                ),
                ("opens_at", models.DateTimeField(null=True, verbose_name="opens")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("lapses_at", models.DateTimeField(null=True, verbose_name="lapses")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="ends")),
                ("terms", models.JSONField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "indexes": [
                    models.Index(
                        models.F("account"),
                        models.Func(
                            models.F("expires_at"),
                            template="(COALESCE(%(expressions)s, 'infinity'::timestamptz))",
                        ),
                        models.F("id"),
                        condition=models.Q(("free__gt", 0), ("opened_at__isnull", False)),
                        name="lot_in_spending_order",
                    ),
                    models.Index(
                        condition=models.Q(("opened_at__isnull", True)),
                        fields=["opens_at"],
                        name="lot_to_open",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("free__gt", 0), ("opened_at__isnull", True), ("opens_at__isnull", True)
                        ),
                        fields=["account"],
                        name="lot_waiting_for_an_event",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("lapses_at__isnull", False), ("opened_at__isnull", True)
                        ),
                        fields=["lapses_at"],
                        name="lot_to_lapse",
                    ),
                    models.Index(
                        condition=models.Q(("free__gt", 0)),
                        fields=["expires_at", "id"],
                        name="lot_to_expire",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0), ("size__lte", 1000000000000000)),
                        name="lot_has_a_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("free__gte", 0)), name="lot_free_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0)), name="lot_held_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "size__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("free"), "+", models.F("held")
                                ),
                            )
                        ),
                        name="lot_gives_no_more_than_it_has",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_at__isnull", False), ("held", 0), _connector="OR"
                        ),
                        name="lot_opens_before_it_is_held",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
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
                ("points", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="loyalty.entry",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="loyalty.hold",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="loyalty.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "draw",
                "verbose_name_plural": "draws",
                "indexes": [
                    models.Index(
                        condition=models.Q(("entry__isnull", False)),
                        fields=["entry"],
                        name="draw_by_entry",
                    ),
                    models.Index(
                        condition=models.Q(("hold__isnull", False)),
                        fields=["hold"],
                        name="draw_by_hold",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points", 0), _negated=True), name="draw_moves_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("hold__isnull", True)),
                            models.Q(("entry__isnull", True), ("hold__isnull", False)),
                            _connector="OR",
                        ),
                        name="draw_is_for_an_entry_or_a_hold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotChange",
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
                ("why", models.CharField(max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="loyalty.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a lot",
                "verbose_name_plural": "changes of lots",
            },
        ),
        migrations.CreateModel(
            name="MemberProfile",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                        to="loyalty.member",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=100, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=100, verbose_name="last name"),
                ),
                (
                    "birth_month",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="month of birth"
                    ),
                ),
                (
                    "birth_day",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="day of birth"
                    ),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of birth"
                    ),
                ),
                ("birthday_changed_at", models.DateTimeField(editable=False, null=True)),
                ("email_sealed", models.BinaryField(null=True)),
                ("email_digest", models.BinaryField(max_length=32, null=True)),
                ("phone_sealed", models.BinaryField(null=True)),
                ("phone_digest", models.BinaryField(max_length=32, null=True)),
                ("contact_changed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "card",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="card"),
                ),
                (
                    "attributes",
                    models.JSONField(blank=True, default=dict, verbose_name="attributes"),
                ),
                ("changed_at", models.DateTimeField(editable=False, verbose_name="changed")),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "profile",
                "verbose_name_plural": "profiles",
                "indexes": [
                    models.Index(fields=["program", "email_digest"], name="profile_by_email"),
                    models.Index(fields=["program", "phone_digest"], name="profile_by_phone"),
                    models.Index(
                        condition=models.Q(("birth_month__isnull", False)),
                        fields=["program", "birth_month", "birth_day"],
                        name="profile_by_birthday",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("last_name"),
                        models.F("program"),
                        name="profile_by_last_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "card"), name="card_names_one_member"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("birth_day__isnull", True), ("birth_month__isnull", True)),
                            models.Q(
                                ("birth_day__isnull", False),
                                ("birth_month__isnull", False),
                                ("birth_day__range", (1, 31)),
                                ("birth_month__range", (1, 12)),
                            ),
                            _connector="OR",
                        ),
                        name="birthday_has_day_and_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="loyalty.member",
                    ),
                ),
                ("slug", models.SlugField(db_index=False, verbose_name="tier earned")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("joined", "Joined"),
                            ("reached", "Reached"),
                            ("renewed", "Renewed"),
                            ("dropped", "Dropped to"),
                            ("mapped", "Taken over from another ladder"),
                        ],
                        max_length=8,
                        verbose_name="how",
                    ),
                ),
                (
                    "qualified_on",
                    models.DateField(blank=True, null=True, verbose_name="qualified on"),
                ),
                (
                    "counted_through",
                    models.DateField(blank=True, null=True, verbose_name="counted through"),
                ),
                ("through", models.DateField(blank=True, null=True, verbose_name="through")),
                (
                    "grace_through",
                    models.DateField(blank=True, null=True, verbose_name="grace through"),
                ),
                ("before", models.JSONField(blank=True, null=True, verbose_name="standing before")),
                (
                    "next_slug",
                    models.SlugField(
                        blank=True, db_index=False, verbose_name="tier of the next cycle"
                    ),
                ),
                ("next_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("next_qualified_on", models.DateField(blank=True, null=True)),
                ("in_force", models.SlugField(db_index=False, verbose_name="tier in force")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("moves", models.PositiveIntegerField(default=0, verbose_name="moves")),
                ("moved_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="next review")),
                (
                    "grant_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="next grant begins or ends"
                    ),
                ),
                (
                    "notice_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next notice"),
                ),
                ("noticed_for", models.JSONField(blank=True, default=list)),
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
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.ladderrevision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing",
                "verbose_name_plural": "standings",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["program", "due_at"],
                        name="standing_due",
                    ),
                    models.Index(
                        condition=models.Q(("grant_at__isnull", False)),
                        fields=["program", "grant_at"],
                        name="standing_grant_due",
                    ),
                    models.Index(
                        condition=models.Q(("notice_at__isnull", False)),
                        fields=["program", "notice_at"],
                        name="standing_notice_due",
                    ),
                    models.Index(fields=["program", "in_force"], name="standing_by_tier"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counted_through__isnull", True),
                            ("through__isnull", True),
                            ("counted_through__lte", models.F("through")),
                            _connector="OR",
                        ),
                        name="standing_counts_within_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grace_through__isnull", True),
                            ("grace_through__gt", models.F("through")),
                            _connector="OR",
                        ),
                        name="grace_follows_the_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_from__isnull", True),
                                ("next_qualified_on__isnull", True),
                                ("next_slug", ""),
                            ),
                            models.Q(
                                models.Q(("next_slug", ""), _negated=True),
                                ("next_from__isnull", False),
                                ("next_qualified_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="noted_tier_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
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
                ("purpose", models.CharField(max_length=64, verbose_name="purpose")),
                ("is_given", models.BooleanField(verbose_name="given")),
                (
                    "text_version",
                    models.CharField(blank=True, max_length=64, verbose_name="text version"),
                ),
                ("source", models.CharField(blank=True, max_length=64, verbose_name="source")),
                ("actor_kind", models.CharField(max_length=10, verbose_name="actor")),
                ("actor_id", models.UUIDField(null=True)),
                ("noted_at", models.DateTimeField(verbose_name="noted")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="loyalty.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "indexes": [
                    models.Index(fields=["member", "purpose", "id"], name="consent_by_purpose")
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("manager", "Manager"),
                            ("marketer", "Marketer"),
                            ("support", "Support"),
                            ("till", "Till"),
                            ("analyst", "Analyst"),
                            ("developer", "Developer"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="loyalty.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "role in a programme",
                "verbose_name_plural": "roles in programmes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "program", "role"), name="membership_gives_a_role_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "owner",
                                    "manager",
                                    "marketer",
                                    "support",
                                    "till",
                                    "analyst",
                                    "developer",
                                    "auditor",
                                ],
                            )
                        ),
                        name="membership_has_a_known_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
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
                ("source_status", models.CharField(default="active", max_length=10)),
                ("merged_at", models.DateTimeField(verbose_name="merged")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
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
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("source",),
                        name="merge_is_open_once_per_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="merge_joins_two_members",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                ("order_source", models.CharField(max_length=60, verbose_name="source")),
                (
                    "order_number",
                    models.CharField(blank=True, max_length=200, verbose_name="order id"),
                ),
                ("order_digest", models.BinaryField(max_length=16)),
                ("content_digest", models.BinaryField(max_length=16)),
                ("event_id", models.UUIDField()),
                ("number", models.PositiveIntegerField(default=1, verbose_name="number")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "rate",
                    models.DecimalField(decimal_places=12, default=Decimal(1), max_digits=24),
                ),
                ("total", models.BigIntegerField(verbose_name="total")),
                ("returned", models.BigIntegerField(default=0, verbose_name="returned")),
                (
                    "is_wholly_returned",
                    models.BooleanField(default=False, verbose_name="wholly returned"),
                ),
                ("paid_at", models.DateTimeField(verbose_name="paid")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
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
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_wholly_returned", False)),
                        fields=["member", "paid_at"],
                        name="order_by_member",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "order_digest"), name="order_counts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0)), name="order_total_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned__gte", 0), ("returned__lte", models.F("total"))
                        ),
                        name="order_returns_no_more_than_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="order_rate_above_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedUntil",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("program_id", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("hour", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "loyalty_planned_until",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program_id",),
                        name="programme_is_planned_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Earning",
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
                ("event_id", models.UUIDField(verbose_name="event")),
                ("member_id", models.UUIDField(verbose_name="member")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("entry_id", models.UUIDField(verbose_name="entry")),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="claimed")),
                (
                    "counts_for_tier",
                    models.BooleanField(default=False, verbose_name="counts for the tier"),
                ),
                ("once_key", models.BinaryField(max_length=16, null=True)),
                ("day", models.DateField(verbose_name="day")),
                ("occurred_at", models.DateTimeField(verbose_name="happened")),
                (
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.earningrule",
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.pointcurrency",
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
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.rulerevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "earning",
                "verbose_name_plural": "earnings",
                "indexes": [models.Index(fields=["member_id", "day"], name="earning_of_a_member")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event_id", "rule"), name="earning_is_one_per_rule"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("claimed__lt", models.F("points")), ("once_key__isnull", False)
                        ),
                        fields=("member_id", "rule", "once_key"),
                        name="earning_once_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="earning_has_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("claimed__gte", 0), ("claimed__lte", models.F("points"))
                        ),
                        name="earning_claimed_up_to_its_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardStock",
            fields=[
                (
                    "reward",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stock",
                        serialize=False,
                        to="loyalty.reward",
                    ),
                ),
                ("total", models.BigIntegerField(verbose_name="in all")),
                ("left", models.BigIntegerField(verbose_name="left")),
                ("is_limited", models.BooleanField(default=True, verbose_name="limited")),
            ],
            options={
                "verbose_name": "stock",
                "verbose_name_plural": "stock",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("left__gte", 0), ("left__lte", models.F("total"))),
                        name="stock_left_is_within_total",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TierDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "member_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("points", models.BigIntegerField(db_default=0, default=0, verbose_name="points")),
                ("spend", models.BigIntegerField(db_default=0, default=0, verbose_name="spend")),
                ("orders", models.BigIntegerField(db_default=0, default=0, verbose_name="orders")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_days",
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
                "verbose_name": "tier day",
                "verbose_name_plural": "tier days",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("orders__gte", 0), ("points__gte", 0), ("spend__gte", 0)
                        ),
                        name="tier_day_is_not_below_zero",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="claim_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'claim_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_is_never_changed';",
                    hash="7ceefb67ae36899bc951b3bcbbe9fb8034838a6b",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_claim_is_never_changed_4e73f",
                    table="loyalty_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="eventvoid",
            trigger=pgtrigger.compiler.Trigger(
                name="void_is_for_ever",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'void_is_for_ever' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'void_is_for_ever';",
                    hash="a84a4bc15c394eed5bfd609247b8be49b8187cf7",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_void_is_for_ever_09704",
                    table="loyalty_eventvoid",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'draw_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draw_is_never_changed';",
                    hash="691e36633e520acce7eb8912064b844c4f586c30",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_draw_is_never_changed_2277a",
                    table="loyalty_draw",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="draws_stay_within_their_lot",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT FROM loyalty_lot lot\n                        CROSS JOIN LATERAL (\n                            SELECT sum(points) AS taken FROM loyalty_draw WHERE lot_id = lot.id\n                        ) draws\n                        WHERE lot.id IN (SELECT lot_id FROM fresh)\n                          AND NOT draws.taken BETWEEN 0 AND lot.size\n                    ) THEN\n                        RAISE EXCEPTION 'draws_stay_within_their_lot' USING\n                            ERRCODE = 'check_violation', CONSTRAINT = 'draws_stay_within_their_lot';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="7d12078ad1a781eb2ac603c4059af274db39af74",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_draws_stay_within_their_lot_22d01",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="loyalty_draw",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lotchange",
            trigger=pgtrigger.compiler.Trigger(
                name="lot_change_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'lot_change_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'lot_change_is_never_changed';",
                    hash="452d9439939bf271d0fc9148d4d6bfc5271f9221",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_lot_change_is_never_changed_01445",
                    table="loyalty_lotchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="consents_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="79e708819c035ee5d27ecc4d209fdb3475ed40c9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_consents_are_only_added_f3c62",
                    table="loyalty_consent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="consents_are_not_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'consents_are_not_truncated' USING ERRCODE = 'restrict_violation';",
                    hash="8d6772445f64d4e81f09102de04cdbe23a77dc22",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_consents_are_not_truncated_ffeda",
                    table="loyalty_consent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ladderrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="live_ladders_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> 'draft')",
                    func="\n                    IF (to_jsonb(NEW) - '{state,ended_at,applied_through,applied_at}'::text[])\n                       <> (to_jsonb(OLD) - '{state,ended_at,applied_through,applied_at}'::text[])\n                       OR NEW.state = 'draft' OR (OLD.state = 'past' AND NEW.state <> 'past') THEN\n                        RAISE EXCEPTION 'live_ladders_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_ladders_are_frozen';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="322e5b5c524575b6589a89d013a0876caeacd296",
                    operation="UPDATE",
                    pgid="pgtrigger_live_ladders_are_frozen_60b76",
                    table="loyalty_ladderrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ladderrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="live_ladders_rise",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state = 'draft' AND NEW.state <> 'draft')",
                    func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM loyalty_tier t WHERE t.revision_id = NEW.id AND t.rank = 0\n                    ) OR EXISTS (\n                        SELECT 1 FROM loyalty_tier low\n                        JOIN loyalty_tier high ON high.revision_id = low.revision_id\n                             AND high.rank > low.rank AND high.by_metric AND high.reach <= low.reach\n                        WHERE low.revision_id = NEW.id AND low.by_metric\n                    ) THEN\n                        RAISE EXCEPTION 'live_ladders_rise' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_ladders_rise';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="c5e5dc0e4a7a54324ea69c51bb05951d6e8bf05a",
                    operation="UPDATE",
                    pgid="pgtrigger_live_ladders_rise_16fdc",
                    table="loyalty_ladderrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="explanation",
            trigger=pgtrigger.compiler.Trigger(
                name="explanation_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'explanation_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'explanation_is_never_changed';",
                    hash="68f15f454575c75552da3877b2050a4dcfc05527",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_explanation_is_never_changed_888d5",
                    table="loyalty_explanation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'entry_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_is_never_changed';",
                    hash="50576edbcd53b722bcfab030fd0b1f3ec362fea2",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_entry_is_never_changed_4fa37",
                    table="loyalty_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditrow",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_rows_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9a7a5629f4764e873dec4f70ad18d876eb7b40e1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_rows_are_only_added_87842",
                    table="loyalty_auditrow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quote",
            trigger=pgtrigger.compiler.Trigger(
                name="quote_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'quote_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quote_is_never_changed';",
                    hash="2ad4a1dcd984607d7493bc971188c52b74ff045f",
                    level="STATEMENT",
                    operation="UPDATE OR TRUNCATE",
                    pgid="pgtrigger_quote_is_never_changed_ddcb1",
                    table="loyalty_quote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pointsprice",
            trigger=pgtrigger.compiler.Trigger(
                name="points_price_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'points_price_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'points_price_is_never_changed';",
                    hash="65d999c416f506794da750553ade5eb61279ddc5",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_points_price_is_never_changed_e0e0b",
                    table="loyalty_pointsprice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quoteuse",
            trigger=pgtrigger.compiler.Trigger(
                name="quote_use_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'quote_use_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quote_use_is_never_changed';",
                    hash="6f7a909c24c1ec4ffc948eed9d78d9223c0001fd",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_quote_use_is_never_changed_31f69",
                    table="loyalty_quoteuse",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="poolcode",
            trigger=pgtrigger.compiler.Trigger(
                name="pool_code_goes_out_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.voucher_id IS NOT NULL AND OLD.voucher_id IS DISTINCT FROM NEW.voucher_id)",
                    func="\n                    RAISE EXCEPTION 'pool_code_goes_out_once' USING\n                        ERRCODE = 'check_violation', CONSTRAINT = 'pool_code_goes_out_once';\n                ",
                    hash="1461319ddfbd1c2c15ddc74c058ee0c4d5d02192",
                    operation="UPDATE",
                    pgid="pgtrigger_pool_code_goes_out_once_f98a0",
                    table="loyalty_poolcode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rewardrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="live_rewards_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.frozen_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'live_rewards_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_rewards_are_frozen';",
                    hash="a9b80a7d9c4a253d91db6eb29ca992021a522a71",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_live_rewards_are_frozen_0e199",
                    table="loyalty_rewardrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rewardprice",
            trigger=pgtrigger.compiler.Trigger(
                name="live_prices_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM loyalty_rewardrevision r\n                        WHERE r.id IN (COALESCE(NEW.revision_id, OLD.revision_id), OLD.revision_id)\n                          AND r.frozen_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'live_prices_are_frozen' USING\n                            ERRCODE = 'restrict_violation', CONSTRAINT = 'live_prices_are_frozen';\n                    END IF;\n                    RETURN COALESCE(NEW, OLD);\n                ",
                    hash="d939ffdf13a02169400c816e0f2e5f5fda47a0f6",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_live_prices_are_frozen_0403e",
                    table="loyalty_rewardprice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rewardperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_reward_period_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.ends_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'ended_reward_period_is_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ended_reward_period_is_frozen';",
                    hash="d825a31357fbf7c64bcf056f6ce3ce2c38276846",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_ended_reward_period_is_frozen_9242c",
                    table="loyalty_rewardperiod",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="redemption",
            trigger=pgtrigger.compiler.Trigger(
                name="redemption_moves_by_the_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    func="\n                    IF NOT ((OLD.state = 'issued' AND NEW.state IN ('cancelled', 'fulfilled', 'lapsed')) OR (OLD.state = 'fulfilled' AND NEW.state IN ('issued')) OR (OLD.state = 'lapsed' AND NEW.state IN ('issued'))\n                            OR (OLD.state = 'fulfilled' AND NEW.state = 'cancelled' AND OLD.given_lot_id IS NOT NULL)) THEN\n                        RAISE EXCEPTION 'redemption_moves_by_the_table' USING\n                            ERRCODE = 'restrict_violation', CONSTRAINT = 'redemption_moves_by_the_table';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="2bb372af464c55f2fe52d2b278cfa5422993eab7",
                    operation="UPDATE",
                    pgid="pgtrigger_redemption_moves_by_the_table_a3806",
                    table="loyalty_redemption",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="redemption",
            trigger=pgtrigger.compiler.Trigger(
                name="redemption_terms_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (to_jsonb(NEW) - '{state,is_waiting,state_at,state_reason,state_by,cancelled_at,points_usable,points_expired,member_id,merged_from,note}'::text[])\n                       <> (to_jsonb(OLD) - '{state,is_waiting,state_at,state_reason,state_by,cancelled_at,points_usable,points_expired,member_id,merged_from,note}'::text[])\n                       OR NEW.note NOT IN (OLD.note, '') THEN\n                        RAISE EXCEPTION 'redemption_terms_are_kept' USING\n                            ERRCODE = 'restrict_violation', CONSTRAINT = 'redemption_terms_are_kept';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="f356949bcef35f114f64130629976857cfe7cd51",
                    operation="UPDATE",
                    pgid="pgtrigger_redemption_terms_are_kept_3a63d",
                    table="loyalty_redemption",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="redemption",
            trigger=pgtrigger.compiler.Trigger(
                name="redemptions_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'redemptions_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'redemptions_are_kept';",
                    hash="1981c9e23b1ae8b0f4be8d94aacbca890699864c",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_redemptions_are_kept_bcef4",
                    table="loyalty_redemption",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulerevision",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_revision_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."frozen_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'frozen_revision_never_changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'frozen_revision_never_changes';",
                    hash="9593deee4bc9c452688da607baa29341c736715e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_revision_never_changes_1c152",
                    table="loyalty_rulerevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruleperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_period_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ends_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'ended_period_never_changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ended_period_never_changes';",
                    hash="098b4018d94aa12f01b791962d3aaf91036caa05",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_ended_period_never_changes_e4e8a",
                    table="loyalty_ruleperiod",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earning",
            trigger=pgtrigger.compiler.Trigger(
                name="earning_only_gains_claims",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF to_jsonb(OLD) - 'claimed' IS DISTINCT FROM to_jsonb(NEW) - 'claimed' THEN\n                        RAISE EXCEPTION 'earning_only_gains_claims' USING\n                            ERRCODE = 'restrict_violation', CONSTRAINT = 'earning_only_gains_claims';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="70af15efac472300cb03786e9e28810eff8df16b",
                    operation="UPDATE",
                    pgid="pgtrigger_earning_only_gains_claims_f2923",
                    table="loyalty_earning",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earning",
            trigger=pgtrigger.compiler.Trigger(
                name="earning_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'earning_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'earning_is_never_deleted';",
                    hash="32988417bdb03ff8a12776e959ef24b5971fc1ed",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_earning_is_never_deleted_a9b66",
                    table="loyalty_earning",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="seal_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'seal_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'seal_is_never_changed';",
                    hash="eff61d40f2c426c4720df98e252c07dfb08fa231",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_seal_is_never_changed_3e63b",
                    table="loyalty_seal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tier",
            trigger=pgtrigger.compiler.Trigger(
                name="live_tiers_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM loyalty_ladderrevision r\n                        WHERE r.id IN (COALESCE(NEW.revision_id, OLD.revision_id), OLD.revision_id)\n                          AND r.state <> 'draft'\n                    ) THEN\n                        RAISE EXCEPTION 'live_tiers_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_tiers_are_frozen';\n                    END IF;\n                    RETURN COALESCE(NEW, OLD);\n                ",
                    hash="617990512cd565592681f7f41a4c763a32d3f68d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_live_tiers_are_frozen_103cd",
                    table="loyalty_tier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tiergrant",
            trigger=pgtrigger.compiler.Trigger(
                name="grants_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'grants_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_are_kept';",
                    hash="34eeb7618eed786aa00a0408f1e8d155a32fc55d",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_grants_are_kept_213d1",
                    table="loyalty_tiergrant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tiergrant",
            trigger=pgtrigger.compiler.Trigger(
                name="grants_only_end",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.note = '' AND (to_jsonb(NEW) - 'note') = (to_jsonb(OLD) - 'note') THEN\n                        RETURN NEW;\n                    END IF;\n                    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL\n                       OR (to_jsonb(NEW) - '{ended_at,ended_reason,ended_by}'::text[])\n                          <> (to_jsonb(OLD) - '{ended_at,ended_reason,ended_by}'::text[]) THEN\n                        RAISE EXCEPTION 'grants_only_end' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_only_end';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="4bbed2ace29c67eabd1089722f7b1845f6263b29",
                    operation="UPDATE",
                    pgid="pgtrigger_grants_only_end_e192d",
                    table="loyalty_tiergrant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tiermove",
            trigger=pgtrigger.compiler.Trigger(
                name="tier_moves_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'tier_moves_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tier_moves_are_kept';",
                    hash="24a96f4569429438cd9bf423ec11be0d226fabfa",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_tier_moves_are_kept_4e5b0",
                    table="loyalty_tiermove",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tiermove",
            trigger=pgtrigger.compiler.Trigger(
                name="tier_moves_only_close",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.effective_to IS NOT NULL OR NEW.effective_to IS NULL\n                       OR (to_jsonb(NEW) - 'effective_to') <> (to_jsonb(OLD) - 'effective_to') THEN\n                        RAISE EXCEPTION 'tier_moves_only_close' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tier_moves_only_close';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="53890ffcda0651e8b64e637503e05965647a4dce",
                    operation="UPDATE",
                    pgid="pgtrigger_tier_moves_only_close_004d8",
                    table="loyalty_tiermove",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="voucher",
            trigger=pgtrigger.compiler.Trigger(
                name="voucher_moves_as_told",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    func="\n                    IF NOT ((OLD.state = 'issued' AND NEW.state IN ('cancelled', 'expired', 'redeemed', 'reserved')) OR (OLD.state = 'reserved' AND NEW.state IN ('cancelled', 'issued', 'redeemed')) OR (OLD.state = 'redeemed' AND NEW.state IN ('issued')) OR (OLD.state = 'expired' AND NEW.state IN ('issued'))) THEN\n                        RAISE EXCEPTION 'voucher_moves_as_told' USING\n                            ERRCODE = 'check_violation', CONSTRAINT = 'voucher_moves_as_told';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="50454009c9f45532d6498bd7c5e778e9433487be",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_voucher_moves_as_told_01f88",
                    table="loyalty_voucher",
                    when="BEFORE",
                ),
            ),
        ),
    ]
