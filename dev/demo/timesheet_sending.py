"""Send the week of hours of the demo company the way a user would."""

from ..platform.server import Server
from .sending import REACHABLE, Sample

MODEL = "finance.portal.time.request"


def _find_request(server: Server) -> list[int]:
    """Return the first request that nobody answered."""
    domain = [("state", "in", ("draft", "sent")), *REACHABLE]
    return server.rpc(MODEL, "search", domain, limit=1, order="id")


def _send_request(server: Server, ids: list[int]) -> None:
    """Press Send to Customer on the request, and Send in the dialog."""
    context = server.rpc(MODEL, "action_finance_portal_send", ids)["context"]
    wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
    server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)


SAMPLES = (
    Sample(
        MODEL, "week of hours", _find_request, _send_request,
        """The inbox also has a week's hours, %(name)s, sent to %(customer)s: copy the address
        of the button in the email into a private window, since whoever is signed in to the back
        office only gets a preview. Choose Reject next to one entry, say why, enter a name and
        press Send my answer. Then open Timesheets > Timesheets > Time Approvals > %(name)s in
        the back office: each entry says what the customer answered. Approved ones can't be
        changed until you press Reset; try it in All Timesheets.""",
    ),
)  # fmt: skip
