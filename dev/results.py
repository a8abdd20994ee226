"""Add up what the test runners report."""

from dataclasses import dataclass, field
from xml.etree import ElementTree

from .console import say


@dataclass
class Result:
    """Counts of one runner; a problem fails the run without being a test."""

    name: str
    passed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)

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
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif case.find("skipped") is not None:
            result.problem(f"a test was skipped: {case.get('classname')}.{case.get('name')}")
        else:
            result.passed += 1
    if status and not result.failed:
        result.problem(f"pytest ended with status {status}")
    return result


def conclude(results: list[Result]) -> int:
    """Print the sum, alone on the last line, and return the exit status.

    Each problem counts as one failure, and so does a run without any test.
    """
    passed = sum(result.passed for result in results)
    failed = sum(result.failed + len(result.problems) for result in results)
    say("")
    for result in results:
        say(f"{result.name}: {result.passed} passed, {result.failed} failed")
        for problem in result.problems:
            say(f"  problem: {problem}")
    if not passed and not failed:
        say("  problem: nothing ran")
        failed = 1
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
