"""Contents: every room that has tasks."""

import portal.contacts.tasks
import portal.entry.tasks
import portal.joining.tasks
import portal.letters.tasks
