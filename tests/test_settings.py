"""Where settings come from, which one wins, and what is said about wrong ones."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lsync.core.settings import (
    KEYS,
    Settings,
    SettingsError,
    check_value,
    load_settings,
    resolve_key,
    show,
)
from lsync.core.settings.gathering import gather
from lsync.core.settings.reaching import reach_of, read_reach


def load(tmp_path: Path, **arguments: object) -> Settings:
    values: dict[str, object] = {
        "environment": {"HOME": str(tmp_path)},
        "directory": tmp_path,
    }
    return load_settings(**{**values, **arguments})  # type: ignore[arg-type]  # its own arguments


def write(tmp_path: Path, text: str, name: str = "config.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def complaint(tmp_path: Path, **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, environment={"HOME": str(tmp_path), **environment})
    assert caught.value.exit_code == 78
    return str(caught.value)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.queue.max_retries == 3
    assert settings.queue.retry_delays == tuple(timedelta(seconds=s) for s in (60, 300, 900))
    assert settings.daemon.state_dir == tmp_path / ".local/state/lsync"
    assert settings.database_url == f"sqlite:///{tmp_path}/.local/state/lsync/lsync.db"
    assert settings.told_origin("queue.max_retries") == "default"
    assert not settings.is_set("queue.max_retries")


def test_each_layer_overrides_the_one_before(tmp_path: Path) -> None:
    key = "queue.max_retries"
    environment = {"HOME": str(tmp_path)}
    path = write(tmp_path, "[queue]\nconcurrency = 2\nmax_retries = 1\n")
    settings = load(tmp_path)
    assert (settings.value(key), settings.told_origin(key)) == (1, f"{path} line 3")

    settings = load(tmp_path, stored={key: "2"})
    assert (settings.value(key), settings.told_origin(key)) == (2, "database (config set)")

    dotenv = write(tmp_path, "QUEUE_MAX_RETRIES=4\n", ".env")
    settings = load(tmp_path, stored={key: "2"})
    assert (settings.value(key), settings.told_origin(key)) == (4, f"{dotenv} QUEUE_MAX_RETRIES")

    environment["QUEUE_MAX_RETRIES"] = "5"
    settings = load(tmp_path, environment=environment)
    assert (settings.value(key), settings.told_origin(key)) == (5, "environment QUEUE_MAX_RETRIES")

    settings = load(tmp_path, environment=environment, flags={key: 6, "webhooks.port": None})
    assert (settings.value(key), settings.told_origin(key)) == (6, "command line")
    assert settings.queue.concurrency == 2


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("LIGHTSPEED_DOMAIN_PREFIX", "example", "lightspeed.domain_prefix", "example"),
        ("LIGHTSPEED_BASE_URL", "http://h:1", "lightspeed.base_url", "http://h:1"),
        ("QUEUE_MAX_RETRIES", "0", "queue.max_retries", 0),
        ("QUEUE_RETRY_DELAYS", "1, 2.5", "queue.retry_delays", (1.0, 2.5)),
        ("QUEUE_WORKER_SLEEP", "0.5", "queue.worker_sleep", 0.5),
        ("SYNC_AUTO_ON_APPROVAL", "false", "sync.auto_on_approval", False),
        ("SYNC_BATCH_SIZE", "7", "sync.batch_size", 7),
        ("LSYNC_WEBHOOKS__PORT", "1", "webhooks.port", 1),
        ("LSYNC_QUEUE__MAX_RETRIES", "9", "queue.max_retries", 9),
        ("LSYNC_DISPLAY__TIMEZONE", "Europe/Berlin", "display.timezone", "Europe/Berlin"),
    ],
)
def test_variables_by_their_names(
    tmp_path: Path, variable: str, text: str, key: str, value: object
) -> None:
    found = load(tmp_path, environment={variable: text}).value(key)
    if isinstance(found, tuple):
        found = tuple(delay.total_seconds() for delay in found)
    assert found == value


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    settings = load(tmp_path, environment={"LIGHTSPEED_API_TOKEN": "", "QUEUE_MAX_RETRIES": " "})
    assert settings.lightspeed.api_token is None
    assert settings.queue.max_retries == 3


def test_a_wrong_value_names_key_place_rule_and_example(tmp_path: Path) -> None:
    text = complaint(tmp_path, QUEUE_RETRY_DELAYS="60,soon")
    assert "queue.retry_delays is “60,soon” (from environment QUEUE_RETRY_DELAYS)" in text
    assert "seconds above zero" in text
    assert "Example: 60,300,900" in text


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("LSYNC_QUEUE__CONCURRENCY", "many", "it must be a whole number"),
        ("LSYNC_QUEUE__MAX_MEMORY_MB", "100.5", "it must be a whole number"),
        ("LSYNC_QUEUE__WORKER_SLEEP", "long", "it must be a number"),
        ("LSYNC_QUEUE__WORKER_SLEEP", "0", "it must be above 0"),
        ("QUEUE_MAX_RETRIES", "-1", "it must be at least 0"),
        ("LSYNC_WEBHOOKS__PORT", "99999", "it must be at most 65535"),
        ("LSYNC_SYNC__AUTO_SEND", "perhaps", "it must be true or false"),
        ("LSYNC_SYNC__LINE_POLICY", "x", "it must be apply, propose or report"),
        ("LSYNC_WEBHOOKS__PUBLIC_URL", "http://[", "it must be an https address"),
        ("LIGHTSPEED_BASE_URL", "http://[", "it must be an http or https address without user"),
        ("LSYNC_DATABASE__URL", "mysql://u:p@h:99999/d", "a port is a number from 1 to 65535"),
    ],
)
def test_a_rule_is_a_sentence_of_ours(tmp_path: Path, name: str, value: str, rule: str) -> None:
    assert f": {rule}" in complaint(tmp_path, **{name: value})


@pytest.mark.parametrize("name", ["LSYNC_WEBHOOKS__PUBLIC_URL", "LIGHTSPEED_BASE_URL"])
def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    told = complaint(tmp_path, **{name: "https://user:hunter2@hooks.example.com"})
    assert "without user" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("text", ["1", "[1]", "1.5", '"x"', "true", "2026-01-01", "{}"])
def test_no_kind_of_value_brings_out_words_of_the_library(tmp_path: Path, text: str) -> None:
    told = []
    for section, name in (key.split(".") for key in KEYS if key != "database.url"):
        file = write(tmp_path, f"[{section}]\n{name} = {text}\n")
        try:
            load(tmp_path, config=file)
        except SettingsError as error:
            told.append(str(error))
    assert told
    assert not [each for each in told if "Input" in each or "cannot be understood" in each]


def test_all_wrong_values_are_reported_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "[webhooks]\nport = 99999\n[sync]\nbatch_size = true\n")
    text = complaint(tmp_path, LIGHTSPEED_DOMAIN_PREFIX="example.retail.lightspeed.app")
    assert f"webhooks.port is “99999” (from {path} line 2)" in text
    assert "sync.batch_size is “True”" in text
    assert "lightspeed.domain_prefix" in text
    assert "first part of the shop's address" in text


def test_an_unknown_key_in_the_file_suggests_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, "[queue]\nmax_retrys = 1\n")
    assert f"queue.max_retrys (from {path} line 2)" in complaint(tmp_path)
    assert "did you mean queue.max_retries?" in complaint(tmp_path)


def test_an_unknown_variable_of_ours_is_an_error_and_others_are_none_of_our_business(
    tmp_path: Path,
) -> None:
    assert "did you mean database.url?" in complaint(tmp_path, LSYNC_DATABASE__URI="x")
    load(tmp_path, environment={"LSYNC_TOKEN": "x", "QUEUE_NAME": "y"})


@pytest.mark.parametrize("text", ["[queue", "queue = 1\n", "[queue.max_retries]\nx = 1"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    assert str(path) in complaint(tmp_path)


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    missing = tmp_path / "other.toml"
    with pytest.raises(SettingsError, match=r"--config .*other\.toml.*no such file"):
        load(tmp_path, config=missing)
    assert "LSYNC_CONFIG" in complaint(tmp_path, LSYNC_CONFIG=str(missing))


def test_the_file_is_found_in_the_usual_places(tmp_path: Path) -> None:
    home = tmp_path / "xdg"
    (home / "lsync").mkdir(parents=True)
    write(home / "lsync", "[log]\nlevel = 'error'\n")
    environment = {"XDG_CONFIG_HOME": str(home)}
    assert load(tmp_path, environment=environment).log.level == "error"
    write(tmp_path, "[log]\nlevel = 'debug'\n")
    assert load(tmp_path, environment=environment).log.level == "debug"
    named = write(tmp_path, "[log]\nlevel = 'warning'\n", "named.toml")
    assert load(tmp_path, environment={"LSYNC_CONFIG": str(named)}).log.level == "warning"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (None, "https://example.retail.lightspeed.app/api/2026-07"),
        ("http://127.0.0.1:8760", "http://127.0.0.1:8760/api/2026-07"),
        ("http://127.0.0.1:8760/", "http://127.0.0.1:8760/api/2026-07"),
        ("https://{domain_prefix}.shop.example", "https://example.shop.example/api/2026-07"),
        ("https://proxy.example/x/api/2.0", "https://proxy.example/x/api/2.0"),
    ],
)
def test_the_address_of_the_api(tmp_path: Path, base_url: str | None, expected: str) -> None:
    flags = {"lightspeed.domain_prefix": "example", "lightspeed.base_url": base_url}
    assert load(tmp_path, flags=flags).api_url() == expected


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("https://example.vendhq.com/api/2.0", "https://example.retail.lightspeed.app"),
        ("ftp://example.com", "http or https"),
        ("https://user:pw@example.com", "without user"),
        ("https://example.com/?q=1", "query"),
        ("https://{shop}.example", "placeholders"),
        ("https://example.com:99999999", "address"),
        ("http://example.retail.lightspeed.app", "https only"),
    ],
)
def test_addresses_that_are_refused(tmp_path: Path, base_url: str, said: str) -> None:
    assert said in complaint(tmp_path, LIGHTSPEED_BASE_URL=base_url)


def test_without_prefix_or_token_nothing_is_asked_of_lightspeed(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(SettingsError, match=r"lightspeed\.domain_prefix: it is not set"):
        settings.api_url()
    with pytest.raises(SettingsError, match="LIGHTSPEED_API_TOKEN"):
        settings.api_token()


def test_secrets_never_show(tmp_path: Path) -> None:
    secret = "hunter2-canary"
    settings = load(
        tmp_path,
        environment={
            "LIGHTSPEED_API_TOKEN": secret,
            "LIGHTSPEED_WEBHOOK_SECRET": secret,
            "LSYNC_WEBHOOKS__SECRET_PREVIOUS": secret,
            "LSYNC_DATABASE__URL": f"mysql://lsync:{secret}@db.example/lsync",
        },
    )
    assert settings.api_token() == secret
    assert secret in settings.database_url
    shown = list(show(settings))
    for text in (repr(settings), str(settings), repr(shown), str(settings.model_dump())):
        assert secret not in text
    by_key = {each.key: each for each in shown}
    assert by_key["lightspeed.api_token"].secret
    assert by_key["database.url"].value == "mysql://lsync@db.example:3306/lsync"
    assert by_key["queue.retry_delays"].value == "60,300,900"


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    text = complaint(
        tmp_path,
        LIGHTSPEED_API_TOKEN="canary token",
        LSYNC_DATABASE__URL="postgres://u:canary@db.example/x",
    )
    assert "canary" not in text
    assert "lightspeed.api_token" in text
    assert "database.url" in text


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("queue.max_retries", "queue.max_retries"),
        ("lightspeed_api_token", "lightspeed.api_token"),
        ("SYNC_AUTO_ON_APPROVAL", "sync.auto_on_approval"),
        ("LSYNC_WEBHOOKS__PORT", "webhooks.port"),
    ],
)
def test_old_and_new_names_mean_the_same_setting(name: str, key: str) -> None:
    assert resolve_key(name) == key


def test_a_name_that_is_none_suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"sync\.poll_seconds"):
        resolve_key("sync.poll_second")


def test_values_are_checked_before_they_are_stored() -> None:
    check_value("sync_batch_size", "5")
    with pytest.raises(SettingsError, match="at most 1000"):
        check_value("sync.batch_size", "5000")
    with pytest.raises(SettingsError, match="before the database can be read"):
        check_value("database.url", "sqlite:////x.db")
    with pytest.raises(SettingsError, match="did you mean"):
        check_value("sync.batchsize", "5")


def test_a_service_keeps_its_files_where_systemd_says(tmp_path: Path) -> None:
    environment = {"STATE_DIRECTORY": "/var/lib/lsync", "RUNTIME_DIRECTORY": "/run/lsync"}
    settings = load(tmp_path, environment=environment)
    assert settings.database_url == "sqlite:////var/lib/lsync/lsync.db"
    assert settings.daemon.socket == Path("/run/lsync/control.sock")


def test_the_database_lies_in_a_chosen_state_folder(tmp_path: Path) -> None:
    settings = load(tmp_path, environment={"LSYNC_DAEMON__STATE_DIR": "/srv/lsync"})
    assert settings.database_url == "sqlite:////srv/lsync/lsync.db"
    assert settings.daemon.socket == Path("/srv/lsync/control.sock")


def test_sockets_are_tried_in_order_and_a_named_one_alone(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": "/run/user/7", "HOME": str(tmp_path)}
    settings = load(tmp_path, environment=environment)
    assert reach_of(settings, environment=environment).sockets == (
        Path("/run/user/7/lsync/control.sock"),
        Path("/run/lsync/control.sock"),
    )
    named = load(tmp_path, environment=environment, flags={"daemon.socket": "/tmp/a.sock"})
    assert reach_of(named, environment=environment).sockets == (Path("/tmp/a.sock"),)
    assert "at most 107 bytes" in complaint(tmp_path, LSYNC_DAEMON__SOCKET="/x" * 80)


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({}, ""),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, ""),
        ({"STATE_DIRECTORY": "/var/lib/lsync", "RUNTIME_DIRECTORY": "/run/lsync"}, ""),
        ({"LSYNC_DAEMON__STATE_DIR": "~/state"}, ""),
        ({"LSYNC_DAEMON__SOCKET": "~/a.sock", "LSYNC_DISPLAY__TIMEZONE": "Asia/Tokyo"}, ""),
        ({}, '[daemon]\nstate_dir = "/srv"\n[display]\ntimezone = "Europe/Berlin"\n'),
        ({"LSYNC_DAEMON__SOCKET": "/e.sock"}, '[daemon]\nsocket = "/f.sock"\nname = "w"\n'),
    ],
)
def test_a_client_looks_for_the_daemon_where_the_whole_model_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], text: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    environment = {"HOME": str(tmp_path), **variables}
    write(tmp_path, text)
    found = gather(environment=environment, directory=tmp_path)
    settings = load(tmp_path, environment=environment)
    assert read_reach(found, environment=environment) == reach_of(settings, environment=environment)


@pytest.mark.parametrize(
    "variables",
    [
        {"LSYNC_DAEMON__SOCKT": "/a.sock"},
        {"LSYNC_DAEMON__SOCKET": "~nobody-of-this-name/a.sock"},
        {"LSYNC_DISPLAY__TIMEZONE": "Mars/Olympus"},
        {"LSYNC_DISPLAY__TIMEZONE": "../../etc"},
    ],
)
def test_what_a_client_needs_is_left_to_the_model_when_it_looks_wrong(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    environment = {"HOME": str(tmp_path), **variables}
    found = gather(environment=environment, directory=tmp_path)
    assert read_reach(found, environment=environment) is None
    complaint(tmp_path, **variables)


def test_another_wrong_setting_does_not_hide_the_daemon(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "QUEUE_MAX_RETRIES": "many"}
    found = gather(environment=environment, directory=tmp_path)
    assert read_reach(found, environment=environment) is not None


def test_the_zone_of_the_display(tmp_path: Path) -> None:
    assert load(tmp_path).display.zone is None
    settings = load(tmp_path, environment={"LSYNC_DISPLAY__TIMEZONE": "Europe/Berlin"})
    assert settings.display.zone == ZoneInfo("Europe/Berlin")
    assert "name of a time zone" in complaint(tmp_path, LSYNC_DISPLAY__TIMEZONE="../etc/passwd")


@pytest.mark.parametrize("url", ["http://hooks.example.com", "hooks.example.com", "https://?x"])
def test_a_public_address_must_be_reachable_by_https(tmp_path: Path, url: str) -> None:
    assert "https" in complaint(tmp_path, LSYNC_WEBHOOKS__PUBLIC_URL=url)
