"""Contents: every room that has admin."""

import portal.reception.admin
import portal.themes.admin
