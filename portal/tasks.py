"""Contents: every room that has tasks."""

import portal.entry.tasks
import portal.letters.tasks
