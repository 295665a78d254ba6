"""The one way an API call is refused. What a refusal looks like on the wire lives here too.

The published documents define no error envelope; `error` and `message` follow the documented
429 body, and webhooks document `error` alone.
"""

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
}


class Refusal(Exception):  # noqa: N818  it is an answer, not a fault of the program
    """An API call that is answered with a 4xx; nothing of it was carried out."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def body(self) -> dict[str, str]:
        """The JSON body of the answer."""
        return {"error": _TITLES.get(self.status, "Error"), "message": self.message}


def not_found(what: str, key: str) -> Refusal:
    """A 404 that names what was looked for."""
    return Refusal(404, f"no {what} with id {key}")
