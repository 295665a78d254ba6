"""What the control server in memory answers about changing orders, questions and webhooks."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from lsync.core.control import messages as m
from lsync.core.domain.decision import DecisionKind, DecisionState
from lsync.core.domain.order import OrderState, SyncState
from tests.tui import samples

Routes = tuple[tuple[str, Callable[..., Any]], ...]


def decision(number: int) -> m.DecisionMessage:
    return m.DecisionMessage(
        id=number,
        kind=DecisionKind.COST,
        state=DecisionState.OPEN,
        question=f"The cost of MUG-00{number} was changed in Lightspeed.",
        consequence="Our order takes the new cost.",
        order_number="PO-1002",
        ours=Decimal("3.50"),
        theirs=Decimal("3.75"),
        source="consignment c-2",
        raised_at=samples.NOW,
    )


class Changes:
    """Mixed into the fake daemon: remembers in ``done`` what it was asked to do."""

    done: list[str]
    equal = False
    decisions: tuple[m.DecisionMessage, ...] = (decision(1), decision(2))
    adjustments: tuple[m.AdjustmentMessage, ...] = ()
    imported: tuple[m.ImportRequest, bytes] | None = None
    import_report: m.ImportReport | None = None
    """What every import answers, instead of one order replaced."""

    def change_routes(self, query: dict[str, str], body: bytes) -> Routes:
        given = json.loads(body) if body and "filename" not in query else {}
        return (
            ("GET purchase-orders/(.+)/history", lambda number: self._history(number, query)),
            ("GET purchase-orders/(.+)/diff", self._diff),
            ("GET purchase-orders/(.+)/repair", self._repair_plan),
            ("POST purchase-orders/(.+)/repair", lambda number: self._repair(number, given)),
            ("POST purchase-orders/(.+)/(hold|release)", self._hold),
            ("POST purchase-orders/(.+)/note", lambda number: self._note(number, given)),
            ("POST purchase-orders/import", lambda: self._import(query, body)),
            ("GET decisions", lambda: self.decisions),
            ("POST decisions", lambda: self._decide(given)),
            ("GET adjustments", lambda: self.adjustments),
            ("POST adjustments/retry", lambda: self._retry_adjustments(given)),
            ("GET mappings/suggestions", self._suggest),
            ("POST mappings", lambda: self._map(given)),
            ("POST jobs/(.+)/payload", lambda number: self._payload(number, given)),
            ("GET webhooks/events/(.+)", self._webhook),
            ("POST webhooks/replay", lambda: self._replay(given)),
            ("POST webhooks/test", self._try_webhook),
            ("POST webhooks/subscriptions/delete", lambda: self._unsubscribe(given)),
            ("POST settings", lambda: self._set(given)),
        )

    def _history(self, number: str, query: dict[str, str]) -> m.OrderHistory:
        entries = tuple(
            m.HistoryEntry(
                at=samples.NOW + timedelta(minutes=each), what=f"step {each}", message=f"did {each}"
            )
            for each in range(3)
        )
        if "at" not in query:
            return m.OrderHistory(order_number=number, entries=entries)
        place = next(i for i, each in enumerate(entries) if each.at.isoformat() == query["at"])
        line = m.LineMessage(line_no=1, sku="MUG-001", quantity=Decimal(10 + place))
        then = m.OrderAt(
            since=entries[place].at,
            state=OrderState.APPROVED,
            sync_state=SyncState.QUEUED,
            supplier=f"Supplier {place}",
            lines=(line,),
        )
        return m.OrderHistory(order_number=number, at=entries[place].at, order=then)

    def _diff(self, number: str) -> m.OrderDiff:
        line = m.DiffLine(
            label="MUG-001",
            product_id="p1",
            ordered=Decimal(12),
            there=Decimal(10),
            drifts=() if self.equal else ("quantity",),
        )
        return m.OrderDiff(
            order_number=number,
            state=OrderState.SUBMITTED,
            sync_state=SyncState.DRIFTED,
            equal=self.equal,
            lines=(line,),
        )

    def _repair_plan(self, number: str) -> m.RepairPlan:
        step = m.PlanStep(step="set", description="set MUG-001 to 12", calls=1)
        return m.RepairPlan(
            order_number=number, steps=(step,), calls=1, budget=samples.BUDGET, plan_hash="p7"
        )

    def _repair(self, number: str, given: dict[str, Any]) -> m.SyncAccepted:
        self.done.append(f"repair {number} {given['plan_hash']}")
        return m.SyncAccepted(order_number=number, job_id=120)

    def _hold(self, number: str, verb: str) -> m.OrderDetail:
        self.done.append(f"{verb} {number}")
        return samples.detail(samples.order(number))

    def _note(self, number: str, given: dict[str, Any]) -> m.LogEntry:
        self.done.append(f"note {number} {given['text']} {given['taken']}")
        said = "taken by me" if given["taken"] else f"me: {given['text']}"
        return samples.entry(90, message=said)

    def _import(self, query: dict[str, str], body: bytes) -> m.ImportReport:
        wanted = m.ImportRequest.model_validate(query)
        self.imported = (wanted, body)
        if not wanted.dry_run:
            self.done.append(f"import {wanted.filename}")
        if self.import_report is not None:
            return self.import_report
        order = m.ImportedOrder(
            order_number="PO-1001", result="replaced", lines=2, changes=("line 1: 12 → 24",)
        )
        return m.ImportReport(filename=wanted.filename, dry_run=wanted.dry_run, orders=(order,))

    def _decide(self, given: dict[str, Any]) -> list[m.AnsweredDecision]:
        self.done.append(f"{given['answer']} {given['ids']}")
        return [m.AnsweredDecision(id=each, done=True) for each in given["ids"]]

    def _retry_adjustments(self, given: dict[str, Any]) -> tuple[m.AdjustmentMessage, ...]:
        self.done.append(f"retry {given['names']}")
        return tuple(each for each in self.adjustments if each.name in given["names"])

    def _suggest(self) -> list[m.SuggestionMessage]:
        near = m.CandidateMessage(lightspeed_id="p9", name="Kettle red", sku="KETTLE-8", score=0.91)
        return [
            m.SuggestionMessage(
                kind="product", local_id="KETTLE-9", orders=("PO-1003",), candidates=(near,)
            )
        ]

    def _map(self, given: dict[str, Any]) -> m.MappedMessage:
        self.done.append(f"map {given['local_id']} {given['target']}")
        return m.MappedMessage(
            mapping=m.MappingMessage(
                kind="product",
                local_id=given["local_id"],
                lightspeed_id="p9",
                name="Kettle red",
                source="person",
                updated_at=samples.NOW,
            ),
            queued=("PO-1003",),
        )

    def _payload(self, number: str, given: dict[str, Any]) -> m.JobMessage:
        self.done.append(f"edit job {number} {given['payload']}")
        return samples.job(int(number))

    def _webhook(self, number: str) -> m.WebhookDetail | None:
        found = next((each for each in samples.WEBHOOKS if each.id == int(number)), None)
        if found is None:
            return None
        return m.WebhookDetail(**found.model_dump(), body='{"id": "c-1"}', headers={"x-id": "7"})

    def _replay(self, given: dict[str, Any]) -> m.WebhookReplay:
        self.done.append(f"replay {given['ids']}")
        return m.WebhookReplay(replayed=len(given["ids"]))

    def _try_webhook(self) -> m.WebhookTest:
        step = m.WebhookTestStep(name="accepted", ok=True, message="202 in time")
        return m.WebhookTest(
            ok=True, address="http://127.0.0.1:8750", type="consignment.receive", steps=(step,)
        )

    def _unsubscribe(self, given: dict[str, Any]) -> tuple[m.WebhookSubscription, ...]:
        self.done.append(f"unsubscribe {given['ids']}")
        return tuple(each for each in samples.SUBSCRIPTIONS if each.id in given["ids"])

    def _set(self, given: dict[str, Any]) -> m.SettingChanged:
        self.done.append(f"set {given['key']} {given['value']}")
        return m.SettingChanged(key=given["key"], value=given["value"], database="test")
