"""The base of everything read and of everything sent."""

from pydantic import BaseModel, ConfigDict

from lsync.core.lightspeed.wire import Json


class Entity(BaseModel):
    """Something Lightspeed answered with: frozen, unknown fields kept, missing optional ones fine.

    A number where a text is expected is read as text, except for ids.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", coerce_numbers_to_str=True, defer_build=True
    )


class Draft(BaseModel):
    """Something to be sent. Fields that are not given stay out of the request."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def body(self) -> dict[str, Json]:
        """The given fields that are not None, as they go into JSON."""
        return self.model_dump(exclude_none=True, by_alias=True)


class Change(BaseModel):
    """A partial change. Only the fields that are given count; None clears a field."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def body(self) -> dict[str, Json]:
        """The given fields, None included."""
        return self.model_dump(exclude_unset=True)
