"""What can be wrong with a file, as data; ``reasons`` has the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perf_core.sources.reasons import problem_sentence


@dataclass(frozen=True)
class FileProblem:
    """A file, or a part of a mapping, that could not be used; ``message()`` is its sentence."""

    file: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def message(self) -> str:
        """What is wrong and what to do, as an English sentence."""
        return problem_sentence(self.code, {"file": self.file, **self.facts})
