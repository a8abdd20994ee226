"""Find phrases that read as translated, and were replaced once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PLACES = (
    "README.md", "const.py", "controllers", "data", "docs/tour.md", "hooks.py", "models", "readme",
    "report", "security", "static/description", "views", "wizard",
)  # fmt: skip
KINDS = (".html", ".md", ".py", ".xml")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

# What must not come back, with what a native speaker writes. A phrase also matches over line
# breaks; capitals count.
PHRASES = {
    "the ERP": "Odoo",
    "The ERP": "Odoo",
    "You are only looking": "Preview",
    "Acted on": "Interacted with",
    "Whole amount": "Full amount",
    "Given Name": "Signed By",
    "Void Since": "Voided On",
    "Why Closed": "Closing Reason",
    "Left Out": "Skipped",
    "Take out": "Remove",
    "untick": "uncheck",
    "Untick": "Uncheck",
    "Customer Approvals": "Time Approvals",
    "answer this document": "respond to this document",
    "be answered here": "You can't respond to this document here",
    "Not certain": "Unknown",
    "Sendings": "Bulk Sends",
    "Time to approve": "Timesheets",
    "To answer": "Awaiting your answer",
    "Still open": "Balance due",
    "Due next": "To pay",
    "Open by age": "Outstanding by age",
    "Would you tell us": "Reason",
    "What is not right": "What's wrong with",
    "Was it not": "Wasn't",
    "Do you not": "Don't",
    "Many people use": "too common",
    "That password": "This password",
    "is happy to help": "Contact us",
    "not among yours": "We can't find this document",
    "whom it is for": "that can open this document",
    "try that once more": "try again",
    "once more": "again",
    "asked anew": "asked again",
    "anew": "again",
    "does not stand": "is no longer valid",
    "any more": "no longer",
    "do not go together": "Wrong email address or password",
    "has arrived": "Payment received",
    "early payment discount deducted": "after discount",
    "Left of what": "Remaining",
    "Nothing fits": "No matches.",
    "Of your documents": "From your documents",
    "meant for you alone": "personal",
    "lets you in": "to sign in",
    "and you are in": "to get started",
    "from the moment the email leaves": "after sending",
    "cannot be revived": "can't be undone",
    "What Waits": "Remaining",
    "in one go": "bulk",
    "On their way to": "emails sent",
    "Given Up On": "Abandoned On",
    "if that is over": "to restore access",
    "is tried first": "is too common",
    "reads its mail": "can read this mailbox",
    "reads the mail": "can read the mailbox",
    "As the settings say": "Company default",
    "a program drives": "Automated browser",
    "may read it": "can read",
    "nowhere but": "only",
    "die of age": "expire",
    "shall become of": "result",
    "mends it": "offers the fix",
    "Kind to the customer": "Easy for customers",
    "best by phone": "preferably by phone",
    "has not left yet": "hasn't been sent yet",
    "came back:": "bounced:",
    "there is nothing to do": "you don't need to do anything",
    "that come to your mind": "unrelated words",
    "confirmed in a moment": "We're confirming your order…",
    "email waits": "email is waiting",
    "That Wait": "Waiting",
    "Nothing is open": "Nothing outstanding",
    "behind the button": "Use the button to",
    "movements of": "transactions of",
    "movements are": "transactions are",
    "Decisions of the week": "Decisions this week",
}

# What nobody calls Odoo, in comments and docstrings either.
OLD_NAME = re.compile(r"\bthe\s+(?:#\s+)?ERP\b", re.IGNORECASE)


def check(root: Path) -> list[str]:
    """Return a line for each phrase that came back, of the addon and its bridges."""
    found = _find_old_name(root)
    for path in _paths(root):
        for line, text in texts_of(path):
            found += [
                f"{path.relative_to(root)}:{line + start}: {phrase!r}: better {PHRASES[phrase]!r}"
                for phrase, start in phrases_in(text)
            ]
    return found


def _find_old_name(root: Path) -> list[str]:
    """Return a line for each place in code or docs, of whatever kind, that says "the ERP"."""
    folders = ("bridges", "controllers", "data", "dev", "docs", "e2e", "models", "report",
               "security", "static", "tests", "tools", "views", "wizard")  # fmt: skip
    paths = [*root.glob("*.*"), *(path for one in folders for path in (root / one).rglob("*.*"))]
    return [
        f"{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}: say Odoo"
        for path in sorted(paths)
        if path.suffix in (*KINDS, ".js", ".scss", ".css") and path != Path(__file__).resolve()
        for text in [path.read_text()]
        for match in OLD_NAME.finditer(text)
    ]


def phrases_in(text: str) -> Iterator[tuple[str, int]]:
    """Yield the listed phrases in a text, each with the number of line breaks before it."""
    for phrase in PHRASES:
        words = r"\s+".join(map(re.escape, phrase.split()))
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text):
            yield phrase, text.count("\n", 0, match.start())


def _paths(root: Path) -> Iterator[Path]:
    for folder in (root, *sorted((root / "bridges").iterdir())):
        for place in PLACES:
            paths = [folder / place, *sorted((folder / place).rglob("*"))]
            yield from (path for path in paths if path.is_file() and path.suffix in KINDS)


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what people may read in a file, each text with its line; comments are left out."""
    text = path.read_text()
    if path.suffix == ".py":
        yield from _strings(ast.parse(text))
    else:
        yield 1, COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module; a docstring is an expression on its own and no text."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value
