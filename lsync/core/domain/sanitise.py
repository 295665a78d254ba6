"""Outside text made safe to show: terminals, logs, CSV cells.

Terminals execute control characters and bidirectional marks hide text, so both become visible
stand-ins. Nothing here knows about Rich or Textual: markup is avoided by never parsing it.
"""

import re

_C0 = {code: chr(0x2400 + code) for code in range(0x20)}
_DELETE = {0x7F: "\u2421"}
_C1 = {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
_BIDI = {
    code: f"\\u{code:04x}"
    for code in (
        0x00AD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    )
}
_TAGS = {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}
_VISIBLE = {**_C0, **_DELETE, **_C1, **_BIDI, **_TAGS}
_VISIBLE_LINES = {code: shown for code, shown in _VISIBLE.items() if code not in (0x09, 0x0A)}
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"^[\s\ufeff\u00a0\u200b\u3000]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def visible(text: str, *, keep_lines: bool = False) -> str:
    """Return ``text`` with every control, bidi and invisible character shown as a stand-in.

    With ``keep_lines`` tabs and line feeds stay, for text shown in a block of its own.
    """
    shown = text.translate(_VISIBLE_LINES if keep_lines else _VISIBLE)
    return _SURROGATE.sub("\ufffd", shown)


def csv_cell(text: str) -> str:
    """Return ``text`` safe as a spreadsheet cell: formulas are quoted with an apostrophe.

    Plain numbers such as ``-3.5`` stay numbers.
    """
    if not _FORMULA.match(text) or re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return text
    return "'" + text
