"""Contents: every room that has admin."""

import portal.themes.admin
