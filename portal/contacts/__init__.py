"""Contacts: a member changes the e-mail address or the phone, and hears of every change, wherever it was made (S-19, S-20).

Words: new address, notice. A new address is believed once the code that was mailed to it is typed; until then the old one
stands. Notices go to the mailboxes of before and of now.
"""
