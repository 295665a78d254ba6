"""A settings file with every setting explained, as text. Writing it to disk is the caller's."""

import json
import textwrap
from collections.abc import Iterator, Mapping

from lsync.core.settings.keys import FIELDS, example_of
from lsync.core.settings.sources import ESTABLISHED

HEAD = """\
# Settings of lsync, made by `lsync config init`. Lines that begin with "# key =" are not set;
# they show the default or an example. Later wins: defaults, this file, `lsync config set`,
# .env and environment, command line. `lsync config show` prints what holds and why.
"""
WIDTH = 98


def render_file(chosen: Mapping[str, str]) -> str:
    """Return the text of a settings file that sets ``chosen``, by key, and shows the rest."""
    return HEAD + "\n".join(_lines(chosen)) + "\n"


def _lines(chosen: Mapping[str, str]) -> Iterator[str]:
    section = ""
    for key in FIELDS:
        table, name = key.split(".")
        if table != section:
            section = table
            yield f"\n[{table}]"
        else:
            yield ""
        yield from (f"# {line}" for line in textwrap.wrap(_explained(key), WIDTH))
        if key in chosen:
            yield f"{name} = {json.dumps(chosen[key])}"
        else:
            yield f"# {name} = {json.dumps(_shown(key), ensure_ascii=False)}"


def _explained(key: str) -> str:
    variable = next((name for name, known in ESTABLISHED.items() if known == key), None)
    told = FIELDS[key].description or ""
    return f"{told} Variable: {variable}." if variable else told


def _shown(key: str) -> str | bool | int | float:
    """The default where it is a plain value, else the example."""
    default = FIELDS[key].default
    if isinstance(default, str | bool | int | float):
        return default
    return example_of(key) or ""
