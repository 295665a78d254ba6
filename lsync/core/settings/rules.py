"""What the library found wrong with a value, as a rule in lsync's own words. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

Limits = Mapping[str, Any]


def _with(sentence: str) -> Callable[[Limits], str]:
    return lambda limits: sentence.format(**limits)


RULES: dict[str, Callable[[Limits], str]] = {
    "int_parsing": _with("it must be a whole number"),
    "int_type": _with("it must be a whole number"),
    "int_from_float": _with("it must be a whole number"),
    "int_parsing_size": _with("it must be a smaller number"),
    "float_parsing": _with("it must be a number"),
    "float_type": _with("it must be a number"),
    "finite_number": _with("it must be a number"),
    "bool_parsing": _with("it must be true or false"),
    "bool_type": _with("it must be true or false"),
    "string_type": _with("it must be text"),
    "string_too_short": _with("it must not be empty"),
    "path_type": _with("it must be the path of a file or directory"),
    "greater_than": _with("it must be above {gt:g}"),
    "greater_than_equal": _with("it must be at least {ge:g}"),
    "less_than": _with("it must be below {lt:g}"),
    "less_than_equal": _with("it must be at most {le:g}"),
    "literal_error": lambda limits: "it must be " + str(limits["expected"]).replace("'", ""),
    "missing": _with("it must be set"),
    "extra_forbidden": _with("there is no such setting"),
    "value_error": lambda limits: str(limits["error"]),
}
"""By the library's name for the kind of error; ``value_error`` are lsync's own rules."""


def rule_of(detail: ErrorDetails) -> str:
    """Return the rule that a value breaks, as the end of a sentence."""
    rule = RULES.get(detail["type"])
    if rule is None:
        return "it cannot be understood"
    return rule(detail.get("ctx", {}))
