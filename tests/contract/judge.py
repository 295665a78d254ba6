"""A transport that holds every exchange with the simulator to a published document."""

import re
from urllib.parse import parse_qs

import httpx
from openapi_core.testing import MockRequest, MockResponse
from starlette.applications import Starlette

from tests.lightspeed.contract import Document, Operation


class Judge(httpx.AsyncBaseTransport):
    """Passes calls on to the simulator and validates requests and accepted answers.

    Remembers the operations that were answered with a 2xx.
    """

    def __init__(self, app: Starlette, document: Document) -> None:
        self._inner = httpx.ASGITransport(app)
        self._document = document
        literal_first = sorted(document.operations(), key=lambda found: found.template.count("{"))
        self._operations = literal_first
        self.answered: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = await answer.aread()
        if answer.is_success:
            self._validate(request, answer, body)
        return answer

    def _validate(self, request: httpx.Request, answer: httpx.Response, body: bytes) -> None:
        path = re.sub(r"^/api/[^/]+", "", request.url.path)
        operation = self._operation(request.method, path)
        mock = self._mock(request, path)
        self._document.openapi.validate_request(mock)
        declared = operation.content["responses"].get(str(answer.status_code), {})
        declared = operation.document.resolve(declared)
        if declared.get("content") and answer.status_code != 204:
            content_type = answer.headers.get("content-type", "")
            response = MockResponse(body, status_code=answer.status_code, content_type=content_type)
            self._document.openapi.validate_response(mock, response)
        else:
            assert str(answer.status_code) in operation.content["responses"], operation.name
        self.answered.add(operation.name)

    def _operation(self, method: str, path: str) -> Operation:
        return next(found for found in self._operations if found.matches(method, path))

    def _mock(self, request: httpx.Request, path: str) -> MockRequest:
        base = httpx.URL(self._document.host)
        arguments = parse_qs(request.url.query.decode(), keep_blank_values=True)
        return MockRequest(
            host_url=f"{base.scheme}://{base.host}",
            method=request.method.lower(),
            path=base.path + path,
            args={name: many if len(many) > 1 else many[0] for name, many in arguments.items()},
            headers=dict(request.headers),
            data=request.content or None,
            content_type=request.headers.get("content-type", ""),
        )
