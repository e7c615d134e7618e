"""Contents: every room that has receivers."""

import portal.choices.receivers
