"""Contents: every room that has models."""

import loyalty.access.models
import loyalty.members.models
