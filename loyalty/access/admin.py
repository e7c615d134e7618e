"""Admin of access: keys, staff, audit log, and the programme itself."""

import loyalty.access.desk.key_pages
import loyalty.access.desk.staff_pages
import loyalty.access.program_admin
