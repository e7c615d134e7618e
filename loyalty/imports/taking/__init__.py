"""Taking: each kind of import is columns, a check and a taking, and how it is undone (E-85)."""
