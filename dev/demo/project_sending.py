"""Send the project of the demo company the way a user would."""

from ..platform.server import Server
from .sending import REACHABLE, Sample


def _find_project(server: Server) -> list[int]:
    """Return the first project of a customer."""
    return server.rpc("project.project", "search", REACHABLE, limit=1, order="id")


def _send_project(server: Server, ids: list[int]) -> None:
    """Press Send to Customer on the project, and Send in the dialog."""
    context = server.rpc("project.project", "action_finance_portal_send", ids)["context"]
    wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
    server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)


SAMPLES = (
    Sample(
        "project.project", "project", _find_project, _send_project,
        """The inbox also has the project %(name)s, sent to %(customer)s: click its button.
        Then open Project in the back office, point at the project's card and choose Settings in
        its menu (three dots): the tab Sharing shows which tasks the customer sees. Show one more,
        save, and reload the customer's page.""",
    ),
)  # fmt: skip
