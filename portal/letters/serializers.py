"""Shapes of proving who one is: what members send, and what they are told."""

from rest_framework import serializers

from loyalty.foundation.serializers import In, Out


class ConfirmationIn(In):
    """Nothing: who asks stands in the token."""


class ConfirmationOut(Out):
    """Until when the code of the mail is good. Whether there is an address to mail it to is not said."""

    ends_at = serializers.DateTimeField()


class ConfirmationCodeIn(In):
    """The code from the mail, as it was typed."""

    code = serializers.CharField(max_length=20)


class ConfirmedOut(Out):
    """A token of whoever has just proved who they are; it lives for five minutes."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
