"""Read Odoo's log: results, skipped tests and lines nobody asked for."""

import re
from dataclasses import dataclass
from pathlib import Path

ALLOWED = Path(__file__).with_name("log_allowed.txt")
RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+): "
    r"(?P<text>.*)$"
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TROUBLE = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Record:
    """One log record; ``text`` may have several lines."""

    level: str
    logger: str
    text: str

    def __str__(self) -> str:
        return f"{self.level} {self.logger}: {self.text}"


def parse(lines) -> list[Record]:
    """Return the records in ``lines``, tracebacks joined to their record."""
    records: list[Record] = []
    for raw in lines:
        line = COLOURS.sub("", raw.rstrip("\n"))
        match = RECORD.match(line)
        if match:
            records.append(Record(match["level"], match["logger"], match["text"]))
        elif records:
            records[-1].text += f"\n{line}"
    return records


def read(path: Path, offset: int = 0) -> list[Record]:
    """Return the records of a log file from a byte offset on."""
    if not path.exists():
        return []
    with path.open(errors="replace") as handle:
        handle.seek(offset)
        return parse(handle)


def allowed_patterns() -> list[re.Pattern]:
    """Return the patterns of Odoo's own noise; ``#`` lines give the reasons."""
    lines = ALLOWED.read_text().splitlines()
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def unexpected(records: list[Record], *expected: str) -> list[Record]:
    """Return warnings and errors that match neither ``expected`` nor the list."""
    patterns = [*allowed_patterns(), *map(re.compile, expected)]
    return [
        record
        for record in records
        if record.level in TROUBLE and not any(p.search(str(record)) for p in patterns)
    ]
