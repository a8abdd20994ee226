"""Find end-to-end tests that read a page before it had time to change."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Our pages forbid what this needs as soon as it has to look twice: it fails now and then.
UNSAFE_WAIT = re.compile(r"\bwait_for_function\b")

# A click returns as soon as the browser begins to load what it leads to. Each of these then
# reads either page; ``expect`` of a locator looks again until the next one is there.
ACTIONS = ("click", "press", "tap")
READS = (
    "all", "all_inner_texts", "all_text_contents", "bounding_box", "content", "count", "evaluate",
    "evaluate_all", "get_attribute", "inner_html", "inner_text", "input_value", "is_checked",
    "is_disabled", "is_enabled", "is_hidden", "is_visible", "screenshot", "text_content", "title",
)  # fmt: skip
WAITS = ("expect", "goto", "reload", "until", "wait")


def check(folder: Path) -> list[str]:
    """Return a line for each unsafe wait and each hasty read in the tests of a folder."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        text, name = path.read_text(), path.relative_to(folder.parent)
        found += [
            f"{name}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if UNSAFE_WAIT.search(line)
        ]
        functions = (node for node in ast.walk(ast.parse(text)) if _is_function(node))
        for function in functions:
            found += [
                f"{name}:{line}: reads the page right after a click; use expect()"
                for line in hasty_reads(function)
            ]
    return found


def hasty_reads(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines of a function that read a page after a click without waiting for it."""
    clicked = False
    for call in _calls_in_order(function):
        name = _name_of(call)
        if name in ACTIONS:
            clicked = True
        elif name.startswith(WAITS):
            clicked = False
        elif clicked and name in READS and isinstance(call.func, ast.Attribute):
            clicked = False
            yield call.lineno


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def _calls_in_order(function: ast.FunctionDef) -> list[ast.Call]:
    """Return the calls of a function as they end, without those of functions inside it.

    Whoever gets a lambda calls it, such as ``until``, again and again.
    """
    ends, waiting = [], list(function.body)
    while waiting:
        node = waiting.pop()
        if _is_function(node) or isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            ends.append((node.end_lineno, node.end_col_offset, 0, node))
        if isinstance(node, ast.With):
            # What a block waits for has come when the block ends, not when it begins.
            ends += [
                (node.end_lineno, node.end_col_offset, 1, item.context_expr)
                for item in node.items
                if isinstance(item.context_expr, ast.Call)
            ]
        waiting.extend(ast.iter_child_nodes(node))
    return [end[3] for end in sorted(ends, key=lambda end: end[:3])]


def _name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
