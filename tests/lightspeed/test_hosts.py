import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.hosts import (
    DEFAULT_BASE_URL,
    HostError,
    build_base_url,
    check_domain_prefix,
    offers,
    sibling_url,
    version_of,
)


def test_the_default_is_the_shop_on_the_lightspeed_host() -> None:
    built = build_base_url(domain_prefix="example")
    assert built == "https://example.retail.lightspeed.app/api/2026-07"


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("http://127.0.0.1:8760", "http://127.0.0.1:8760/api/2026-07"),
        ("http://127.0.0.1:8760/", "http://127.0.0.1:8760/api/2026-07"),
        ("http://[::1]:8760/api/2.0/", "http://[::1]:8760/api/2.0"),
        ("https://{domain_prefix}.example.test/x", "https://example.example.test/x"),
        ("https://h.example/api/{api_version}", "https://h.example/api/2026-07"),
    ],
)
def test_a_configured_url_is_completed(configured: str, expected: str) -> None:
    assert build_base_url(configured, domain_prefix="example") == expected


@pytest.mark.parametrize("host", ["example.vendhq.com", "VENDHQ.com", "a.b.vendhq.com:443"])
def test_vendhq_is_refused_and_the_replacement_named(host: str) -> None:
    with pytest.raises(HostError, match=r"retail\.lightspeed\.app/api/2026-07"):
        build_base_url(f"https://{host}/api/2.0")


@pytest.mark.parametrize(
    "prefix",
    ["", "Example", "a.b", "a/b", "a@b", "x" * 64, "ex ample", "a\n", "é", "example.evil.test#"],
)
def test_a_prefix_can_only_name_a_shop(prefix: str) -> None:
    with pytest.raises(HostError):
        check_domain_prefix(prefix)
    with pytest.raises(HostError):
        build_base_url(DEFAULT_BASE_URL, domain_prefix=prefix)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h.example/api/2.0",
        "h.example/api",
        "https:///api",
        "https://user:pass@h.example/api/2.0",
        "https://h.example/api?x=1",
        "https://h.example/api#x",
        "https://h.example:99999/api",
        "https://h.exa\tmple/api",
        "https://{shop}.example/api",
        "http://example.retail.lightspeed.app/api/2026-07",
        "https://[::1/api",
    ],
)
def test_anything_but_a_plain_url_is_refused(url: str) -> None:
    with pytest.raises(HostError):
        build_base_url(url, domain_prefix="example")


def test_a_placeholder_without_a_value_says_what_is_missing() -> None:
    with pytest.raises(HostError, match="domain prefix"):
        build_base_url()


@pytest.mark.parametrize("version", ["", "../1.0", "2026-07/x", "beta", "2026 07"])
def test_the_version_is_one_path_segment(version: str) -> None:
    with pytest.raises(HostError):
        build_base_url(domain_prefix="example", api_version=version)


@given(st.text())
def test_no_text_makes_it_crash_or_leave_http(text: str) -> None:
    try:
        built = build_base_url(text, domain_prefix="example")
    except HostError:
        return
    assert built.lower().startswith(("http://", "https://"))


def test_other_versions_live_on_the_same_host() -> None:
    base = "https://example.retail.lightspeed.app/api/2026-07"
    assert version_of(base) == "2026-07"
    assert sibling_url(base, api_version="1.0") == "https://example.retail.lightspeed.app/api/1.0"


@pytest.mark.parametrize(
    ("version", "since", "offered"),
    [
        ("2026-07", None, True),
        ("2026-07", "2026-04", True),
        ("2026-01", "2026-04", False),
        ("2.0", None, True),
        ("2.0", "2026-01", False),
        ("3.0-beta", "2026-01", False),
        ("proxy", "2026-04", True),
    ],
)
def test_versions_offer_what_came_before_them(
    version: str, since: str | None, offered: bool
) -> None:
    assert offers(version, since=since) is offered
