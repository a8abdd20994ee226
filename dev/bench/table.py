"""Print what was measured as a table."""

from dataclasses import dataclass

from ..platform.console import say

HEAD = ("what", "ours", "Odoo's own", "ratio", "budget", "verdict", "queries ours/Odoo")


@dataclass
class Row:
    """One line of the table; ``budget`` limits the ratio, or ``ours`` when there is no peer."""

    what: str
    ours: float
    theirs: float | None = None
    budget: float | None = None
    unit: str = "ms"
    queries: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    def cells(self) -> tuple[str, ...]:
        """Return the line as text."""
        measured = self.ours if self.theirs is None else self.ratio
        verdict = ""
        if self.budget is not None:
            verdict = "ok" if measured is not None and measured <= self.budget else "OVER"
        budget = "" if self.budget is None else f"{self.budget:g}"
        if self.theirs is None and budget:
            budget = f"{budget} {self.unit}".strip()
        return (
            self.what,
            self._text(self.ours),
            "" if self.theirs is None else self._text(self.theirs),
            "" if self.ratio is None else f"{self.ratio:.3f}",
            budget,
            verdict,
            self.queries,
        )

    def _text(self, number: float) -> str:
        digits = 0 if not self.unit else 1
        return f"{number:,.{digits}f} {self.unit}".strip()


def print_table(title: str, rows: list[Row], head: tuple[str, ...] = HEAD) -> None:
    """Print lines under a title."""
    say(f"\n{title}")
    print_lines([head, *(row.cells() for row in rows)])


def print_lines(lines: list[tuple[str, ...]]) -> None:
    """Print cells in columns."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if not number:
            say("  ".join("-" * width for width in widths))
