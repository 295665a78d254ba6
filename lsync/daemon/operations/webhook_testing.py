"""Sends a sample webhook to the daemon's own public port and follows it through."""

import asyncio
import json
from time import monotonic
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from lsync.core.control import messages as m
from lsync.core.domain.job import FINISHED, JobState
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed.signature import sign
from lsync.core.queue import UnknownJobError
from lsync.core.queue import find as find_job
from lsync.core.store import webhooks
from lsync.daemon.application import Application
from lsync.daemon.operations.callback_url import delivery_url
from lsync.daemon.operations.missing import bad_input, not_allowed
from lsync.daemon.public_side import origin_rules
from lsync.daemon.webhook_endpoint import OriginRules
from lsync.daemon.webhook_reading import digest, is_event_type

FORM = "application/x-www-form-urlencoded"
ANSWER_SECONDS = 5.0
"""Lightspeed waits this long for an answer."""
LOOK_SECONDS = 0.1
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound


class _StoppedError(Exception):
    """A step failed; those behind it make no sense."""


class WebhookTrial:
    """One sample on its way: a made-up consignment, so nothing of the shop is touched."""

    def __init__(self, application: Application, request: m.WebhookTestRequest) -> None:
        self._application = application
        self._request = request
        self._rules = origin_rules(application.settings)
        self._address = _address(application, request)
        self._body = _sample()
        self._steps: list[m.WebhookTestStep] = []
        self._event: WebhookRecord | None = None
        self._next_step = ""

    async def run(self) -> m.WebhookTest:
        """Take each step up to the first that fails."""
        try:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as http:
                await self._send_forged(http)
                await self._send_signed(http)
            await self._find()
            await self._follow()
        except _StoppedError:
            pass
        event = self._event
        return m.WebhookTest(
            ok=all(step.ok for step in self._steps),
            address=self._address,
            type=self._request.type,
            steps=tuple(self._steps),
            next_step=self._next_step,
            event_id=event.id if event else None,
            job_id=event.job_id if event else None,
        )

    async def _send_forged(self, http: httpx.AsyncClient) -> None:
        headers = {"X-Signature": sign(self._body, uuid4().hex)}
        began = monotonic()
        status = await self._post(http, headers=headers, query={})
        self._step(
            "refused",
            status == 401,
            f"A forged sample was answered with {status}; 401 is right.",
            began=began,
            otherwise="Whatever answers there is not this daemon; check the proxy's address.",
        )

    async def _send_signed(self, http: httpx.AsyncClient) -> None:
        headers, query = _proof(self._rules, self._body)
        began = monotonic()
        status = await self._post(http, headers=headers, query=query)
        self._step(
            "accepted",
            status == 204,
            f"The sample was answered with {status}; 204 is right.",
            began=began,
            otherwise="The daemon's log says why it was refused; with 401 behind a proxy, check "
            "that the proxy passes the body and X-Signature on unchanged.",
        )

    async def _post(
        self, http: httpx.AsyncClient, *, headers: dict[str, str], query: dict[str, str]
    ) -> int:
        try:
            answer = await http.post(
                self._address,
                content=self._body,
                headers={"Content-Type": FORM, **headers},
                params=query,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            self._step(
                "reached",
                False,
                f"Nobody answered: {visible(str(failure)) or type(failure).__name__}.",
                otherwise="Check the name, the certificate, the proxy and the firewall.",
            )
            raise _StoppedError from failure
        return answer.status_code

    async def _find(self) -> None:
        found = await self._look()
        self._step(
            "kept",
            found is not None,
            f"It is webhook {found.id}, {found.verdict}, from {found.source}."
            if found
            else "It is not in this daemon's database.",
            otherwise="The address leads to another daemon with another database.",
        )

    async def _follow(self) -> None:
        began = monotonic()
        deadline = began + self._request.wait_seconds
        while (found := await self._look()) and found.status is WebhookStatus.RECEIVED:
            if monotonic() > deadline:
                break
            await asyncio.sleep(LOOK_SECONDS)
        looked = found is not None and found.status is not WebhookStatus.RECEIVED
        self._step(
            "looked into",
            looked,
            f"It is {found.status}." if found and looked else "No worker has looked into it.",
            began=began,
            otherwise="`lsync queue stats` shows whether a worker runs and what is paused.",
        )
        if found and found.job_id is not None:
            await self._follow_job(found.job_id, deadline=deadline)

    async def _follow_job(self, job_id: int, *, deadline: float) -> None:
        began = monotonic()
        state = await self._state_of(job_id)
        while state not in FINISHED and monotonic() < deadline:
            await asyncio.sleep(LOOK_SECONDS)
            state = await self._state_of(job_id)
        self._step(
            "done",
            state is JobState.COMPLETED,
            f"Job {job_id}, which looks at Lightspeed because of it, is {state}.",
            began=began,
            otherwise=f"`lsync queue show {job_id}` explains it.",
        )

    async def _state_of(self, job_id: int) -> JobState:
        async with self._application.database.read() as tx:
            try:
                return (await find_job(tx, job_id)).state
            except UnknownJobError:
                return JobState.COMPLETED

    async def _look(self) -> WebhookRecord | None:
        wanted = digest(self._request.type, self._body)
        async with self._application.database.read() as tx:
            self._event = await webhooks.find_by_digest(tx, self._request.type, wanted)
        return self._event

    def _step(
        self,
        name: str,
        ok: bool,
        message: str,
        *,
        began: float | None = None,
        otherwise: str,
    ) -> None:
        took = None if began is None else (monotonic() - began) * 1000
        self._steps.append(m.WebhookTestStep(name=name, ok=ok, message=message, duration_ms=took))
        if not ok:
            self._next_step = otherwise
            raise _StoppedError


async def try_webhook(application: Application, request: m.WebhookTestRequest) -> m.WebhookTest:
    """Send a sample and follow it; a step that fails is a result, not an error.

    Raises:
        ControlError: there is nothing to send it to, or nothing to prove its origin with.
    """
    return await WebhookTrial(application, request).run()


def _address(application: Application, request: m.WebhookTestRequest) -> str:
    if not is_event_type(request.type):
        raise bad_input(
            f"{visible(request.type)} is no type of webhook.",
            why="A type has two words with a dot between them.",
            next_step="Leave --type out, or give one such as sale.update.",
        )
    if request.public:
        base = application.settings.webhooks.public_url
        if base is None:
            raise bad_input(
                "There is no public address to try.",
                why="webhooks.public_url is not set.",
                next_step="Set it, or leave --public out to try the daemon's own port.",
            )
        return delivery_url(base, request.type)
    if application.public_address is None:
        raise not_allowed(
            "There is no daemon to send a webhook to.",
            why="No daemon runs here, or this one only shows and has no public port.",
            next_step="Start one with `lsync daemon`.",
        )
    host, port = application.public_address
    host = EVERY_ADDRESS.get(host, host)
    return delivery_url(f"http://{f'[{host}]' if ':' in host else host}:{port}", request.type)


def _sample() -> bytes:
    """A payload as Lightspeed sends it, about a consignment that does not exist."""
    line = {
        "id": str(uuid4()),
        "consignment_id": str(uuid4()),
        "product_id": str(uuid4()),
        "count": "1.00000",
        "received": "1.00000",
        "cost": 1,
        "sequence_number": 0,
    }
    return urlencode({"payload": json.dumps(line), "environment": "lsync-test"}).encode()


def _proof(rules: OriginRules, body: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query that prove the origin as the settings want it."""
    if any(rules.secrets):
        return {"X-Signature": sign(body, next(filter(None, rules.secrets)))}, {}
    if rules.url_token:
        return {}, {"token": rules.url_token}
    if rules.allow_unsigned:
        return {}, {}
    raise not_allowed(
        "Every webhook is refused, so none can be tried.",
        why="Neither lightspeed.webhook_secret nor webhooks.url_token is set.",
        next_step="Set the one that fits: the secret for an OAuth application, the token for "
        "subscriptions made by hand or with a personal token.",
    )
