"""Tables of the imports room."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Row
from loyalty.imports.kinds import Format, ImportKind, ImportState, RowStatus

NAME_LENGTH_MAX = 200
SENTENCE_LENGTH_MAX = 500


class Import(Row):
    """One file on its way in (E-85, E-86). Its cursors move in the unit that does the work, so nothing is doubled.

    The rows themselves stand in `ImportPart`, sealed, and go after a week; what became of each stays in `ImportRow`.
    `preview` is what the rows would bring, `outcome` what they brought, `undone` what was taken back.
    """

    prefix = "imp"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED
    )
    name = models.CharField(_("file"), max_length=NAME_LENGTH_MAX, blank=True)
    format = models.CharField(_("format"), max_length=5, choices=Format)
    file_digest = models.BinaryField(max_length=32)
    # Set while the command line may go on with this file; cleared once it is undone.
    file_key = models.BinaryField(max_length=32, null=True)
    headers = models.JSONField(default=list)  # the columns of the file, in their order
    columns = models.JSONField(_("columns"), default=dict)  # {header: column of ours, or null}
    options = models.JSONField(_("options"), default=dict)
    language = models.CharField(max_length=10, blank=True)
    is_read = models.BooleanField(default=False)
    parts = models.IntegerField(default=0)
    parts_checked = models.IntegerField(default=0)
    parts_done = models.IntegerField(default=0)
    rows = models.BigIntegerField(_("rows"), default=0)
    rows_checked = models.BigIntegerField(_("rows checked"), default=0)
    rows_done = models.BigIntegerField(_("rows done"), default=0)
    rows_undone = models.BigIntegerField(_("rows undone"), default=0)
    undone_to = models.BigIntegerField(default=0)  # the number of the last row that was undone
    preview = models.JSONField(_("preview"), default=dict)
    outcome = models.JSONField(_("outcome"), default=dict)
    undone = models.JSONField(_("undone"), default=dict)
    problem = models.JSONField(default=dict)  # why the file was refused: code and sentence
    turns = models.IntegerField(default=0)  # how often work was asked for
    actor_kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    approved_by_id = models.UUIDField(null=True)  # who agreed to taking or undoing it
    created_at = models.DateTimeField(_("uploaded"))
    started_at = models.DateTimeField(_("started"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    # By the real clock, for rate and time left; and how far it was then.
    turned_at = models.DateTimeField(null=True)
    turned_from = models.BigIntegerField(default=0)
    kept_until = models.DateTimeField(null=True)  # when the file goes, by the real clock

    class Meta:
        app_label = "loyalty"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "file_key"], name="file_is_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    parts_checked__gte=0,
                    parts_checked__lte=F("parts"),
                    parts_done__gte=0,
                    parts_done__lte=F("parts"),
                    rows_checked__lte=F("rows"),
                    rows_done__lte=F("rows"),
                ),
                name="import_stays_within_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.DONE) | Q(done_at__isnull=False),
                name="import_is_done_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["program", "-id"], name="imports_of_program")]

    def __str__(self) -> str:
        return self.name or self.shown_id

    @property
    def actor(self) -> Actor:
        """On whose behalf its rows are taken."""
        return Actor(kind=ActorKind(self.actor_kind), id=self.actor_id, name=self.actor_name)


class ImportPart(models.Model):
    """Some rows of a file, sealed, as they were told: they may name people, so they go after a week (S-52).

    Part 0 is the file itself, until it has been read.
    """

    id = models.BigAutoField(primary_key=True)
    of_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, db_index=False, related_name="part_set"
    )
    number = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        app_label = "loyalty"
        constraints = [
            models.UniqueConstraint(fields=["of_import", "number"], name="part_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.of_import_id} {self.number}"


class ImportRow(models.Model):
    """What became of one row: its status, a code and a sentence if there is something to say (E-87).

    `key` is a keyed digest of what counts once: while the row is taken, no other row of the programme has it.
    """

    id = models.BigAutoField(primary_key=True)
    of_import = models.ForeignKey(
        Import, on_delete=models.PROTECT, db_index=False, related_name="row_set"
    )
    program_id = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    number = models.BigIntegerField(_("row"))
    status = models.CharField(_("status"), max_length=13, choices=RowStatus)
    code = models.CharField(_("code"), max_length=60, blank=True)
    sentence = models.CharField(_("why"), max_length=SENTENCE_LENGTH_MAX, blank=True)
    key = models.BinaryField(max_length=16, null=True)
    is_taken = models.BooleanField(default=False)
    member_id = models.UUIDField(null=True)
    target_id = models.UUIDField(null=True)  # the entry, event or code that it became
    points = models.BigIntegerField(_("points"), default=0)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "number"], name="row_stands_once_in_its_import"
            ),
            models.UniqueConstraint(
                fields=["program_id", "kind", "key"],
                condition=Q(is_taken=True),
                name="row_key_is_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RowStatus.values), name="row_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_taken=False)
                | Q(key__isnull=False, status__in=(RowStatus.TAKEN, RowStatus.KEPT)),
                name="row_is_taken_under_a_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["of_import", "key"], condition=Q(key__isnull=False), name="rows_by_key"
            ),
            models.Index(fields=["of_import", "status", "number"], name="rows_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.status}"
