"""Joining: a stranger becomes a member by mail alone: a form, a mailed link, a button (S-15, S-16, S-36).

Words: application. Asking writes down the same for everybody, sealed; a worker looks who lives at the address and mails
a link to join by, or to come in by. Nobody is a member before the button is pressed.
"""
