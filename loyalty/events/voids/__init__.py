"""Voids: events that staff take back, because a review was a fake or an import a mistake (E-68).

Words: to void. Doors: the API, the admin. Facts: event.voided, order.settled.
"""
