"""Contents: every room that has models."""

import portal.choices.models
import portal.entry.models
