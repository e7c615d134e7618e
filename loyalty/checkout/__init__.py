"""Checkout: what an order would bring and what may pay for it, asked before it is paid; and holds that pay by a quote.

Words: quote, block (so many points pay so much money), share (the most of the goods that points may pay), trim.
Doors: `POST /v1/quotes`, `GET /v1/quotes/{id}`, `POST /v1/holds`, the admin's list; `events` asks `honouring` when an
order names a quote, and `keeping.prices_of` what the points of a hold are worth.
Facts: none: a quote moves nothing and reserves nothing.
"""
