"""History: past events told to rules once more, as they were told then, for whoever tries a rule on them (E-80).

Words: recalled event. Doors: none of its own; `earning.replaying` asks. Facts: none.
"""
