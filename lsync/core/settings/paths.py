"""Where lsync looks for its files: settings, state, control socket. Creates none of them."""

from collections.abc import Mapping
from pathlib import Path

from lsync.core.settings.errors import SettingProblem, SettingsError

SERVICE_CONFIG = Path("/etc/lsync/config.toml")
SERVICE_SOCKET = Path("/run/lsync/control.sock")
Environment = Mapping[str, str]


def find_config_file(
    wanted: Path | None, *, environment: Environment, directory: Path
) -> Path | None:
    """Return the settings file: the one asked for, else the first that exists, else none.

    Raises:
        SettingsError: a file that was asked for does not exist.
    """
    named = [("--config", wanted), ("LSYNC_CONFIG", _path(environment.get("LSYNC_CONFIG")))]
    for source, path in named:
        if path is None:
            continue
        if path.is_dir():
            rule = "it is a directory; name the settings file in it"
            raise SettingsError([SettingProblem(key=source, given=str(path), rule=rule)])
        if not path.is_file():
            raise SettingsError(
                [SettingProblem(key=source, given=str(path), rule="there is no such file")]
            )
        return path
    usual = (directory / "config.toml", user_config_file(environment), SERVICE_CONFIG)
    return next((path for path in usual if path.is_file()), None)


def default_state_dir(environment: Environment) -> Path:
    """Return the folder for lsync's own files; systemd names it for a service."""
    service = environment.get("STATE_DIRECTORY", "").split(":")[0]
    if service:
        return Path(service)
    home = _path(environment.get("XDG_STATE_HOME")) or _home(environment) / ".local" / "state"
    return home / "lsync"


def default_socket(environment: Environment, *, state_dir: Path) -> Path:
    """Return where the daemon listens: the service's, the user's, else in the state folder."""
    service = environment.get("RUNTIME_DIRECTORY", "").split(":")[0]
    if service:
        return Path(service) / "control.sock"
    user = _path(environment.get("XDG_RUNTIME_DIR"))
    return (user / "lsync" if user else state_dir) / "control.sock"


def socket_candidates(socket: Path, *, named: bool, environment: Environment) -> tuple[Path, ...]:
    """Return the sockets a client tries, in order; one that was ``named`` is the only one."""
    if named:
        return (socket,)
    user = _path(environment.get("XDG_RUNTIME_DIR"))
    found = [user / "lsync" / "control.sock"] if user else []
    return tuple(dict.fromkeys((*found, SERVICE_SOCKET, socket)))


def user_config_file(environment: Environment) -> Path:
    """Return where a person keeps their settings file."""
    home = _path(environment.get("XDG_CONFIG_HOME")) or _home(environment) / ".config"
    return home / "lsync" / "config.toml"


def _home(environment: Environment) -> Path:
    return _path(environment.get("HOME")) or Path.home()


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None
