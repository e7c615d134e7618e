"""Steps: the pages between a draft and its going live: what-ifs, warnings, differences, a date (U-32, U-33).

Words: what-if, warning, plan. Doors: pages of the rule, gathered by `desk.rule_pages`. Facts: none.
"""
