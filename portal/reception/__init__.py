"""Reception: how a programme receives guests: whether they may join on its pages, what they ask, what they agree to.

Words: reception, question, terms. The terms are kept version by version, since members agreed to one of them. It is
told by the part `portal` of the programme document, and in the admin.
"""
