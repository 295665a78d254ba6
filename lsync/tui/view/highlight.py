"""JSON shown with its names, texts and numbers told apart."""

import json
import re
from typing import Any

from lsync.tui.view.spans import Line, Span, Tone, block

_TEXT = r'"(?:\\.|[^"\\])*"'
_TOKEN = re.compile(
    rf"(?P<name>{_TEXT}(?=:))|(?P<good>{_TEXT})"
    r"|(?P<number>-?\d[\d.eE+-]*|true|false|null)|(?P<dim>.)"
)
LONGEST = 200_000
"""Characters that are laid out as JSON; a longer text shows as it is."""


def json_lines(value: Any) -> list[Line]:
    """Return ``value`` as indented, highlighted JSON; what JSON does not know shows as text."""
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except RecursionError:
        return [(Span("nested too deeply to be laid out", Tone.DIM),)]
    return [tuple(_spans(row)) for row in text.split("\n")]


def text_lines(text: str) -> list[Line]:
    """Return text from outside as highlighted JSON if it is some, else as it is."""
    if len(text) > LONGEST:
        return block(text)
    try:
        return json_lines(json.loads(text))
    except (ValueError, RecursionError):
        return block(text)


def _spans(row: str) -> list[Span]:
    indent = len(row) - len(row.lstrip(" "))
    tokens = [
        Span(token.group(), Tone(token.lastgroup or "plain"))
        for token in _TOKEN.finditer(row, indent)
    ]
    return [Span(" " * indent), *tokens] if indent else tokens
