"""Deliveries through Debian's nginx, configured as docs/operations.md says."""

import asyncio
import contextlib
import getpass
import json
import re
import shutil
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lsync.core.lightspeed.signature import sign
from lsync.core.store import webhooks
from lsync.daemon.webhook_endpoint import BODY_BYTES
from tests.daemon.application import opened
from tests.daemon.public import port
from tests.databases import free_port
from tests.required import required

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "operations.md"
NAME = "hooks.example.com"
SECRET = "test-secret"
PATH = "/webhooks/lightspeed/sale.update"

pytestmark = pytest.mark.process


def documented(*, backend: str, listen: int, directory: Path) -> str:
    """The example from the document, with this test's ports and certificate."""
    (text,) = re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    text = text.replace("http://127.0.0.1:8750", backend)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{listen} ssl")
    return re.sub(r"/etc/letsencrypt/live/[^/]+", str(directory), text)


def make_certificate(directory: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (directory / "privkey.pem").write_bytes(private)
    (directory / "fullchain.pem").write_bytes(certificate.public_bytes(pem))


@dataclass(frozen=True)
class Proxy:
    """A running nginx and what trusts its certificate."""

    listen: int
    trust: ssl.SSLContext

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.listen}", verify=self.trust, trust_env=False
        )

    async def post(
        self, http: httpx.AsyncClient, content: bytes, path: str = PATH, **headers: str
    ) -> httpx.Response:
        return await http.post(
            path,
            content=content,
            headers={"Host": NAME, **{name.replace("_", "-"): it for name, it in headers.items()}},
            extensions={"sni_hostname": NAME},
        )


@contextlib.asynccontextmanager
async def nginx(directory: Path, *, backend: str) -> AsyncIterator[Proxy]:
    """Run nginx in the foreground over ``directory`` until the block ends."""
    required("nginx", package="nginx")
    listen = free_port()
    make_certificate(directory)
    temporary = "".join(
        f"  {kind}_temp_path {directory / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = documented(backend=backend, listen=listen, directory=directory)
    config = directory / "nginx.conf"
    config.write_text(
        f"daemon off;\nuser {getpass.getuser()};\npid {directory / 'nginx.pid'};\n"
        f"error_log {directory / 'error.log'};\nevents {{}}\n"
        f"http {{\n  access_log off;\n{temporary}{text}\n}}\n"
    )
    command = [shutil.which("nginx") or "nginx", "-p", str(directory), "-c", str(config)]
    process = await asyncio.create_subprocess_exec(*command, "-e", str(directory / "error.log"))
    try:
        async with asyncio.timeout(30):
            while True:
                assert process.returncode is None, (directory / "error.log").read_text()
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", listen)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield Proxy(listen, ssl.create_default_context(cafile=str(directory / "fullchain.pem")))
    finally:
        process.terminate()
        await process.wait()


async def test_deliveries_pass_as_the_document_says(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "lsync.db")
    body = urlencode({"payload": json.dumps({"id": "é 1"}, ensure_ascii=False)}).encode()
    async with (
        opened(f"sqlite:///{tmp_path / 'lsync.db'}", tmp_path) as application,
        port(application) as backend,
        nginx(tmp_path, backend=backend) as proxy,
        proxy.client() as http,
    ):
        good = sign(body, SECRET)
        claimed = await proxy.post(http, body, X_Signature=good, X_Forwarded_For="203.0.113.7")
        assert claimed.status_code == 204
        async with application.database.read() as tx:
            (kept,) = await webhooks.listing(tx)
            whole = await webhooks.find(tx, kept.id or 0)
        assert whole is not None
        assert (whole.source, whole.verdict) == ("127.0.0.1", "verified")
        assert whole.body.encode() == body
        assert whole.headers["host"] == NAME
        assert (await proxy.post(http, body + b"x", X_Signature=good)).status_code == 401
        large = await proxy.post(http, b"x" * (BODY_BYTES + 1), X_Signature=good)
        assert large.status_code == 413
        for hidden in ("/metrics", "/healthz", "/"):
            assert (await proxy.post(http, b"", hidden)).status_code == 404


async def test_a_daemon_that_is_down_is_a_reason_to_send_again(tmp_path: Path) -> None:
    async with (
        nginx(tmp_path, backend=f"http://127.0.0.1:{free_port()}") as proxy,
        proxy.client() as http,
    ):
        assert (await proxy.post(http, b"payload=")).status_code == 502
