"""Find end-to-end tests that go on before what they go on with has come."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ..platform.inbox import PATIENCE

# Our pages forbid what this needs as soon as it has to look twice: it fails now and then.
UNSAFE_WAIT = re.compile(r"\bwait_for_function\b")

# A click returns as soon as the browser begins to load what it leads to. Each of these then
# reads either page; ``expect`` of a locator looks again until the next one is there.
ACTIONS = ("click", "press", "tap")
INPUTS = (*ACTIONS, "check", "fill", "focus", "select_option", "set_input_files", "type", "uncheck")
READS = (
    "all", "all_inner_texts", "all_text_contents", "bounding_box", "content", "count", "evaluate",
    "evaluate_all", "get_attribute", "inner_html", "inner_text", "input_value", "is_checked",
    "is_disabled", "is_enabled", "is_hidden", "is_visible", "screenshot", "text_content", "title",
)  # fmt: skip
# Each of these takes back what the click has just begun.
LEAVES = ("goto", "reload")
# The page that is left has loaded, too.
IDLE_WAITS = ("wait_for_load_state",)
WAITS = ("expect", "follow", "until", "wait")
# What a search is typed into goes with the view that is left: ``e2e/office.py`` waits for the next.
OFFICE, OFFICE_TOOLS = re.compile(r"o_switch_view|o_searchview|o_facet_remove"), "office.py"
# Odoo's own gives an answer 12 seconds.
IMPATIENT, PATIENT_CASE = re.compile(r"\bHttpCase\b"), "http_common.py"
# Until then a job may be about to send one more.
SETTLES = ("let_jobs_end", "empty_mail_queue")


def check(folder: Path) -> list[str]:
    """Return a line for each hasty wait, read and count in the tests of a folder."""
    found, modules = [], {path: ast.parse(path.read_text()) for path in folder.rglob("*.py")}
    for path, module in sorted(modules.items()):
        text, name = path.read_text(), path.relative_to(folder.parent)
        found += [
            f"{name}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if UNSAFE_WAIT.search(line) or (path.name != OFFICE_TOOLS and OFFICE.search(line))
        ]
        helpers = _helpers(path, folder, modules)
        for function in filter(_is_function, ast.walk(module)):
            found += [f"{name}:{line}: {what}" for line, what in hasty_steps(function, helpers)]
            found += [
                f"{name}:{line}: counts emails while more may be on their way; use let_jobs_end()"
                for line in hasty_counts(function, helpers)
            ]
        found += [
            f"{name}:{line}: a busy machine takes longer; wait for at least {PATIENCE:.0f} seconds"
            for line in short_limits(module)
        ]
    return found


def check_odoo_tests(root: Path) -> list[str]:
    """Return a line for each test case in Odoo that gives up on a busy machine."""
    paths = [*root.glob("tests/*.py"), *root.glob("bridges/*/tests/*.py")]
    return [
        f"{path.relative_to(root)}:{number}: a busy machine takes longer; use PatientHttpCase"
        for path in sorted(paths)
        if path.name != PATIENT_CASE
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if IMPATIENT.search(line)
    ]


def hasty_steps(function: ast.FunctionDef, helpers: dict | None = None) -> Iterator[tuple]:
    """Yield the lines where a function goes on after a click without waiting for the next page.

    :param helpers: functions by the names it calls them; what they do counts as if it stood there
    """
    clicked = by_link = False
    for line, call in _steps(function, helpers or {}):
        name, is_method = _name_of(call), isinstance(call.func, ast.Attribute)
        if by_link and name in INPUTS and is_method:
            yield line, "uses the page that a link is about to leave; use expect() or follow()"
        by_link = (by_link and not name.startswith(WAITS)) or (name in ACTIONS and _is_link(call))
        if name in ACTIONS:
            clicked = True
        elif clicked and name in READS and is_method:
            clicked = False
            yield line, "reads the page right after a click; use expect()"
        elif clicked and name in LEAVES and is_method:
            clicked = False
            yield line, "leaves the page right after a click; use expect() or follow()"
        elif clicked and name in IDLE_WAITS:
            clicked = False
            yield line, "the page before the click has loaded, too; use expect() or follow()"
        elif name.startswith((*WAITS, *LEAVES)):
            clicked = False


def hasty_counts(function: ast.FunctionDef, helpers: dict | None = None) -> Iterator[int]:
    """Yield the lines that say how many emails came, while more may be on their way."""
    settled = [line for line, call in _steps(function, helpers or {}) if _name_of(call) in SETTLES]
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and min(settled, default=node.lineno) >= node.lineno:
            yield from (part.lineno for part in _emails_in(node.test))


def short_limits(module: ast.Module) -> Iterator[int]:
    """Yield the lines with a limit that a busy machine may need longer than, in s or ms."""
    for node in ast.walk(module):
        for keyword in getattr(node, "keywords", ()):
            value = getattr(keyword.value, "value", None)
            if keyword.arg != "timeout" or not isinstance(value, int | float):
                continue
            if (value if value < 1000 else value / 1000) < PATIENCE:
                yield node.lineno


def _is_link(click: ast.Call) -> bool:
    """Tell whether what is clicked was found as a link."""
    calls = (node for node in ast.walk(click.func) if isinstance(node, ast.Call))
    roles = (call.args[0] for call in calls if _name_of(call) == "get_by_role" and call.args)
    return any(getattr(role, "value", "") == "link" for role in roles)


def _emails_in(test: ast.expr) -> Iterator[ast.AST]:
    """Yield what stands for all emails in a comparison, not for one of them."""
    chosen = {id(node.value) for node in ast.walk(test) if isinstance(node, ast.Subscript)}
    for node in ast.walk(test):
        place = node.func if isinstance(node, ast.Call) else node
        if id(node) in chosen or not isinstance(place, ast.Attribute):
            continue
        is_all = place.attr == ("messages" if place is node else "to")
        if is_all and getattr(place.value, "id", "") == "inbox":
            yield node


def _helpers(path: Path, folder: Path, modules: dict[Path, ast.Module]) -> dict:
    """Return the functions of our own that a module may call, by the names it knows them by."""
    found = {}
    for node in modules[path].body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{folder.name}."):
            source = folder.parent.joinpath(*node.module.split(".")).with_suffix(".py")
            known = {one.name: one for one in filter(_is_function, modules[source].body)}
            names = {alias.asname or alias.name: alias.name for alias in node.names}
            found |= {name: known[origin] for name, origin in names.items() if origin in known}
    return found | {node.name: node for node in filter(_is_function, modules[path].body)}


def _steps(function: ast.FunctionDef, helpers: dict, above: tuple = ()) -> Iterator[tuple]:
    """Yield the line of each call of a function in order, and what helpers call on that line."""
    for call in _calls_in_order(function):
        helper = helpers.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if helper and call.func.id not in (*above, *WAITS, *SETTLES):
            inside = _steps(helper, helpers, (*above, call.func.id))
            yield from ((call.lineno, step) for _line, step in inside)
        else:
            yield call.lineno, call


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
