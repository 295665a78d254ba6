"""Every message between the daemon and its clients, as frozen values.

One package for both sides: the daemon serialises these, the command line and the dashboard read
them. Quantities and money are strings on the wire, times ISO 8601 in UTC. The names are part of
the ``--json`` output and may not drift.

A message is loaded when it is first named: building all of them takes longer than most commands.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsync.core.control.messages.adjustments import (
        AdjustmentDraft,
        AdjustmentFile,
        AdjustmentFileReport,
        AdjustmentMessage,
        AdjustRequest,
        RetryAdjustments,
    )
    from lsync.core.control.messages.adoption import AdoptedLink, AdoptReport, AdoptRequest
    from lsync.core.control.messages.base import PROTOCOL, ErrorMessage, Hello, Message
    from lsync.core.control.messages.decisions import (
        AnsweredDecision,
        AnswerRequest,
        DecisionMessage,
    )
    from lsync.core.control.messages.editing import LineChange, OrderEdit, OrderEdited
    from lsync.core.control.messages.goods import (
        CountedLine,
        GoodsLine,
        ReceiveReport,
        ReceiveRequest,
    )
    from lsync.core.control.messages.invoices import (
        InvoiceFault,
        InvoiceLineMessage,
        InvoiceMessage,
        InvoiceReport,
        InvoiceRequest,
    )
    from lsync.core.control.messages.jobs import (
        AttemptMessage,
        BulkPlan,
        BulkRequest,
        BulkResult,
        ErrorGroupMessage,
        JobMessage,
        PauseMessage,
        PauseRequest,
        PayloadRequest,
        PrunePlan,
        PruneRequest,
        PruneResult,
        QueueStats,
        WorkerMessage,
    )
    from lsync.core.control.messages.login import (
        Authorization,
        AuthorizationRequest,
        LoginRequest,
        VendLogin,
    )
    from lsync.core.control.messages.mappings import (
        BlockedOrder,
        CandidateMessage,
        MappedMessage,
        MappingMessage,
        MapRequest,
        SuggestionMessage,
        UnmapRequest,
    )
    from lsync.core.control.messages.orders import (
        ApprovedOrder,
        ApproveRequest,
        ConsignmentMessage,
        ImportedOrder,
        ImportProgress,
        ImportReport,
        ImportRequest,
        LineMessage,
        NoteRequest,
        OrderDetail,
        OrderSummary,
        PendingRequest,
        PlanMessage,
        PlanStep,
        ProblemMessage,
        RowProblem,
        SyncAccepted,
        SyncRequest,
    )
    from lsync.core.control.messages.records import ApiCall, LogEntry, WebhookEvent
    from lsync.core.control.messages.reports import (
        DifferenceRow,
        FailureRow,
        OrdersReportRow,
        SyncReportRow,
    )
    from lsync.core.control.messages.settings import SettingChange, SettingChanged
    from lsync.core.control.messages.shop import (
        VendConsignment,
        VendLine,
        VendOutlet,
        VendProbe,
        VendProduct,
        VendProductPage,
        VendSupplier,
    )
    from lsync.core.control.messages.status import (
        Event,
        HealthMessage,
        SettingMessage,
        StatusMessage,
    )
    from lsync.core.control.messages.sync import (
        DiffLine,
        HistoryEntry,
        OrderAt,
        OrderDiff,
        OrderHistory,
        OrderProof,
        ProofLink,
        RepairPlan,
        RepairRequest,
        ToldProblem,
    )
    from lsync.core.control.messages.vend import (
        BudgetMessage,
        VendTest,
        WebhookCreateRequest,
        WebhookSubscription,
    )
    from lsync.core.control.messages.webhooks import (
        GapHour,
        WebhookDeleteRequest,
        WebhookDetail,
        WebhookMeter,
        WebhookReplay,
        WebhookReplayRequest,
        WebhookTest,
        WebhookTestRequest,
        WebhookTestStep,
    )

__all__ = [
    "PROTOCOL",
    "AdjustRequest",
    "AdjustmentDraft",
    "AdjustmentFile",
    "AdjustmentFileReport",
    "AdjustmentMessage",
    "AdoptReport",
    "AdoptRequest",
    "AdoptedLink",
    "AnswerRequest",
    "AnsweredDecision",
    "ApiCall",
    "ApproveRequest",
    "ApprovedOrder",
    "AttemptMessage",
    "Authorization",
    "AuthorizationRequest",
    "BlockedOrder",
    "BudgetMessage",
    "BulkPlan",
    "BulkRequest",
    "BulkResult",
    "CandidateMessage",
    "ConsignmentMessage",
    "CountedLine",
    "DecisionMessage",
    "DiffLine",
    "DifferenceRow",
    "ErrorGroupMessage",
    "ErrorMessage",
    "Event",
    "FailureRow",
    "GapHour",
    "GoodsLine",
    "HealthMessage",
    "Hello",
    "HistoryEntry",
    "ImportProgress",
    "ImportReport",
    "ImportRequest",
    "ImportedOrder",
    "InvoiceFault",
    "InvoiceLineMessage",
    "InvoiceMessage",
    "InvoiceReport",
    "InvoiceRequest",
    "JobMessage",
    "LineChange",
    "LineMessage",
    "LogEntry",
    "LoginRequest",
    "MapRequest",
    "MappedMessage",
    "MappingMessage",
    "Message",
    "NoteRequest",
    "OrderAt",
    "OrderDetail",
    "OrderDiff",
    "OrderEdit",
    "OrderEdited",
    "OrderHistory",
    "OrderProof",
    "OrderSummary",
    "OrdersReportRow",
    "PauseMessage",
    "PauseRequest",
    "PayloadRequest",
    "PendingRequest",
    "PlanMessage",
    "PlanStep",
    "ProblemMessage",
    "ProofLink",
    "PrunePlan",
    "PruneRequest",
    "PruneResult",
    "QueueStats",
    "ReceiveReport",
    "ReceiveRequest",
    "RepairPlan",
    "RepairRequest",
    "RetryAdjustments",
    "RowProblem",
    "SettingChange",
    "SettingChanged",
    "SettingMessage",
    "StatusMessage",
    "SuggestionMessage",
    "SyncAccepted",
    "SyncReportRow",
    "SyncRequest",
    "ToldProblem",
    "UnmapRequest",
    "VendConsignment",
    "VendLine",
    "VendLogin",
    "VendOutlet",
    "VendProbe",
    "VendProduct",
    "VendProductPage",
    "VendSupplier",
    "VendTest",
    "WebhookCreateRequest",
    "WebhookDeleteRequest",
    "WebhookDetail",
    "WebhookEvent",
    "WebhookMeter",
    "WebhookReplay",
    "WebhookReplayRequest",
    "WebhookSubscription",
    "WebhookTest",
    "WebhookTestRequest",
    "WebhookTestStep",
    "WorkerMessage",
]

USUAL = ("base", "jobs", "records", "vend", "orders", "status")
"""Modules that most commands need, so they are looked through first."""

if not TYPE_CHECKING:

    def _modules() -> Iterator[str]:
        yield from USUAL
        from pkgutil import iter_modules

        yield from (each.name for each in iter_modules(__path__) if each.name not in USUAL)

    def __getattr__(name: str) -> object:
        """Load the module that holds a message of ``__all__``, and keep the message here."""
        if name in __all__:
            for module in _modules():
                loaded = vars(import_module(f"{__name__}.{module}"))
                if name in loaded:
                    return globals().setdefault(name, loaded[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
