"""JSON shown with its names, texts and numbers told apart."""

import json
import re
from typing import Any

from lsync.tui.view.spans import Line, Span, Tone

_TEXT = r'"(?:\\.|[^"\\])*"'
_TOKEN = re.compile(
    rf"(?P<name>{_TEXT}(?=:))|(?P<good>{_TEXT})"
    r"|(?P<number>-?\d[\d.eE+-]*|true|false|null)|(?P<dim>.)"
)


def json_lines(value: Any) -> list[Line]:
    """Return ``value`` as indented, highlighted JSON; what JSON does not know shows as text."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return [tuple(_spans(row)) for row in text.split("\n")]


def _spans(row: str) -> list[Span]:
    indent = len(row) - len(row.lstrip(" "))
    tokens = [
        Span(token.group(), Tone(token.lastgroup or "plain"))
        for token in _TOKEN.finditer(row, indent)
    ]
    return [Span(" " * indent), *tokens] if indent else tokens
