"""Writing: a plan as a form that needs no JSON, or as JSON where the form cannot show it."""
