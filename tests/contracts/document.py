"""The OpenAPI document as the suite's one client reads it: every request and answer is held against it."""

import copy
import functools
import re
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

Json = dict[str, Any]

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@functools.cache
def document() -> Json:
    """The document as served, with objects closed: an answer may hold nothing that it does not name."""
    told: Json = copy.deepcopy(SchemaGenerator().get_schema(request=None, public=True))
    for schema in told["components"]["schemas"].values():
        _close(schema)
    return told


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for inner in schema:
            _close(inner)
    elif isinstance(schema, dict):
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for inner in schema.values():
            _close(inner)


def operations() -> list[tuple[str, str, Json]]:
    """Every operation: method in capitals, path template, and what the document says."""
    return [
        (method.upper(), path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def template_of(path: str) -> str:
    """The path template of the document behind a real path."""
    return "/" + PARAMETER.sub(r"{\1}", resolve(path).route)


def operation_of(method: str, path: str) -> Json:
    """What the document says about this operation; an operation that it does not name fails the test."""
    template = template_of(path)
    methods = document()["paths"].get(template, {})
    assert method.lower() in methods, f"the OpenAPI document does not know {method} {template}"
    operation: Json = methods[method.lower()]
    return operation


def _resolved(value: Json) -> Json:
    while "$ref" in value:
        found: Any = document()
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


@functools.cache
def _validator(pointer: tuple[Any, ...]) -> Any:
    found: Any = document()
    for step in pointer:
        found = _resolved(found)[step]
    schema = {**found, "components": {"schemas": document()["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _complain(value: Any, pointer: tuple[Any, ...], *, what: str) -> None:
    problems = [
        f"{'/'.join(map(str, error.instance_path)) or '(all)'}: {error.message}"
        for error in _validator(pointer).iter_errors(value)
    ]
    assert not problems, f"{what} does not fit the OpenAPI document: {problems} in {value!r}"


def check_answer(method: str, path: str, answer: Any) -> None:
    """This answer has a status, a type, headers and a body that the document promises."""
    template, what = template_of(path), f"{method} {path} -> {answer.status_code}"
    operation = operation_of(method, path)
    status = str(answer.status_code)
    assert status in operation["responses"], f"{what}: the document does not know this status"
    promised = _resolved(operation["responses"][status])
    for header in ("X-Request-Id", "RateLimit", "RateLimit-Policy"):
        assert header in answer.headers, f"{what}: no {header}"
    content = promised.get("content")
    if not content:
        assert not answer.content, f"{what}: a body that the document does not promise"
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in content, f"{what}: {kind} is not promised, only {sorted(content)}"
    if not kind.endswith(("/json", "+json")):  # a file: text for people or spreadsheets
        return
    told = copy.deepcopy(answer.json())  # the test reads it after us
    if status == "200" and "dry_run=true" in answer.request.get("QUERY_STRING", ""):
        assert told["simulated"] is True, f"{what}: a dry run says that it is one"
        told = {name: value for name, value in told.items() if name != "simulated"}
    where = ("paths", template, method.lower(), "responses", status, "content", kind, "schema")
    _complain(told, where, what=what)


def check_request(method: str, path: str, *, query: str, headers: Any, body: Any) -> None:
    """A request that was understood is one that the document allows."""
    template, what = template_of(path), f"{method} {path}"
    operation = operation_of(method, path)
    parameters = operation.get("parameters", [])
    known = {p["name"] for p in parameters if p["in"] == "query"}
    unknown = {name for name, _value in parse_qsl(query)} - known
    assert not unknown, f"{what}: the document does not know the parameters {sorted(unknown)}"
    for parameter in parameters:
        if parameter["in"] == "header" and parameter.get("required"):
            wanted = parameter["name"]
            assert wanted in headers or "dry_run=true" in query, (
                f"{what}: worked without {wanted}, which the document demands (see Door.keyed)"
            )
    if body is not None:
        assert "requestBody" in operation, f"{what}: the document knows no body"
        where = (
            "paths", template, method.lower(), "requestBody", "content", "application/json",
            "schema",
        )  # fmt: skip
        _complain(body, where, what=f"the body of {what}")
