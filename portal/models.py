"""Contents: every room that has models."""

import portal.entry.models
