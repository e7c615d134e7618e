"""Settings of Django REST framework and of the API description."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    # Deny by default: an operation that declares no scope is closed to everyone.
    "DEFAULT_AUTHENTICATION_CLASSES": ["loyalty.access.authenticating.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["loyalty.access.permitting.ScopeRequired"],
    "EXCEPTION_HANDLER": "loyalty.foundation.problems.handle",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["loyalty.foundation.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
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
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}
