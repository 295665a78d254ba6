"""The Lightspeed Retail X-Series client. Imports nothing else of lsync."""

from lsync.core.lightspeed.budget import Budget, MemoryBudget, limit_for
from lsync.core.lightspeed.caller import BudgetWait
from lsync.core.lightspeed.client import Ping, XSeries
from lsync.core.lightspeed.errors import (
    BudgetSpent,
    Conflict,
    Forbidden,
    Invalid,
    LightspeedError,
    LoginNeeded,
    NotExecuted,
    NotFound,
    NotOffered,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SchemaError,
    TokenUnavailable,
    Unauthorized,
    Unavailable,
)
from lsync.core.lightspeed.exchange import Exchange
from lsync.core.lightspeed.hosts import HostError, build_base_url, check_domain_prefix
from lsync.core.lightspeed.models import (
    WEBHOOK_TYPES,
    Consignment,
    ConsignmentChange,
    ConsignmentDraft,
    ConsignmentLine,
    ConsignmentTotals,
    CountFilter,
    LineDraft,
    Outlet,
    Product,
    Register,
    Supplier,
    SupplierDraft,
    Webhook,
)
from lsync.core.lightspeed.oauth import CallbackError, Tokens, authorize_url, read_callback
from lsync.core.lightspeed.oauth_token import MemoryVault, OAuthToken, TokenVault
from lsync.core.lightspeed.paging import KeyedPage, Page
from lsync.core.lightspeed.readers import Quarantined
from lsync.core.lightspeed.resources.lines import LINES_PER_CALL
from lsync.core.lightspeed.signature import sign, verify_signature
from lsync.core.lightspeed.tokens import StaticToken, TokenSource
from lsync.core.lightspeed.transport import Timeouts

__all__ = [
    "LINES_PER_CALL",
    "WEBHOOK_TYPES",
    "Budget",
    "BudgetSpent",
    "BudgetWait",
    "CallbackError",
    "Conflict",
    "Consignment",
    "ConsignmentChange",
    "ConsignmentDraft",
    "ConsignmentLine",
    "ConsignmentTotals",
    "CountFilter",
    "Exchange",
    "Forbidden",
    "HostError",
    "Invalid",
    "KeyedPage",
    "LightspeedError",
    "LineDraft",
    "LoginNeeded",
    "MemoryBudget",
    "MemoryVault",
    "NotExecuted",
    "NotFound",
    "NotOffered",
    "OAuthToken",
    "OutcomeUnknown",
    "Outlet",
    "Page",
    "Ping",
    "Product",
    "Quarantined",
    "RateLimited",
    "Refused",
    "Register",
    "SchemaError",
    "StaticToken",
    "Supplier",
    "SupplierDraft",
    "Timeouts",
    "TokenSource",
    "TokenUnavailable",
    "TokenVault",
    "Tokens",
    "Unauthorized",
    "Unavailable",
    "Webhook",
    "XSeries",
    "authorize_url",
    "build_base_url",
    "check_domain_prefix",
    "limit_for",
    "read_callback",
    "sign",
    "verify_signature",
]
