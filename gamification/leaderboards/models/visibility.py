"""How members want to be seen (G-84)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.kinds import NICKNAME_LENGTH_MAX, Choice
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program


class Visibility(models.Model):
    """A member's choice, with the text they agreed to. Without a row a member is hidden.

    `skeleton` is the nickname with letters that look alike made one: two members cannot pass for each other.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    choice = models.CharField(_("seen"), max_length=9, choices=Choice)
    nickname = models.CharField(_("nickname"), max_length=NICKNAME_LENGTH_MAX, blank=True)
    skeleton = models.CharField(max_length=80, blank=True)
    text_version = models.CharField(_("text agreed to"), max_length=50, blank=True)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("visibility")
        verbose_name_plural = _("visibilities")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "skeleton"],
                condition=~Q(skeleton=""),
                name="nickname_names_one_member",
            ),
            models.CheckConstraint(
                condition=~Q(choice="pseudonym") | ~Q(nickname=""), name="pseudonym_has_a_nickname"
            ),
            models.CheckConstraint(
                condition=Q(nickname="", skeleton="") | ~Q(nickname="") & ~Q(skeleton=""),
                name="nickname_has_a_skeleton",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or self.choice
