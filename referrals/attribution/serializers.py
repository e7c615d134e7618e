"""Shapes of what doors take and tell about touches."""

from typing import Any

from rest_framework import serializers

from loyalty.foundation.serializers import In, Out
from referrals.attribution.kinds import TouchKind
from referrals.attribution.touching import Context
from referrals.attribution.visitors import read_visitor


class ContextIn(In):
    """Where somebody came from. Address and agent count from a secret key only; else the connection tells them."""

    visitor = serializers.CharField(max_length=64, required=False, help_text="An earlier touch's.")
    kind = serializers.ChoiceField(choices=["click", "qr"], required=False)
    landing = serializers.CharField(max_length=200, required=False)
    source_site = serializers.CharField(max_length=500, required=False)
    network_address = serializers.IPAddressField(required=False)
    agent = serializers.CharField(max_length=500, required=False)


class TouchIn(In):
    """A touch on a storefront's own page, or one that a server has seen."""

    code = serializers.CharField(max_length=64)
    context = ContextIn(required=False)  # type: ignore[assignment]
    member = serializers.CharField(
        max_length=204, required=False, help_text="Who it was, if a secret key knows."
    )


class TouchOut(Out):
    """What stands for all touches of this browser. Known and unknown codes answer alike."""

    visitor = serializers.CharField()
    expires_at = serializers.DateTimeField()


def context_of(told: dict[str, Any], *, network: str = "", agent: str = "") -> Context:
    """What was told, as rules take it; what the connection says goes before what a page says."""
    return Context(
        visitor=read_visitor(told.get("visitor", "")),
        network=network or told.get("network_address", ""),
        agent=agent or told.get("agent", ""),
        source_site=told.get("source_site", ""),
        landing=told.get("landing", ""),
    )


def kind_of(told: dict[str, Any]) -> TouchKind:
    """A link, unless a QR code was told."""
    return TouchKind(told.get("kind", TouchKind.CLICK.value))
