"""Settings of Django REST framework and of the API description."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    # Callers are found and permitted by `loyalty.access.doors`; any other view is closed to everyone.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["loyalty.access.callers.permitting.Closed"],
    "EXCEPTION_HANDLER": "loyalty.foundation.wire.problems.handle",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["loyalty.foundation.wire.parsing.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "loyalty.foundation.wire.parsing.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "loyalty.access.describing.Described",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # JSON or CSV is asked for by `Accept` alone
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Wafa",
    "DESCRIPTION": "Loyalty as a service of your own: points, tiers, rewards, and why.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Choices stand where they are used: names made up for shared ones would change with every neighbour.
    "POSTPROCESSING_HOOKS": ["loyalty.access.describing.complete"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Topics are folded and shapes are left to each operation: all at once takes a browser minutes.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "persistAuthorization": False,
        "docExpansion": "none",
        "defaultModelsExpandDepth": -1,
    },
}
