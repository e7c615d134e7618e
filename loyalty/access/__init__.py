"""Access: who knocks, and what they may do.

Words: key, scope, token, staff, role, standing, audit row. Doors: `doors.ProgramView` and `doors.MemberView` for the
API, `site.staff_site` for people. Everything is closed unless it is declared open (S-1). Facts: none.
"""
