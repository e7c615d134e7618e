"""Contents: every room that has admin."""

import loyalty.access.program_admin
