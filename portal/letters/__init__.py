"""Letters: mails that a customer asks for: a link to come in by, and a code that proves who is there (S-15, S-16, S-19).

Words: letter, mailbox, holder. Asking does the same work for everybody and writes a row; a worker draws the secret and
sends it, so that neither words nor time tell whether an address is known.
"""
