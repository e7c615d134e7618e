"""Describing: the doors told to drf-spectacular, so that the OpenAPI document says what is served."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers

from loyalty.foundation.wire.pagination import LIMIT_DEFAULT, LIMIT_MAX
from loyalty.foundation.wire.parsing import BODY_BYTES_MAX
from loyalty.foundation.wire.problems import CONTENT_TYPE

F = TypeVar("F", bound=Callable[..., Any])
Json = dict[str, Any]

UNSAFE: Final = ("post", "put", "patch", "delete")
NAME_SOMEBODY: Final = {"advocate", "member"}  # in a query; who is not there is 404
SECRET, PUBLISHABLE, TOKEN = "secretKey", "publishableKey", "memberToken"
SCHEMES: Final[Json] = {
    SECRET: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "wafa_sk_live_… or wafa_sk_test_…",
        "description": "A secret key; keep it on a server. The scopes that an operation needs stand with it.",
    },
    PUBLISHABLE: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "wafa_pk_…",
        "description": "A publishable key; works only on its listed origins.",
    },
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A member's token, valid for at most 15 minutes.",
    },
}
PROBLEM: Final[Json] = {
    "type": "object",
    "description": "RFC 9457. The code is stable; title and detail follow Accept-Language.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "values": {"type": "object", "additionalProperties": True},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS: Final = {
    "400": "Malformed: `errors` says where.",
    "401": "No valid credential.",
    "403": "The credential is not for this.",
    "404": "Nothing there, or it is somebody else's.",
    "405": "Not with this method.",
    "409": "The state of things is against it.",
    "412": "Somebody else changed it meanwhile.",
    "413": f"More than {BODY_BYTES_MAX} bytes.",
    "422": "A rule says no.",
    "429": "Too fast; see `Retry-After`.",
    "503": "Not now; see `Retry-After`.",
}
HEADERS: Final[Json] = {
    "X-Request-Id": {"schema": {"type": "string"}, "description": "Finds this request in the log."},
    "RateLimit": {"schema": {"type": "string"}, "description": "What is left of the limit."},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "The limit itself."},
}

PAGING: Final = [
    OpenApiParameter("cursor", str, description="From the `next` of an earlier page."),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
        description="Rows on a page.",
    ),
    OpenApiParameter("with_total", bool, description="Whether to count all rows as well."),
]


def listing(row: type[serializers.BaseSerializer[Any]], **told: Any) -> Callable[[F], F]:
    """`extend_schema` for a list by pages: `{"data": [row], "next": …}`; further arguments go through."""
    page = inline_serializer(
        name=f"{row.__name__.removesuffix('Out')}Page",
        fields={
            "data": row(many=True),
            "next": serializers.CharField(allow_null=True),
            "total": serializers.IntegerField(required=False),
        },
    )
    parameters = [*told.pop("parameters", ()), *PAGING]
    decorate: Callable[[F], F] = extend_schema(parameters=parameters, responses={200: page}, **told)
    return decorate


class Described(AutoSchema):
    """Scopes, the idempotency header and dry runs are read off the door itself."""

    def get_auth(self) -> list[Json]:
        scope = getattr(self.view, "scopes", {}).get(self.method)
        if scope is None:
            return [{TOKEN: []}] if hasattr(type(self.view), "member_id") else []
        ways: list[Json] = [{SECRET: [scope]}]
        if self.method in getattr(self.view, "publishable", ()):
            ways.append({PUBLISHABLE: [scope]})
        return ways

    def _get_request_body(self, direction: Any = "request") -> Any:
        """A DELETE that demands a reason has a body as well: the views that say so in `with_body`."""
        if self.method not in getattr(self.view, "with_body", ()):
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        method, self.method = self.method, "POST"
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method

    def get_operation_id(self) -> str:
        """Method and path: unique without numerals, and stable when a neighbour comes."""
        steps = [
            f"by_{step.strip('{}')}" if step.startswith("{") else step.replace("-", "_")
            for step in self.path.strip("/").split("/")[1:]
        ]
        return "_".join([self.method.lower(), *steps])

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.split(".")[1]]

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = list(super().get_override_parameters())
        if self.method in getattr(self.view, "dry_runs", ()):
            parameters.append(
                OpenApiParameter("dry_run", bool, description="Show the outcome and keep nothing.")
            )
        keyed = getattr(self.view, "keyed", ())
        if self.method in keyed or (self.method == "POST" and hasattr(self.view, "keyed")):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255},
                    location=OpenApiParameter.HEADER,
                    required=self.method in keyed,
                    description="A repeated call under the same key counts once.",
                )
            )
        return parameters


class ClosedInput(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Bodies hold the fields named and no others."""

    target_class = "loyalty.foundation.serializers.In"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Json:
        schema: Json = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


def complete(result: Json, **_generator: Any) -> Json:
    """Postprocessing: ways to authenticate, the common refusals and the common headers."""
    components = result.setdefault("components", {})
    components["securitySchemes"] = SCHEMES
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["headers"] = HEADERS
    components["responses"] = {f"Refused{status}": _refusal(status) for status in REFUSALS}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, Mapping):
                _complete(operation, path=path, method=method)
    return result


def _refusal(status: str) -> Json:
    return {
        "description": REFUSALS[status],
        "headers": _headers(),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers() -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def _complete(operation: Any, *, path: str, method: str) -> None:
    responses = operation["responses"]
    for answer in responses.values():
        answer["headers"] = {**_headers(), **answer.get("headers", {})}
    _add_dry_run(operation)
    statuses = {"400", "401", "403", "429", "503"}
    asked = {each.get("name") for each in operation.get("parameters", ())}
    names_somebody = "{" in path or "requestBody" in operation or asked & NAME_SOMEBODY
    statuses |= {"404"} if names_somebody else set()
    statuses |= {"409", "412", "413", "422"} if method in UNSAFE else {"422"}
    for status in statuses - set(responses):
        responses[status] = {"$ref": f"#/components/responses/Refused{status}"}
    operation["responses"] = dict(sorted(responses.items()))


def _add_dry_run(operation: Any) -> None:
    """A dry run answers 200 with the body of the real answer and `"simulated": true`."""
    responses = operation["responses"]
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    real = responses.get("201") or responses.get("202")
    if "dry_run" in names and real and "200" not in responses:
        responses["200"] = {
            **real,
            "description": "Already done, or a dry run (`simulated` is true then).",
        }
