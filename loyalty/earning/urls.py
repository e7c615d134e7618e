"""Addresses of the earning room."""

from django.urls import path

from loyalty.earning.api import (
    OneWhatIf,
    Rule,
    Rules,
    RuleWhatIfs,
    WhatIfResume,
    WhatIfStop,
)

urlpatterns = [
    path("rules", Rules.as_view(), name="rules"),
    path("rules/<str:rule>", Rule.as_view(), name="rule"),
    path("rules/<str:rule>/what-if", RuleWhatIfs.as_view(), name="rule-what-ifs"),
    path("what-ifs/<str:what_if>", OneWhatIf.as_view(), name="what-if"),
    path("what-ifs/<str:what_if>/stop", WhatIfStop.as_view(), name="what-if-stop"),
    path("what-ifs/<str:what_if>/resume", WhatIfResume.as_view(), name="what-if-resume"),
]
