import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import loyalty.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("loyalty", "0008_gift_cards_from_files"),
    ]

    operations = [
        BtreeGistExtension(),  # pauses and periods do not overlap
        migrations.CreateModel(
            name="Definition",
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
                ("game", models.CharField(max_length=20, verbose_name="game")),
                ("slug", models.SlugField(db_index=False, verbose_name="short name")),
                ("name", models.JSONField(default=dict, verbose_name="name")),
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
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "live_number",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="live version"),
                ),
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
                "verbose_name": "definition",
                "verbose_name_plural": "definitions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "game", "slug"), name="definition_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "preview", "live", "paused", "retired"])
                        ),
                        name="definition_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("live", "paused")), _negated=True),
                            ("live_number__isnull", False),
                            _connector="OR",
                        ),
                        name="live_definition_has_a_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DefinitionVersion",
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
                ("zone", models.CharField(max_length=64, verbose_name="zone")),
                (
                    "grant_existing",
                    models.CharField(
                        choices=[
                            ("none", "Nothing: only from now on"),
                            ("silent", "Given without a word"),
                            ("notify", "Given and told"),
                        ],
                        default="silent",
                        max_length=6,
                        verbose_name="what was reached before",
                    ),
                ),
                ("report", models.JSONField(blank=True, null=True, verbose_name="preview")),
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
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "definition version",
                "verbose_name_plural": "definition versions",
                "ordering": ["definition", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "number"), name="definition_versions_count_up"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardPeriod",
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
                ("key", models.CharField(max_length=10, verbose_name="period")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("closes_at", models.DateTimeField(verbose_name="closes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("open", "Open"),
                            ("closing", "Closing"),
                            ("final", "Final"),
                            ("archived", "Archived"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("bucket_bits", models.SmallIntegerField()),
                ("secret", models.BinaryField(max_length=16)),
                ("final_at", models.DateTimeField(blank=True, null=True, verbose_name="final")),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("prizes_through", models.IntegerField(default=0, null=True)),
                ("is_pruned", models.BooleanField(default=False)),
                (
                    "definition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="board_periods",
                        to="gamification.definition",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "period of a board",
                "verbose_name_plural": "periods of boards",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("scheduled", "open", "closing"))),
                        fields=["state", "closes_at"],
                        name="board_periods_going_on",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "key"), name="board_period_is_there_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at__lt", models.F("ends_at")),
                            ("ends_at__lte", models.F("closes_at")),
                        ),
                        name="board_period_closes_after_its_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bucket_bits__gte", 0), ("bucket_bits__lte", 31)),
                        name="board_period_has_buckets",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("final_at__isnull", False), ("state__in", ("final", "archived"))
                            ),
                            models.Q(
                                ("final_at__isnull", True),
                                models.Q(("state__in", ("final", "archived")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="board_period_is_final_sometime",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("key", "ever"), _negated=True),
                        expressions=[
                            ("definition", "="),
                            (
                                models.Func(
                                    models.F("starts_at"),
                                    models.F("ends_at"),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="board_periods_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlayVersion",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="loyalty.program",
                    ),
                ),
                ("number", models.BigIntegerField(default=0, verbose_name="number")),
            ],
            options={
                "verbose_name": "play version",
                "verbose_name_plural": "play versions",
            },
        ),
        migrations.CreateModel(
            name="Award",
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
                ("tier_rank", models.PositiveSmallIntegerField(verbose_name="tier")),
                ("tier", models.SlugField(db_index=False, verbose_name="tier")),
                ("occasion", models.CharField(blank=True, max_length=40, verbose_name="occasion")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Held"),
                            ("suspended", "Suspended"),
                            ("expired", "Ended"),
                            ("revoked", "Taken back"),
                        ],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("rule", "By rule"), ("hand", "By hand"), ("prize", "As a prize")],
                        default="rule",
                        max_length=5,
                        verbose_name="origin",
                    ),
                ),
                ("earned_at", models.DateTimeField(verbose_name="earned")),
                ("awarded_at", models.DateTimeField(verbose_name="awarded")),
                ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
                (
                    "valid_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "suspended_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="suspended until"),
                ),
                (
                    "edition_no",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="number"),
                ),
                ("is_barred", models.BooleanField(default=False, verbose_name="barred")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
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
                (
                    "badge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="gamification.definition",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "award",
                "verbose_name_plural": "awards",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "active"), ("valid_until__isnull", False)),
                        fields=["program", "valid_until"],
                        name="award_ending",
                    ),
                    models.Index(
                        condition=models.Q(("suspended_until__isnull", False)),
                        fields=["program", "suspended_until"],
                        name="award_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("badge", "tier_rank", "member", "occasion"),
                        name="award_is_held_once",
                    ),
                    models.UniqueConstraint(
                        fields=("badge", "tier_rank", "edition_no"),
                        name="edition_number_is_given_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "suspended"),
                            ("suspended_until__isnull", True),
                            _connector="OR",
                        ),
                        name="only_a_suspended_award_waits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardChange",
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
                ("from_state", models.CharField(blank=True, max_length=9, verbose_name="from")),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("active", "Held"),
                            ("suspended", "Suspended"),
                            ("expired", "Ended"),
                            ("revoked", "Taken back"),
                        ],
                        max_length=9,
                        verbose_name="to",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("actor", models.CharField(max_length=120, verbose_name="by")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="gamification.award",
                    ),
                ),
            ],
            options={
                "verbose_name": "award change",
                "verbose_name_plural": "award changes",
            },
        ),
        migrations.CreateModel(
            name="BoardNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("correction_id", models.UUIDField()),
                ("delta", models.BigIntegerField(verbose_name="taken back")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="gamification.boardperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "note beside a final score",
                "verbose_name_plural": "notes beside final scores",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "correction_id"), name="board_notes_a_correction_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardDelta",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("score", models.BigIntegerField(verbose_name="score")),
                ("members", models.BigIntegerField(verbose_name="members")),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.boardperiod",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["period", "score"],
                        include=("members",),
                        name="board_deltas_by_score",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("members", 0), _negated=True),
                        name="board_delta_moves_members",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardBucket",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period_id",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bucket", models.BigIntegerField()),
                ("members", models.BigIntegerField(verbose_name="members")),
                ("steps", models.BigIntegerField()),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.boardperiod",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("members__gte", 0), ("steps__gte", 0)),
                        name="board_bucket_is_not_below_zero",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardScore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period_id",
                        "member_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("score", models.BigIntegerField(verbose_name="score")),
                (
                    "minus_score",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("score"), "*", models.Value(-1)
                        ),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                ("reached_at", models.DateTimeField(null=True, verbose_name="reached")),
                ("tie", models.BigIntegerField()),
                ("shown", models.BooleanField(verbose_name="shown")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="gamification.boardperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "score",
                "verbose_name_plural": "scores",
                "indexes": [
                    models.Index(
                        condition=models.Q(("score__gt", 0), ("shown", True)),
                        fields=["period", "minus_score", "reached_at", "tie", "member"],
                        name="board_scores_in_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0)), name="board_score_is_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score", 0), ("reached_at__isnull", False), _connector="OR"
                        ),
                        name="board_score_was_reached_sometime",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period_id",
                        "score",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("score", models.BigIntegerField(verbose_name="score")),
                ("members", models.BigIntegerField(verbose_name="members")),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.boardperiod",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("members__gte", 0)), name="board_step_is_not_below_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deed",
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
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("event", "Event"),
                            ("entry", "Points entry"),
                            ("referral", "Referral"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("source_id", models.UUIDField()),
                ("line", models.PositiveSmallIntegerField(default=0, verbose_name="line")),
                ("order_id", models.UUIDField(null=True)),
                ("sku", models.CharField(blank=True, max_length=200, verbose_name="article")),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="categories",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("attributes", models.JSONField(default=dict, verbose_name="attributes")),
                ("quantity", models.BigIntegerField(default=1, verbose_name="pieces")),
                ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                ("points", models.BigIntegerField(default=0, verbose_name="points")),
                ("currency_id", models.UUIDField(null=True)),
                (
                    "returned_quantity",
                    models.BigIntegerField(default=0, verbose_name="pieces returned"),
                ),
                (
                    "returned_amount",
                    models.BigIntegerField(default=0, verbose_name="amount returned"),
                ),
                (
                    "returned_points",
                    models.BigIntegerField(default=0, verbose_name="points returned"),
                ),
                ("void_at", models.DateTimeField(null=True, verbose_name="void since")),
                ("occurred_at", models.DateTimeField(verbose_name="happened")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("is_imported", models.BooleanField(default=False, verbose_name="imported")),
                ("is_prize", models.BooleanField(default=False, verbose_name="a prize")),
                ("is_disregarded", models.BooleanField(default=False, verbose_name="disregarded")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                "verbose_name": "deed",
                "verbose_name_plural": "deeds",
                "indexes": [
                    models.Index(fields=["member", "kind", "occurred_at"], name="deed_by_member"),
                    models.Index(
                        fields=["program", "kind", "member", "occurred_at"], name="deed_by_program"
                    ),
                    models.Index(
                        condition=models.Q(("order_id__isnull", False)),
                        fields=["order_id"],
                        name="deed_by_order",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "source", "source_id", "line"), name="deed_counts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_amount__gte", 0),
                            ("returned_amount__lte", models.F("amount")),
                            ("returned_points__gte", 0),
                            ("returned_points__lte", models.F("points")),
                            ("returned_quantity__gte", 0),
                            ("returned_quantity__lte", models.F("quantity")),
                        ),
                        name="deed_returns_no_more_than_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["event", "entry", "referral"])),
                        name="deed_source_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("quantity", models.BigIntegerField(default=0, verbose_name="pieces")),
                ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                ("points", models.BigIntegerField(default=0, verbose_name="points")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "deed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="gamification.deed",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deed", "source_id"), name="return_corrects_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BadgeRarity",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "badge_id",
                        "tier_rank",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tier_rank", models.PositiveSmallIntegerField(verbose_name="tier")),
                ("holders", models.PositiveIntegerField(verbose_name="holders")),
                ("active", models.PositiveIntegerField(verbose_name="active members")),
                ("at", models.DateTimeField(verbose_name="counted")),
                (
                    "badge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "badge rarity",
                "verbose_name_plural": "badge rarities",
            },
        ),
        migrations.CreateModel(
            name="FreezeItem",
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
                            ("granted", "Given"),
                            ("earned", "Earned"),
                            ("used", "Used"),
                            ("returned", "Given back"),
                            ("expired", "Lapsed"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("occasion", models.CharField(max_length=64, verbose_name="occasion")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "streak",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "freeze",
                "verbose_name_plural": "freezes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("streak", "member", "kind", "occasion"), name="freeze_happens_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="freeze_counts_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["granted", "earned", "used", "returned", "expired"])
                        ),
                        name="freeze_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoalShard",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "challenge_id",
                        "run",
                        "team_code",
                        "shard",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("run", models.CharField(blank=True, max_length=20, verbose_name="run")),
                ("team_code", models.CharField(blank=True, max_length=8, verbose_name="team")),
                ("shard", models.PositiveSmallIntegerField(verbose_name="shard")),
                ("total", models.BigIntegerField(default=0, verbose_name="total")),
                (
                    "challenge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a goal",
                "verbose_name_plural": "shares of goals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("shard__lt", 16)), name="goal_has_sixteen_shards"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LevelMark",
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
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                ("experience", models.BigIntegerField(verbose_name="experience")),
                ("reached_at", models.DateTimeField(verbose_name="reached")),
                ("noticed_at", models.DateTimeField(verbose_name="noticed")),
                (
                    "definition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "level mark",
                "verbose_name_plural": "level marks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "member", "level"), name="level_is_reached_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 2)), name="first_level_needs_no_mark"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
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
                ("digest", models.CharField(max_length=32, verbose_name="digest")),
                ("spec", models.JSONField(verbose_name="spec")),
                ("zone", models.CharField(max_length=64, verbose_name="zone")),
                ("is_additive", models.BooleanField(verbose_name="additive")),
                (
                    "wakes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        size=None,
                        verbose_name="woken by",
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
                "verbose_name": "measure",
                "verbose_name_plural": "measures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "digest"), name="equal_specs_share_a_measure"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlayBudget",
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
                ("limit", models.BigIntegerField(verbose_name="limit")),
                ("spent", models.BigIntegerField(default=0, verbose_name="spent")),
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
                "verbose_name": "play budget",
                "verbose_name_plural": "play budgets",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "slug"), name="play_budget_slug_is_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spent__gte", 0), ("spent__lte", models.F("limit"))),
                        name="play_budget_is_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaySetting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "member_id",
                        "game",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "game",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="game"),
                ),
                ("at", models.DateTimeField(verbose_name="since")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                "verbose_name": "play setting",
                "verbose_name_plural": "play settings",
            },
        ),
        migrations.CreateModel(
            name="PrizeGrant",
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
                ("game", models.CharField(max_length=20, verbose_name="game")),
                ("occasion", models.CharField(blank=True, max_length=40, verbose_name="occasion")),
                ("item", models.CharField(max_length=60, verbose_name="item")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("points", "Points"),
                            ("reward", "Reward"),
                            ("voucher", "Voucher"),
                            ("badge", "Badge"),
                            ("stamps", "Stamps"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("prize", models.JSONField(verbose_name="prize")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("recovered", models.BigIntegerField(default=0, verbose_name="taken back")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("capped", "Not given"),
                            ("reversed", "Taken back"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="reason")),
                (
                    "take_back",
                    models.CharField(
                        choices=[
                            ("keep", "Nothing"),
                            ("unspent", "What is still there"),
                            ("full", "All of it, as debt if need be"),
                        ],
                        default="unspent",
                        max_length=7,
                        verbose_name="taking back",
                    ),
                ),
                ("times", models.PositiveSmallIntegerField(default=0)),
                ("entries", models.JSONField(default=list)),
                ("redemption_id", models.UUIDField(null=True)),
                ("cost", models.BigIntegerField(default=0, verbose_name="cost")),
                ("budget", models.CharField(blank=True, max_length=50, verbose_name="budget")),
                ("earned_at", models.DateTimeField(verbose_name="earned")),
                ("decided_at", models.DateTimeField(verbose_name="decided")),
                (
                    "definition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="gamification.definition",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
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
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "prize grant",
                "verbose_name_plural": "prize grants",
                "indexes": [models.Index(fields=["program", "-decided_at"], name="grant_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "occasion", "member", "item"),
                        name="prize_is_given_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recovered__gte", 0), ("recovered__lte", models.F("amount"))
                        ),
                        name="prize_is_taken_back_up_to_its_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("cost__gte", 0)),
                        name="prize_is_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "reversed"), ("recovered", 0), _connector="OR"
                        ),
                        name="only_a_reversed_prize_is_taken_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrizeStock",
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
                ("item", models.CharField(max_length=60, verbose_name="item")),
                ("occasion", models.CharField(blank=True, max_length=40, verbose_name="occasion")),
                ("total", models.BigIntegerField(verbose_name="total")),
                ("issued", models.BigIntegerField(default=0, verbose_name="issued")),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stocks",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "prize stock",
                "verbose_name_plural": "prize stocks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("definition", "item", "occasion"),
                        name="stock_is_counted_in_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("issued__gte", 0), ("issued__lte", models.F("total"))),
                        name="stock_is_never_exceeded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Repair",
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
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "streak",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "repair",
                "verbose_name_plural": "repairs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("streak", "member", "period_key"), name="period_is_repaired_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="repair_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stamp",
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
                ("seq", models.PositiveIntegerField(verbose_name="number")),
                ("quantity", models.IntegerField(verbose_name="stamps")),
                ("total", models.IntegerField(verbose_name="total after")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("gift", "Gift"),
                            ("waived", "Forgiven"),
                            ("undone", "Undone"),
                            ("returned", "Returned"),
                            ("expired", "Expired"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("event", "Purchase or event"),
                            ("hand", "By hand"),
                            ("token", "Token"),
                            ("card", "The card itself"),
                            ("grant", "Prize"),
                            ("stamp", "Another stamp"),
                        ],
                        max_length=5,
                        verbose_name="source",
                    ),
                ),
                ("source_id", models.CharField(max_length=80, verbose_name="id of the source")),
                (
                    "line",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="line"),
                ),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "refers_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takings",
                        to="gamification.stamp",
                        verbose_name="takes from",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "stamp",
                "verbose_name_plural": "stamps",
                "indexes": [
                    models.Index(fields=["card", "actor", "at"], name="stamp_by_actor"),
                    models.Index(fields=["member"], name="stamp_by_member"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("card", "source", "source_id", "line", "kind", "refers_to"),
                        name="stamp_counts_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        fields=("card", "member", "seq"), name="stamps_count_up"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("given", "gift", "waived")),
                                ("quantity__gt", 0),
                                ("refers_to__isnull", True),
                            ),
                            models.Q(
                                ("kind__in", ("undone", "returned", "expired")),
                                ("quantity__lt", 0),
                                ("refers_to__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="stamp_takes_from_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0)), name="stamp_total_not_below_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StampToken",
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
                ("digest", models.BinaryField(max_length=32, verbose_name="digest")),
                ("quantity", models.PositiveSmallIntegerField(verbose_name="stamps")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("spend", models.BigIntegerField(blank=True, null=True, verbose_name="spent")),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="ends")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                ("used_by", models.UUIDField(blank=True, null=True, verbose_name="used by")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "stamp token",
                "verbose_name_plural": "stamp tokens",
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="stamp_token_is_its_own"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at__isnull", True), ("used_by__isnull", True)),
                            models.Q(("used_at__isnull", False), ("used_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="stamp_token_is_used_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")), ("quantity__gt", 0)
                        ),
                        name="stamp_token_gives_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreakDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_key", models.CharField(max_length=10, verbose_name="period")),
                ("first", models.DateField(verbose_name="first day")),
                ("value", models.BigIntegerField(verbose_name="value")),
                ("early_value", models.BigIntegerField(default=0, verbose_name="early")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "streak",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "streak day",
                "verbose_name_plural": "streak days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("streak", "member", "period_key"), name="streak_period_is_kept_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("early_value__gte", 0),
                            ("early_value__lte", models.F("value")),
                            ("value__gt", 0),
                        ),
                        name="streak_day_counts_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lte", models.F("ends_at"))),
                        name="streak_day_does_not_end_early",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreakPause",
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
                ("first", models.DateField(verbose_name="first day")),
                ("last", models.DateField(verbose_name="last day")),
                ("declared_at", models.DateTimeField(verbose_name="declared")),
                ("actor", models.CharField(max_length=120, verbose_name="who")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "streak",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "pause",
                "verbose_name_plural": "pauses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lte", models.F("last"))),
                        name="pause_does_not_end_early",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("streak", "="),
                            ("member", "="),
                            (
                                models.Func(
                                    models.F("first"),
                                    models.F("last"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="pauses_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreakState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("current", models.PositiveIntegerField(default=0, verbose_name="current")),
                ("longest", models.PositiveIntegerField(default=0, verbose_name="longest")),
                ("last_key", models.CharField(blank=True, max_length=10, verbose_name="last done")),
                ("lost_key", models.CharField(blank=True, max_length=10, verbose_name="last lost")),
                ("deadline", models.DateTimeField(blank=True, null=True, verbose_name="deadline")),
                ("freezes", models.PositiveIntegerField(default=0, verbose_name="freezes")),
                ("checkpoint", models.JSONField(blank=True, null=True, verbose_name="checkpoint")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                (
                    "streak",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "streak",
                "verbose_name_plural": "streaks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deadline__isnull", False)),
                        fields=["program", "deadline"],
                        name="streak_deadlines",
                    ),
                    models.Index(fields=["member"], name="streaks_of_member"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("streak", "member"), name="streak_state_is_kept_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("current__lte", models.F("longest"))),
                        name="streak_is_no_longer_than_its_longest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "measure_id",
                        "member_id",
                        "period_key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period_key", models.CharField(default="", max_length=12, verbose_name="period")),
                ("value", models.BigIntegerField(verbose_name="value")),
                ("last_at", models.DateTimeField(null=True, verbose_name="latest")),
                (
                    "measure",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.measure",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="tally_is_not_below_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
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
                ("occasion", models.CharField(blank=True, max_length=20, verbose_name="occasion")),
                ("code", models.CharField(max_length=8, verbose_name="code")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "challenge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("challenge", "code"), name="team_code_is_its_own"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                ("run", models.CharField(blank=True, max_length=20, verbose_name="run")),
                ("occasion", models.CharField(blank=True, max_length=30, verbose_name="occasion")),
                ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="joined")),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                ("closes_at", models.DateTimeField(verbose_name="closes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Running"),
                            ("completed", "Done"),
                            ("expired", "Over"),
                            ("abandoned", "Left"),
                        ],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "progress",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="progress"
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
                (
                    "challenge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definition",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gamification.definitionversion",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="gamification.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["closes_at", "challenge"],
                        name="attempt_closing",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("challenge", "member", "occasion"), name="one_attempt_an_occasion"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__lte", models.F("closes_at")),
                            ("starts_at__lt", models.F("ends_at")),
                        ),
                        name="attempt_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at__isnull", False), ("state", "completed")),
                            models.Q(
                                models.Q(("state", "completed"), _negated=True),
                                ("completed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="completed_attempt_has_an_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "completed", "expired", "abandoned"])
                        ),
                        name="attempt_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visibility",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="loyalty.member",
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("hidden", "Not at all"),
                            ("pseudonym", "Under a nickname"),
                            ("named", "By name"),
                        ],
                        max_length=9,
                        verbose_name="seen",
                    ),
                ),
                ("nickname", models.CharField(blank=True, max_length=30, verbose_name="nickname")),
                ("skeleton", models.CharField(blank=True, max_length=80)),
                (
                    "text_version",
                    models.CharField(blank=True, max_length=50, verbose_name="text agreed to"),
                ),
                ("at", models.DateTimeField(verbose_name="since")),
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
                "verbose_name": "visibility",
                "verbose_name_plural": "visibilities",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("skeleton", ""), _negated=True),
                        fields=("program", "skeleton"),
                        name="nickname_names_one_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choice", "pseudonym"), _negated=True),
                            models.Q(("nickname", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pseudonym_has_a_nickname",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nickname", ""), ("skeleton", "")),
                            models.Q(
                                models.Q(("nickname", ""), _negated=True),
                                models.Q(("skeleton", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="nickname_has_a_skeleton",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZoneChange",
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
                ("was", models.CharField(blank=True, max_length=64, verbose_name="zone before")),
                ("zone", models.CharField(blank=True, max_length=64, verbose_name="zone")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of zone",
                "verbose_name_plural": "changes of zone",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "asked_at"), name="zone_is_asked_once_at_a_time"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="awardchange",
            trigger=pgtrigger.compiler.Trigger(
                name="award_change_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'award_change_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'award_change_is_never_changed';",
                    hash="8189e30fadffeba6f22d366f3cc9ff502acefe35",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_award_change_is_never_changed_dae6c",
                    table="gamification_awardchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardscore",
            trigger=pgtrigger.compiler.Trigger(
                name="board_scores_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE touched uuid; frozen uuid[];",
                    func="\n    FOR touched IN SELECT DISTINCT period_id FROM fresh ORDER BY period_id LOOP\n        PERFORM pg_advisory_xact_lock_shared(1463963457, hashtext(touched::text));\n    END LOOP;\n    SELECT array_agg(id) INTO frozen FROM gamification_boardperiod\n    WHERE state IN ('final', 'archived') AND id IN (SELECT DISTINCT period_id FROM fresh);\n\n    IF frozen IS NOT NULL THEN \n        RAISE EXCEPTION 'final_board_scores_stand' USING\n            ERRCODE = 'restrict_violation', CONSTRAINT = 'final_board_scores_stand';\n    END IF;\n\n    INSERT INTO gamification_boarddelta (period_id, score, members)\n    SELECT period_id, score, count(*) FROM fresh WHERE shown AND score > 0 GROUP BY period_id, score;\n    RETURN NULL;\n",
                    hash="181753619455a5ec6c6a116aa6dbfac5957cfc6e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_board_scores_inserted_b0a9f",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="gamification_boardscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardscore",
            trigger=pgtrigger.compiler.Trigger(
                name="board_scores_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE touched uuid; frozen uuid[];",
                    func="\n    FOR touched IN SELECT DISTINCT period_id FROM fresh ORDER BY period_id LOOP\n        PERFORM pg_advisory_xact_lock_shared(1463963457, hashtext(touched::text));\n    END LOOP;\n    SELECT array_agg(id) INTO frozen FROM gamification_boardperiod\n    WHERE state IN ('final', 'archived') AND id IN (SELECT DISTINCT period_id FROM fresh);\n\n    IF frozen IS NOT NULL AND EXISTS (\n        SELECT FROM fresh FULL JOIN stale USING (period_id, member_id)\n        WHERE (fresh.score, fresh.reached_at, fresh.tie)\n              IS DISTINCT FROM (stale.score, stale.reached_at, stale.tie)\n          AND period_id = ANY (frozen)\n    ) THEN \n        RAISE EXCEPTION 'final_board_scores_stand' USING\n            ERRCODE = 'restrict_violation', CONSTRAINT = 'final_board_scores_stand';\n    END IF;\n\n    INSERT INTO gamification_boarddelta (period_id, score, members)\n    SELECT period_id, score, sum(members) FROM (\n        SELECT period_id, score, 1 AS members FROM fresh WHERE shown AND score > 0\n        UNION ALL\n        SELECT period_id, score, -1 FROM stale WHERE shown AND score > 0\n    ) AS moved\n    GROUP BY period_id, score HAVING sum(members) <> 0;\n    RETURN NULL;\n",
                    hash="f9dc555fe6ef1c018b1af28f556cad6db2c33e17",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_board_scores_updated_5ca1a",
                    referencing="REFERENCING OLD TABLE AS stale  NEW TABLE AS fresh ",
                    table="gamification_boardscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardscore",
            trigger=pgtrigger.compiler.Trigger(
                name="board_scores_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE touched uuid; frozen uuid[];",
                    func="\n    FOR touched IN SELECT DISTINCT period_id FROM stale ORDER BY period_id LOOP\n        PERFORM pg_advisory_xact_lock_shared(1463963457, hashtext(touched::text));\n    END LOOP;\n    SELECT array_agg(id) INTO frozen FROM gamification_boardperiod\n    WHERE state IN ('scheduled', 'open', 'closing', 'final') AND id IN (SELECT DISTINCT period_id FROM stale);\n\n    IF frozen IS NOT NULL THEN \n        RAISE EXCEPTION 'final_board_scores_stand' USING\n            ERRCODE = 'restrict_violation', CONSTRAINT = 'final_board_scores_stand';\n    END IF;\n\n    INSERT INTO gamification_boarddelta (period_id, score, members)\n    SELECT period_id, score, -count(*) FROM stale WHERE shown AND score > 0 GROUP BY period_id, score;\n    RETURN NULL;\n",
                    hash="5f54c1c560bcbd3b413d7804f611323e2b75d5e0",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_board_scores_deleted_27de6",
                    referencing="REFERENCING OLD TABLE AS stale ",
                    table="gamification_boardscore",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardscore",
            trigger=pgtrigger.compiler.Trigger(
                name="board_scores_are_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'board_scores_are_kept' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'board_scores_are_kept';",
                    hash="eb2f86e4476594055f1da9a070964005ca35a4b7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_board_scores_are_kept_09932",
                    table="gamification_boardscore",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deed",
            trigger=pgtrigger.compiler.Trigger(
                name="deed_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'deed_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deed_is_never_deleted';",
                    hash="6f47c0869f22dff1f8da3e998e05510860a918cd",
                    operation="DELETE",
                    pgid="pgtrigger_deed_is_never_deleted_8bc20",
                    table="gamification_deed",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="correction_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'correction_is_never_changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'correction_is_never_changed';",
                    hash="a14320223a14c0473e9998a27f11edfc84867885",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_correction_is_never_changed_66f4c",
                    table="gamification_correction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="definition",
            trigger=pgtrigger.compiler.Trigger(
                name="retired_definition_stays_retired",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state = 'retired' AND NEW.state <> 'retired')",
                    func="RAISE EXCEPTION 'retired_definition_stays_retired' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retired_definition_stays_retired';",
                    hash="738c17cbb943f6c9a0ee37896c7a483270da5256",
                    operation="UPDATE",
                    pgid="pgtrigger_retired_definition_stays_retired_639cf",
                    table="gamification_definition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="definition",
            trigger=pgtrigger.compiler.Trigger(
                name="live_slug_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.live_number IS NOT NULL AND (OLD.slug <> NEW.slug OR OLD.game <> NEW.game))",
                    func="RAISE EXCEPTION 'live_slug_never_changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_slug_never_changes';",
                    hash="91dd3ca2d97c15829977eec0b167b2c53d41bd98",
                    operation="UPDATE",
                    pgid="pgtrigger_live_slug_never_changes_e95e3",
                    table="gamification_definition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="definitionversion",
            trigger=pgtrigger.compiler.Trigger(
                name="published_wording_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.published_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'published_wording_is_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'published_wording_is_frozen';",
                    hash="3c3de41c5bdd7a20d3155920592bf4385edd6f54",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_wording_is_frozen_4bc01",
                    table="gamification_definitionversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="board_periods_move_on",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> NEW.state)",
                    func="\n                    IF (OLD.state, NEW.state) NOT IN (('closing', 'final'), ('final', 'archived'), ('open', 'closing'), ('scheduled', 'open')) THEN\n                        RAISE EXCEPTION 'board_periods_move_on' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'board_periods_move_on';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="6c78aa1c69f51d665fed530c0f2c2c11a2770f3a",
                    operation="UPDATE",
                    pgid="pgtrigger_board_periods_move_on_4d2ac",
                    table="gamification_boardperiod",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="award_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'award_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'award_is_never_deleted';",
                    hash="7c29673e40e1440eb4650be869f9d0ff51a027c8",
                    operation="DELETE",
                    pgid="pgtrigger_award_is_never_deleted_c0b78",
                    table="gamification_award",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="awards_move_as_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> NEW.state)",
                    func="\n                    IF (OLD.state, NEW.state) NOT IN (('active', 'expired'), ('active', 'revoked'), ('active', 'suspended'), ('expired', 'active'), ('expired', 'revoked'), ('revoked', 'active'), ('suspended', 'active'), ('suspended', 'expired'), ('suspended', 'revoked')) THEN\n                        RAISE EXCEPTION 'awards_move_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'awards_move_as_allowed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="f632156e97b5ad4e24886ad49398a15e3accfa9d",
                    operation="UPDATE",
                    pgid="pgtrigger_awards_move_as_allowed_ef8e2",
                    table="gamification_award",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="freezeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="freezes_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'freezes_are_only_added' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'freezes_are_only_added';",
                    hash="60cdd1f310d4a5840beee4b65e54b9f7fedb6ede",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_freezes_are_only_added_f1ef1",
                    table="gamification_freezeitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="levelmark",
            trigger=pgtrigger.compiler.Trigger(
                name="level_is_never_lost",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'level_is_never_lost' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'level_is_never_lost';",
                    hash="5ada2e814f51896d453d6b94ed2105181e3a4af6",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_level_is_never_lost_9aa16",
                    table="gamification_levelmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="repair",
            trigger=pgtrigger.compiler.Trigger(
                name="repairs_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'repairs_are_only_added' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'repairs_are_only_added';",
                    hash="ffe4299114b64c2cc730571351d4b418bc3107c1",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_repairs_are_only_added_b147b",
                    table="gamification_repair",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamp",
            trigger=pgtrigger.compiler.Trigger(
                name="stamps_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY['member_id', 'seq', 'total'] <> to_jsonb(NEW) - ARRAY['member_id', 'seq', 'total'] THEN\n                        RAISE EXCEPTION 'stamps_are_only_added' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stamps_are_only_added';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="0238361aaba692588af40febcc678b4e220ad5e3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_stamps_are_only_added_36a8c",
                    table="gamification_stamp",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamp",
            trigger=pgtrigger.compiler.Trigger(
                name="stamp_net_not_below_zero",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.refers_to_id IS NOT NULL)",
                    func="\n                    IF (SELECT g.quantity + (SELECT sum(t.quantity) FROM gamification_stamp t WHERE t.refers_to_id = g.id)\n                        FROM gamification_stamp g WHERE g.id = NEW.refers_to_id) < 0\n                       OR NOT EXISTS (SELECT FROM gamification_stamp g WHERE g.id = NEW.refers_to_id\n                                      AND g.card_id = NEW.card_id AND g.quantity > 0) THEN\n                        RAISE EXCEPTION 'stamp_net_not_below_zero' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stamp_net_not_below_zero';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="01d3314e121391b0102d175f45d111c2a9efdfc0",
                    operation="INSERT",
                    pgid="pgtrigger_stamp_net_not_below_zero_ed98a",
                    table="gamification_stamp",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamptoken",
            trigger=pgtrigger.compiler.Trigger(
                name="stamp_token_is_used_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.used_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'stamp_token_is_used_once' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stamp_token_is_used_once';",
                    hash="c941a2fd3e7d6a914b8aca4cda4247bc082061ac",
                    operation="UPDATE",
                    pgid="pgtrigger_stamp_token_is_used_once_e96b9",
                    table="gamification_stamptoken",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attempt",
            trigger=pgtrigger.compiler.Trigger(
                name="attempt_moves_as_allowed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> NEW.state AND NOT (OLD.state = 'active' OR (OLD.state = 'completed' AND NEW.state IN ('active', 'expired'))))",
                    func="RAISE EXCEPTION 'attempt_moves_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attempt_moves_as_allowed';",
                    hash="8a4f99ee6156857dc3baad28ed46655b3034583d",
                    operation="UPDATE",
                    pgid="pgtrigger_attempt_moves_as_allowed_466a2",
                    table="gamification_attempt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attempt",
            trigger=pgtrigger.compiler.Trigger(
                name="attempt_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'attempt_is_never_deleted' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attempt_is_never_deleted';",
                    hash="0b0cc2c4f56c43ddb809ae08ebb794f441abf834",
                    operation="DELETE",
                    pgid="pgtrigger_attempt_is_never_deleted_c70d9",
                    table="gamification_attempt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="zonechange",
            trigger=pgtrigger.compiler.Trigger(
                name="zone_changes_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'zone_changes_are_only_added' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'zone_changes_are_only_added';",
                    hash="93be48e7e8b3fd9798bdf4ea039f1804578d9668",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_zone_changes_are_only_added_4a81d",
                    table="gamification_zonechange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
