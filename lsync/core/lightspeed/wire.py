"""JSON and field types as they travel. Knows no endpoint; hostile text becomes WireError."""

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, NoReturn

from pydantic import BeforeValidator, Field, PlainSerializer

Json = Any
"""A parsed JSON value; narrowed by the models, never passed on as it is."""

MAX_DEPTH = 64
PLACES = 5
_SCALE = Decimal(1).scaleb(-PLACES)
_LIMIT = Decimal(10) ** 13
_DECIMAL = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,20})?", re.ASCII)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class WireError(ValueError):
    """Text that is not acceptable JSON. `hostile` tells an attack or defect from a torn answer."""

    def __init__(self, message: str, *, hostile: bool) -> None:
        super().__init__(message)
        self.hostile = hostile


def read_json(body: bytes) -> Json:
    """The value, with every non-integer number as Decimal.

    Refused: anything that is not UTF-8 JSON, NaN and Infinity, lone surrogates, more than
    `MAX_DEPTH` levels, integers too long to be converted.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError:
        raise WireError("nested too deeply", hostile=True) from None
    except json.JSONDecodeError as error:
        raise WireError(f"no JSON from character {error.pos} on", hostile=False) from None
    except UnicodeDecodeError as error:
        raise WireError(f"no UTF-8 at byte {error.start}", hostile=False) from None
    except (ValueError, ArithmeticError) as error:
        raise WireError(f"not acceptable: {str(error)[:80]}", hostile=True) from None
    # Few brackets cannot nest deeply: most answers are spared the walk.
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(value)
    # Decoded UTF-8 holds no surrogates; only an escape can smuggle one in.
    if _SURROGATE_ESCAPE.search(text):
        _check_text(value)
    return value


def write_json(value: Json) -> bytes:
    """Compact UTF-8. Decimals become strings, as the API writes quantities; times end in Z."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    ).encode("utf-8")


def quantity_text(value: Decimal) -> str:
    """A quantity or amount as the API writes it, `"10.00000"`; ValueError rather than rounding."""
    if not value.is_finite() or value.copy_abs() >= _LIMIT or value != value.quantize(_SCALE):
        raise ValueError(f"{value} does not fit the API: at most 13 digits and {PLACES} places")
    return f"{value.quantize(_SCALE):f}"


def number_of(value: Decimal) -> int | float:
    """A Decimal as the JSON number that reads back equal; ValueError if there is none."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if not math.isfinite(number) or Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number carries")
    return number


def moment_text(value: datetime) -> str:
    """An aware datetime as the API writes it: `2026-11-23T11:00:00Z`."""
    if value.tzinfo is None:
        raise ValueError("a time without a time zone cannot be sent")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_decimal(value: Json) -> Decimal:
    """A quantity or amount, sent as a decimal string or as a JSON number."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and number.copy_abs() < _LIMIT and -40 <= _exponent(number) <= 13:
            return number
    raise ValueError("expected a decimal number")


def read_moment(value: Json) -> datetime:
    """A time as aware UTC. The API's times are UTC, also where the zone is left out."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str) and len(value) <= 40:
        moment = datetime.fromisoformat(value)
    else:
        raise ValueError("expected an ISO 8601 time")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read_optional_moment(value: Json) -> datetime | None:
    return None if value is None or value == "" else read_moment(value)


def _read_moment_if_possible(value: Json) -> datetime | None:
    try:
        return _read_optional_moment(value)
    except (ValueError, OverflowError):
        return None


def _read_optional_decimal(value: Json) -> Decimal | None:
    return None if value is None else read_decimal(value)


def _optional_number(value: Decimal | None) -> int | float | None:
    return None if value is None else number_of(value)


def _text_for_null(value: Json) -> Json:
    return "" if value is None else value


def _empty_for_null(value: Json) -> Json:
    return () if value is None else value


Id = Annotated[str, Field(strict=True, min_length=1, max_length=100)]
"""An identifier; text only, whatever it looks like."""

Version = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
"""A version: one rising int64 for the whole shop."""

Quantity = Annotated[Decimal, BeforeValidator(read_decimal)]
"""A quantity or amount of money."""

OptionalQuantity = Annotated[Decimal | None, BeforeValidator(_read_optional_decimal)]
"""The same, or nothing."""

Number = Annotated[Decimal, BeforeValidator(read_decimal), PlainSerializer(number_of)]
"""A Decimal that the contract wants to be sent as a JSON number."""

OptionalNumber = Annotated[
    Decimal | None, BeforeValidator(_read_optional_decimal), PlainSerializer(_optional_number)
]
"""The same, or nothing."""

Moment = Annotated[datetime | None, BeforeValidator(_read_optional_moment)]
"""A time that decides something (deleted, due): an unreadable one is an error."""

LooseMoment = Annotated[datetime | None, BeforeValidator(_read_moment_if_possible)]
"""A time that only informs (created, updated): an unreadable one is None."""

Text = Annotated[str, BeforeValidator(_text_for_null)]
"""A text that some answers send as null: then it is empty."""

NullIsEmpty = BeforeValidator(_empty_for_null)
"""For lists that some answers send as null."""

INFORMS = "informs"
"""Marks a field that nothing depends on: an answer is read without it rather than refused."""

InfoText = Annotated[str | None, INFORMS]
"""A text that only informs."""

InfoFlag = Annotated[bool | None, INFORMS]
"""Yes or no, only as information."""

InfoNumber = Annotated[Decimal | None, INFORMS]
"""A number that only informs, such as a weight."""

OptionalId = Annotated[str | None, Field(strict=True, max_length=100)]
"""The id of something else, or nothing; some answers have an empty text for nothing."""


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return quantity_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _check_depth(value: Json) -> None:
    # Written out flat: a page of the catalogue has 50,000 values to look at.
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if type(item) is dict else item)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise WireError(f"nested deeper than {MAX_DEPTH}", hostile=True)


def _check_text(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        raise WireError("a lone surrogate is no text", hostile=True) from None
