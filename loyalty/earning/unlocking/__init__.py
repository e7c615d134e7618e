"""Unlocking: points that open by something later: the order's fulfilment, or an order of the member that is safe (E-55).

Words: wait (what a lot is stamped with), to fulfil, safe, to cancel. Pure in `waits`; the others read and write.
Doors: taking in, the ledger's facts, staff. Facts: those of the ledger.
"""
