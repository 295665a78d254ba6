"""Every message between the daemon and its clients, as frozen values.

One package for both sides: the daemon serialises these, the command line and the dashboard read
them. Quantities and money are strings on the wire, times ISO 8601 in UTC. The names are part of
the ``--json`` output and may not drift.
"""

from lsync.core.control.messages.base import PROTOCOL, ErrorMessage, Hello, Message
from lsync.core.control.messages.jobs import (
    AttemptMessage,
    BulkPlan,
    BulkRequest,
    BulkResult,
    JobMessage,
    PauseMessage,
    PauseRequest,
    QueueStats,
    WorkerMessage,
)
from lsync.core.control.messages.login import (
    Authorization,
    AuthorizationRequest,
    LoginRequest,
    VendLogin,
)
from lsync.core.control.messages.orders import (
    ApprovedOrder,
    ApproveRequest,
    ConsignmentMessage,
    ImportedOrder,
    ImportReport,
    ImportRequest,
    LineMessage,
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
from lsync.core.control.messages.shop import (
    VendConsignment,
    VendLine,
    VendOutlet,
    VendProbe,
    VendProduct,
    VendProductPage,
    VendSupplier,
)
from lsync.core.control.messages.status import Event, HealthMessage, SettingMessage, StatusMessage
from lsync.core.control.messages.sync import (
    DiffLine,
    OrderDiff,
    OrderProof,
    ProofLink,
    RepairPlan,
    RepairRequest,
)
from lsync.core.control.messages.vend import (
    BudgetMessage,
    VendTest,
    WebhookCreateRequest,
    WebhookSubscription,
)

__all__ = [
    "PROTOCOL",
    "ApiCall",
    "ApproveRequest",
    "ApprovedOrder",
    "AttemptMessage",
    "Authorization",
    "AuthorizationRequest",
    "BudgetMessage",
    "BulkPlan",
    "BulkRequest",
    "BulkResult",
    "ConsignmentMessage",
    "DiffLine",
    "ErrorMessage",
    "Event",
    "HealthMessage",
    "Hello",
    "ImportReport",
    "ImportRequest",
    "ImportedOrder",
    "JobMessage",
    "LineMessage",
    "LogEntry",
    "LoginRequest",
    "Message",
    "OrderDetail",
    "OrderDiff",
    "OrderProof",
    "OrderSummary",
    "PauseMessage",
    "PauseRequest",
    "PendingRequest",
    "PlanMessage",
    "PlanStep",
    "ProblemMessage",
    "ProofLink",
    "QueueStats",
    "RepairPlan",
    "RepairRequest",
    "RowProblem",
    "SettingMessage",
    "StatusMessage",
    "SyncAccepted",
    "SyncRequest",
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
    "WebhookEvent",
    "WebhookSubscription",
    "WorkerMessage",
]
