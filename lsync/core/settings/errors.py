"""What is wrong with a setting: which, from where, the rule, and an example."""

from collections.abc import Sequence
from dataclasses import dataclass

EXIT_BAD_CONFIGURATION = 78


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One wrong setting. ``given`` is left out for secrets."""

    key: str
    rule: str
    source: str = ""
    given: str | None = None
    example: str | None = None

    def __str__(self) -> str:
        """One sentence per part, for a terminal."""
        given = "" if self.given is None else f" is {self.given}"
        where = f" (from {self.source})" if self.source else ""
        example = f" Example: {self.example}" if self.example else ""
        end = "" if self.rule.endswith(("?", ".")) else "."
        return f"{self.key}{given}{where}: {self.rule}{end}{example}"


class SettingsError(ValueError):
    """The settings cannot be used. The command line exits 78."""

    exit_code = EXIT_BAD_CONFIGURATION

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        """Keep every problem, so that all can be corrected at once."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
