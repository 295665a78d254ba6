"""Accounts: giving out, restricting and revoking tokens; the page that gives out codes."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lsync.simulator.api.oauth import redirect_with_code
from lsync.simulator.control.guard import guarded, json_object
from lsync.simulator.tokens import TOKEN_LIFE
from lsync.simulator.world import World


class Accounts:
    """Handlers over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The routes below `/_sim`."""
        return [
            Route("/tokens", guarded(self.issue), methods=["POST"]),
            Route("/tokens/revoke", guarded(self.revoke), methods=["POST"]),
            Route("/tokens/restrict", guarded(self.restrict), methods=["POST"]),
        ]

    def page(self) -> Route:
        """`/connect`: agrees at once and sends the browser back with a code."""
        return Route("/connect", guarded(self.connect), methods=["GET"])

    async def connect(self, request: Request) -> Response:
        """A redirect to the caller's address."""
        query = dict(request.query_params)
        target = redirect_with_code(self._world, query, now=self._world.now())
        return RedirectResponse(target, status_code=302)

    async def issue(self, request: Request) -> Response:
        """A token pair: `{"scopes": […] or absent for all, "expires_in": seconds}`."""
        body = await json_object(request, known=("scopes", "expires_in"))
        life = timedelta(seconds=float(body.get("expires_in", TOKEN_LIFE.total_seconds())))
        grant = self._world.tokens.issue(scopes=_scopes(body), now=self._world.now(), life=life)
        return JSONResponse({"access_token": grant.token, "refresh_token": grant.refresh_token})

    async def revoke(self, request: Request) -> Response:
        """`{"token": …}` stops being accepted, with its refresh token."""
        body = await json_object(request, known=("token",))
        self._world.tokens.revoke(str(body.get("token")))
        return JSONResponse({"ok": True})

    async def restrict(self, request: Request) -> Response:
        """`{"token": …, "scopes": […] or absent for all}`."""
        body = await json_object(request, known=("token", "scopes"))
        try:
            self._world.tokens.restrict(str(body.get("token")), scopes=_scopes(body))
        except KeyError:
            raise ValueError("this token is not accepted") from None
        return JSONResponse({"ok": True})


def _scopes(body: dict[str, Any]) -> frozenset[str] | None:
    scopes = body.get("scopes")
    if scopes is None:
        return None
    if not isinstance(scopes, list):
        raise ValueError("scopes must be an array")  # noqa: TRY004  a caller's mistake, answered with 400
    return frozenset(str(scope) for scope in scopes)
