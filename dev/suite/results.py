"""Add up what the test runners report."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ..platform.console import say


@dataclass
class Result:
    """Counts of one runner, and what failed, a line each.

    A problem fails the run without being a test.
    """

    name: str
    passed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def problem(self, text: str) -> None:
        """Note a reason to fail that is not a failed test."""
        self.problems.append(text)


def from_junit(name: str, path, status: int) -> Result:
    """Return pytest's result from the report it wrote."""
    result = Result(name)
    if not path.exists():
        result.problem(f"pytest ended with status {status} and wrote no report")
        return result
    for case in ElementTree.parse(path).iter("testcase"):
        fault = next((fault for kind in ("failure", "error") for fault in case.iter(kind)), None)
        if fault is not None:
            result.failed += 1
            where = f"{case.get('classname')}.{case.get('name')}"
            result.failures.append(one_line(where, fault.get("message")))
        elif case.find("skipped") is not None:
            result.problem(f"a test was skipped: {case.get('classname')}.{case.get('name')}")
        else:
            result.passed += 1
    if status and not result.failed:
        result.problem(f"pytest ended with status {status}")
    return result


def one_line(where: str, message: str | None) -> str:
    """Return what failed and why, short enough for the end of a long output."""
    return f"{where}: {' '.join((message or '').split())}"[:400]


def write_report(path: Path, results: list[Result]) -> int:
    """Leave the results to the process that asked for them; return the exit status."""
    path.write_text(json.dumps([asdict(result) for result in results]))
    return 1 if any(result.failed or result.problems for result in results) else 0


def read_report(name: str, path: Path, status: int) -> list[Result]:
    """Return the results another process left; leaving none is a problem."""
    if not path.exists():
        result = Result(name)
        result.problem(f"{name} ended with status {status} and left no result")
        return [result]
    results = [Result(**values) for values in json.loads(path.read_text())]
    for result in results:
        result.name = name
    if status and not any(result.failed or result.problems for result in results):
        results[0].problem(f"{name} ended with status {status}")
    return results


def conclude(results: list[Result]) -> int:
    """Print what failed, then the sum, alone on the last line; return the exit status.

    Each problem counts as one failure, and so does a run without any test.
    """
    passed = sum(result.passed for result in results)
    failed = sum(result.failed + len(result.problems) for result in results)
    say("")
    for result in results:
        say(f"{result.name}: {result.passed} passed, {result.failed} failed")
        for failure in result.failures:
            say(f"  failed: {failure}")
        for problem in result.problems:
            say(f"  problem: {problem}")
    if not passed and not failed:
        say("  problem: nothing ran")
        failed = 1
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
