import smtplib
import socket
import ssl

from odoo import models
from odoo.tools import config

from .probes import LIMIT, greet, within
from .setup_check import Result


class FinancePortalSetupCheck(models.Model):
    """Does the outgoing mail server take emails?"""

    _inherit = "finance.portal.setup.check"

    def _check_mail_server(self):
        host, port, encryption, login = self._get_mail_server()
        if not host:
            return self._tell_bad_server(self.env._("There's no outgoing mail server."))
        server = f"{host}:{port}"
        try:
            within(LIMIT, greet, host, port, encryption, login)
        except smtplib.SMTPAuthenticationError:
            text = self.env._("%s refuses the user name or the password.", server)
        except socket.gaierror:
            text = self.env._("There's no server named %s.", host)
        except TimeoutError:
            text = self.env._("%s doesn't answer.", server)
        except ssl.SSLError:
            text = self.env._("%s refuses encryption, or has no valid certificate.", server)
        except smtplib.SMTPException:
            text = self.env._("%s refuses the connection.", server)
        except OSError:
            text = self.env._("%s doesn't answer.", server)
        else:
            return Result("good", self.env._("%s accepts emails.", server))
        return self._tell_bad_server(text)

    def _tell_bad_server(self, text):
        return Result(
            "bad",
            text,
            self.env._(
                "Enter or correct it in Settings > Technical > Outgoing Mail Servers, and run the"
                " checks again."
            ),
            "mail_servers",
        )

    def _get_mail_server(self):
        """Return ``(host, port, encryption, login)`` of the server that emails leave by.

        ``login`` is ``(user, password)``, or ``None`` where Odoo signs in by other means.
        """
        server, _sender = self._find_mail_server_and_sender()
        if server and server.smtp_authentication != "cli":
            signs_in = server.smtp_authentication == "login" and server.smtp_user
            login = (server.smtp_user, server.smtp_pass or "") if signs_in else None
            return server.smtp_host, server.smtp_port, server.smtp_encryption, login
        user = config["smtp_user"]
        return (
            config["smtp_server"],
            config["smtp_port"],
            "starttls" if config["smtp_ssl"] else "none",
            (user, config["smtp_password"] or "") if user else None,
        )

    def _find_mail_server_and_sender(self):
        """Return ``(mail server (sudo), address)`` that Odoo would send the company's emails by."""
        company = self.env.company
        # sudo: nobody but the system reads mail servers; rows tell host and sender only
        servers = self.env["ir.mail_server"].sudo().with_company(company)
        return servers._find_mail_server(company.email_formatted)
