"""Contents: every room that has receivers."""

import portal.choices.receivers
import portal.letters.receivers
