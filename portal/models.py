"""Contents: every room that has models."""

import portal.choices.models
import portal.contacts.models
import portal.entry.models
import portal.joining.models
import portal.letters.models
import portal.reception.models
import portal.themes.models
