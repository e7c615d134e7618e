"""Admin of access: keys, staff, audit log, and the programme itself."""

import loyalty.access.screens.key_pages
import loyalty.access.screens.program_pages
import loyalty.access.screens.staff_pages
