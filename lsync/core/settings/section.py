"""What every table of the settings file is made of."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from lsync.core.settings.values import refuse_bool

Whole = Annotated[int, BeforeValidator(refuse_bool)]
Number = Annotated[float, BeforeValidator(refuse_bool)]


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
