"""Contents: every room that has admin."""

import loyalty.access.admin
