"""Find code that works with all rights and doesn't say why."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

REASON = ("sudo", "As the system")
TESTS = ("tests", "e2e", "dev")


def check(root: Path) -> list[str]:
    """Return a line for each ``sudo()`` that no comment before it in its function explains."""
    found = []
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if not {*name.parts} & {*TESTS}:
            lines = unexplained(path.read_text())
            found += [f"{name}:{line}: say why, as in '# sudo: …'" for line in lines]
    return found


def unexplained(text: str) -> Iterator[int]:
    """Yield the lines of a module that take all rights without a reason."""
    reasons = [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and any(word in token.string for word in REASON)
    ]
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for call in filter(_takes_all_rights, ast.walk(function)):
            if not any(function.lineno <= line <= call.end_lineno for line in reasons):
                yield call.lineno


def _takes_all_rights(node: ast.AST) -> bool:
    is_sudo = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "sudo"
    return is_sudo and not node.args  # sudo(False) gives them back
