"""Why a condition or a definition is refused (gamification, 18)."""

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind


class MeasureUnknown(DomainError):
    """A condition names a measure, or something measured, that is not there."""

    code = "criteria_unknown_measure"
    kind = Kind.REFUSED
    title = _("Measure unknown")
    detail = _("There is nothing to measure called {name}.")


class ConditionTooDeep(DomainError):
    """A condition is nested deeper, or has more leaves, than anybody can follow (G-11)."""

    code = "criteria_too_deep"
    kind = Kind.REFUSED
    title = _("Condition too large")
    detail = _("A condition has at most {depth} levels and {leaves} measures.")


class ConditionGoesRound(DomainError):
    """What the definition pays would, by way of others, make it true again (G-20)."""

    code = "criteria_cycle"
    kind = Kind.REFUSED
    title = _("Goes round in a circle")
    detail = _("What {slug} pays leads back to {slug}: {way}.")


class ConditionUnsupported(DomainError):
    """The parts are known, but not together: a rolling window over distinct things, a `not` over what has happened."""

    code = "criteria_unsupported"
    kind = Kind.REFUSED
    title = _("Not measured this way")
    detail = _("This cannot be measured: {what}.")


class DefinitionState(DomainError):
    """The move is not one of `draft → preview → live ⇄ paused → retired` (G-21)."""

    code = "definition_state"
    kind = Kind.CONFLICT
    title = _("Not in this state")
    detail = _("{slug} is {state}.")


class PreviewRequired(DomainError):
    """Nobody has seen in the last 24 hours what this very version would do (G-23)."""

    code = "preview_required"
    kind = Kind.CONFLICT
    title = _("Preview first")
    detail = _("Look at the preview of this version before it goes live; one is good for 24 hours.")


class WordingFixed(DomainError):
    """What members have would mean something else: this stays as it was when the definition came into force."""

    code = "definition_field_fixed"
    kind = Kind.CONFLICT
    title = _("Cannot be changed any more")
    detail = _("{field} of {slug} stays as it was when it went live; make a new one instead.")


class SlugTaken(DomainError):
    """Another definition of the programme has this short name."""

    code = "slug_taken"
    kind = Kind.CONFLICT
    title = _("Short name taken")
    detail = _("There is something called {slug} already.")


class PlaySwitchedOff(DomainError):
    """The member has switched this game off (G-29)."""

    code = "play_switched_off"
    kind = Kind.REFUSED
    title = _("Switched off")
    detail = _("This member has switched {game} off.")
