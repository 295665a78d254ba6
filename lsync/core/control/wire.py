"""One HTTP exchange with the daemon as bytes. Pure: sends and reads nothing.

The daemon's answers are whole JSON documents of a stated length, so head and body are told apart
here and nothing else of HTTP is needed.
"""

from collections.abc import Mapping
from urllib.parse import quote

HEAD_END = b"\r\n\r\n"
LONGEST_HEAD = 65_536
"""Bytes; the daemon's are a few hundred."""


def request_bytes(method: str, path: str, *, query: Mapping[str, str], content: bytes) -> bytes:
    """Return one request, after which the connection is closed."""
    return request_head(method, path, query=query, length=len(content)) + content


def request_head(method: str, path: str, *, query: Mapping[str, str], length: int) -> bytes:
    """Return what goes before a body of ``length`` bytes."""
    pairs = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items()]
    target = path + ("?" + "&".join(pairs) if pairs else "")
    head = [
        f"{method} {target} HTTP/1.1",
        "Host: lsync",
        "Connection: close",
        f"Content-Length: {length}",
    ]
    return "\r\n".join(head).encode("ascii") + HEAD_END


def read_head(head: bytes) -> tuple[int, int]:
    """Return the status of an answer and the length of its body, in bytes.

    Raises:
        ValueError: it is not what the daemon answers.
    """
    status_line, *fields = head.decode("latin-1").split("\r\n")
    _, status, *_ = status_line.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (field.partition(":") for field in fields)
    }
    if "content-length" not in headers:
        raise ValueError("the answer does not say how long it is")
    length = int(headers["content-length"])
    if length < 0:
        raise ValueError("the answer says that it is shorter than nothing")
    return int(status), length
