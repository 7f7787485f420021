"""What a benchmark says: a figure, what it stands beside, and whether it keeps its limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes
    ----------
    name : str
        What was measured.
    value : float
        The figure, in ``unit``.
    unit : str
        ``s``, ``ms``, ``MB``, ``×`` or nothing.
    limit : float, optional
        What the value may not pass, or with ``at_least`` not fall short of.
    beside : str
        What it is compared with, and that figure.
    """

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    at_least: bool = False
    beside: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; ``None`` without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> str:
        """The figure as a row of a Markdown table."""
        verdict = {True: "kept", False: "**MISSED**", None: ""}[self.kept]
        limit = "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        shown = f"{self.value:.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"| {self.name} | {shown} {self.unit} | {limit} | {verdict} | {self.beside} |"


HEAD = "| figure | measured | limit | | beside |\n| --- | --- | --- | --- | --- |"
