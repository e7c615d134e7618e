"""Programs: the tenant. A programme, its point currencies, exchange rates, reason codes, its clock and zone.

Words: programme, point currency, exchange rate, reason code, programme document, test clock.
Doors: GET/PUT /v1/program, admin pages, create_program, apply_program, export_program.
Facts: none.
"""
