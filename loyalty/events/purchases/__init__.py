"""Purchases: what orders have to do with quotes, holds and the points that pay for them (E-14, E-75, E-78).

Words: named quote, capture. Doors: none of its own; taking in and the doors of events call it. Facts: order.settled.
"""
