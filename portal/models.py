"""Contents: every room that has models."""

import portal.choices.models
import portal.entry.models
import portal.letters.models
import portal.themes.models
