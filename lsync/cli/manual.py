"""The manual page, made from the same help texts as ``--help``. Pure: returns roff."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer._click import Command, Parameter
    from typer.core import TyperGroup

EXIT_CODES: Mapping[int, str] = {
    0: "done",
    1: "the operation failed, or a part of it",
    2: "wrong usage",
    69: "daemon, database or API cannot be reached",
    75: "try later: budget spent, lock held, time over",
    78: "a setting is wrong",
    130: "interrupted",
}
ENVIRONMENT: Mapping[str, str] = {
    "LIGHTSPEED_DOMAIN_PREFIX, LIGHTSPEED_API_TOKEN, LIGHTSPEED_BASE_URL": "the shop and its token",
    "LSYNC_SECTION__KEY": "any setting: LSYNC_SYNC__POLL_SECONDS is sync.poll_seconds",
    "LSYNC_PAGER, PAGER": "what shows texts longer than the screen; empty or cat: nothing does",
    "NO_COLOR": "set to anything: no colours",
}
FILES: Mapping[str, str] = {
    "./config.toml, $XDG_CONFIG_HOME/lsync/config.toml, /etc/lsync/config.toml": "settings",
    "$XDG_RUNTIME_DIR/lsync/control.sock, /run/lsync/control.sock": "the daemon's control socket",
}


def manual_page(root: "TyperGroup", commands: "Mapping[str, Command]", *, version: str) -> str:
    """The page lsync(1) with every command, its arguments, options and examples."""
    lines = [
        f'.TH LSYNC 1 "" "lsync {version}" "User Commands"',
        ".SH NAME",
        "lsync \\- keep purchase orders and Lightspeed Retail X-Series in step",
        ".SH SYNOPSIS",
        ".B lsync",
        "[OPTIONS] [COMMAND] [ARGUMENTS]",
        ".SH DESCRIPTION",
        *_paragraphs(root.help or ""),
        ".SH OPTIONS",
        *_parameters(root),
        ".SH COMMANDS",
        *(line for name, command in commands.items() for line in _command(name, command)),
        ".SH EXIT STATUS",
        *_definitions((str(code), meaning) for code, meaning in EXIT_CODES.items()),
        ".SH ENVIRONMENT",
        *_definitions(ENVIRONMENT.items()),
        ".SH FILES",
        *_definitions(FILES.items()),
    ]
    return "\n".join(lines) + "\n"


def _command(name: str, command: "Command") -> Iterator[str]:
    yield f".SS lsync {_plain(name)}"
    yield from _paragraphs(command.help or "")
    yield from _parameters(command)
    examples = [line.strip() for line in (command.epilog or "").splitlines()[2:]]
    if examples:
        yield from (".PP", "Examples:", ".nf", ".RS")
        yield from (_plain(line) for line in examples)
        yield from (".RE", ".fi")


def _parameters(command: "Command") -> list[str]:
    explained = ((_term(each), getattr(each, "help", None)) for each in command.params)
    return list(_definitions((term, text) for term, text in explained if text))


def _term(parameter: "Parameter") -> str:
    """An option's names with what it takes, or an argument as in the usage line."""
    metavar = getattr(parameter, "metavar", None)
    if parameter.param_type_name == "option":
        names = ", ".join([*parameter.opts, *parameter.secondary_opts])
        return names if getattr(parameter, "is_flag", False) else f"{names} {metavar or 'VALUE'}"
    name = str(metavar or parameter.name)
    return f"{name if parameter.required else f'[{name}]'}{'...' * (parameter.nargs == -1)}"


def _definitions(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in pairs:
        yield from (".TP", f".B {_plain(term)}", _plain(meaning))


def _paragraphs(text: str) -> list[str]:
    told = inspect.cleandoc(text).split("\n\n")
    return [line for each in told for line in (".PP", _plain(each.replace("\n", " ")))]


def _plain(text: str) -> str:
    """Text that roff prints as it stands: backslashes, hyphens and leading dots are its own."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
