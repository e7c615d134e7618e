"""Screens: the pages of this room on the staff's site: keys, staff, and the programme document.

They stand on the site; the site's own frame (menu, search, gate) is `access.desk`.
"""
