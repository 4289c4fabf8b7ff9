"""What the OpenAPI document says beyond the serializers: problems, versions, how to sign in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api.problems import CONTENT_TYPE, TITLES

_ALWAYS = (401, 403, 404)
_OF_METHOD = {
    "GET": (400,),
    "POST": (400, 409, 413, 415),
    "PATCH": (400, 409, 412, 413, 415, 428),
    "DELETE": (409,),
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `type` tells programs what happened, `detail` tells people.",
    "required": ["type", "title", "status", "detail", "errors", "reasons"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:itsm:problem:refused"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {key: {"type": "string"} for key in ("field", "code", "detail")},
            },
        },
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
}


class ProblemAwareSchema(AutoSchema):
    """Adds to every operation the problems it may answer with and the headers it reads."""

    def get_override_parameters(self) -> list[Any]:
        parameters = []
        if self.method == "PATCH" and self.view.basename != "saved-view":
            told = "The ETag of the record as it was read."
            parameters.append(
                OpenApiParameter("If-Match", str, "header", required=True, description=told)
            )
        action = getattr(self.view, "action", "")
        if self.method == "GET":
            numbers = getattr(self.view, "parameters", {}).get(action, ())
            parameters += [OpenApiParameter(name, int) for name in numbers]
        if action == "list" and getattr(self.view, "is_searched", False):
            parameters.append(OpenApiParameter("search", str, description="Words to find."))
        if self.method == "POST":
            told = "Same key and body: the first answer again, and no second effect."
            parameters.append(OpenApiParameter("Idempotency-Key", str, "header", description=told))
        return [*super().get_override_parameters(), *parameters]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        for status in sorted({*_ALWAYS, *_OF_METHOD.get(self.method, ())}):
            content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            told = {"description": str(TITLES[status]), "content": content}
            responses.setdefault(str(status), told)
        return responses


def add_problem(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A postprocessing hook: the schema of all errors."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    return result


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "people.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "`Authorization: Token itsm_pat_…`"
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": told}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "people.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
