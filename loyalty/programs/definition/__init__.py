"""Definition: what the programme document says about settings and point currencies, and how two documents differ."""
