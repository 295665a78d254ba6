"""Users and customers, their groups and addresses."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoFlag,
    InfoNumber,
    InfoText,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalNumber,
    OptionalQuantity,
    Text,
    Version,
)


class Role(Entity):
    """What a user may do, by name."""

    id: InfoText = None
    name: InfoText = None
    system_role_id: InfoText = None


class User(Entity):
    """Somebody who works with the till. Account types: cashier, manager, admin."""

    id: Id
    username: Text = ""
    display_name: Text = ""
    email: str | None = None
    account_type: str | None = None
    is_primary_user: bool | None = None
    enabled: InfoFlag = None
    enabled_mfa: InfoFlag = None
    require_password_change: InfoFlag = None
    email_verified_at: LooseMoment = None
    seen_at: LooseMoment = None
    switch_id: InfoText = None
    roles: Annotated[tuple[Role, ...], NullIsEmpty, INFORMS] = ()
    permissions: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    rules: Annotated[dict[str, object] | None, INFORMS] = None
    restricted_outlet_id: InfoText = None
    restricted_outlet_ids: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    target_daily: InfoNumber = None
    target_weekly: InfoNumber = None
    target_monthly: InfoNumber = None
    image_source: InfoText = None
    images: Annotated[dict[str, str] | None, INFORMS] = None
    time_until_deletion: InfoText = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class SaleTotals(Entity):
    """What a user sold in one period; `label` names the period."""

    label: Text = ""
    date_from: LooseMoment = None
    date_to: LooseMoment = None
    total: OptionalQuantity = None
    cost: OptionalQuantity = None
    tax: OptionalQuantity = None
    revenue: OptionalQuantity = None
    discounts: OptionalQuantity = None
    loyalty: OptionalQuantity = None
    sale_count: OptionalQuantity = None


class Customer(Entity):
    """Somebody who buys."""

    id: Id
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    customer_code: str | None = None
    customer_group_id: Id | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    year_to_date: OptionalQuantity = None
    balance: OptionalQuantity = None
    loyalty_balance: OptionalQuantity = None
    on_account_limit: OptionalQuantity = None
    name: InfoText = None
    enable_loyalty: InfoFlag = None
    do_not_email: InfoFlag = None
    note: InfoText = None
    gender: InfoText = None
    date_of_birth: InfoText = None
    fax: InfoText = None
    twitter: InfoText = None
    website: InfoText = None
    physical_address_1: InfoText = None
    physical_address_2: InfoText = None
    physical_suburb: InfoText = None
    physical_city: InfoText = None
    physical_postcode: InfoText = None
    physical_state: InfoText = None
    physical_country_id: InfoText = None
    postal_address_1: InfoText = None
    postal_address_2: InfoText = None
    postal_suburb: InfoText = None
    postal_city: InfoText = None
    postal_postcode: InfoText = None
    postal_state: InfoText = None
    postal_country_id: InfoText = None
    custom_field_1: InfoText = None
    custom_field_2: InfoText = None
    custom_field_3: InfoText = None
    custom_field_4: InfoText = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class CustomerDraft(Draft):
    """A customer to create, or the whole new content of one. The contract requires both names."""

    first_name: str
    last_name: str
    customer_code: str | None = None
    customer_group_id: Id | None = None
    enable_loyalty: bool | None = None
    email: str | None = None
    do_not_email: bool | None = None
    note: str | None = None
    gender: str | None = None
    date_of_birth: str | None = None
    company_name: str | None = None
    phone: str | None = None
    mobile: str | None = None
    fax: str | None = None
    twitter: str | None = None
    website: str | None = None
    physical_address_1: str | None = None
    physical_address_2: str | None = None
    physical_suburb: str | None = None
    physical_city: str | None = None
    physical_postcode: str | None = None
    physical_state: str | None = None
    physical_country_id: str | None = None
    postal_address_1: str | None = None
    postal_address_2: str | None = None
    postal_suburb: str | None = None
    postal_city: str | None = None
    postal_postcode: str | None = None
    postal_state: str | None = None
    postal_country_id: str | None = None
    custom_field_1: str | None = None
    custom_field_2: str | None = None
    custom_field_3: str | None = None
    custom_field_4: str | None = None
    on_account_limit: OptionalNumber = None


class CustomerGroup(Entity):
    """Customers who share prices."""

    id: Id
    name: Text = ""
    group_id: str | None = None
    retailer_id: InfoText = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class Address(Entity):
    """A billing or shipping address. Its id is a number; `id_token` comes only with a new one."""

    id: int = Field(strict=True)
    customer_id: Id
    type: str
    address_line_1: Text = ""
    address_line_2: str | None = None
    suburb: str | None = None
    city: Text = ""
    postcode: Text = ""
    state: str | None = None
    state_code: str | None = None
    country_code: Text = ""
    country_name: InfoText = None
    id_token: str | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class AddressDraft(Draft):
    """An address to create, or the whole new content of one. Types: BILLING, SHIPPING."""

    type: str
    address_line_1: str = Field(min_length=1, max_length=50)
    city: str = Field(min_length=1, max_length=28)
    postcode: str
    country_code: str = Field(min_length=2, max_length=2)
    address_line_2: str | None = Field(default=None, max_length=50)
    suburb: str | None = None
    state: str | None = Field(default=None, max_length=35)
    state_code: str | None = None
