from odoo import models
from odoo.tools import email_domain_extract, email_normalize

from ...tools.mail_policy import allows_nobody, find_dmarc, find_spf, get_policy_domains
from .probes import LIMIT, lookup_texts, within
from .setup_check import Result


class FinancePortalSetupCheck(models.Model):
    """Will other mail servers believe who the emails are from?"""

    _inherit = "finance.portal.setup.check"

    def _check_sender(self):
        company = self.env.company
        sender = self._get_sender()
        if not sender:
            return Result(
                "bad",
                self.env._("Emails have no sender: %s has no email address.", company.name),
                self.env._("Enter one on the company."),
                "companies",
            )
        if not company.alias_domain_id:
            return Result(
                "fair",
                self.env._(
                    "Emails come from %s. Replies and bounces don't come back to Odoo, as the"
                    " company has no email domain.",
                    sender,
                ),
                self.env._("Add one in Settings > Technical > Email > Alias Domains."),
                "mail_domains",
            )
        return Result("good", self.env._("Emails come from %s.", sender))

    def _check_spf(self):
        domain = self._get_sender_domain()
        if not domain:
            return self._tell_no_sender()
        records = find_spf(within(LIMIT, lookup_texts, domain) or [])
        if len(records) == 1 and not allows_nobody(records[0]):
            return Result("good", self.env._("%s says which servers send its emails.", domain))
        if not records:
            text = self.env._("%s doesn't say which servers send its emails.", domain)
        elif len(records) > 1:
            text = self.env._("%s has several SPF records, so none of them counts.", domain)
        else:
            text = self.env._("%s says that it sends no emails.", domain)
        remedy = self.env._(
            "Publish one SPF record that names your mail server, as a TXT record of %s.", domain
        )
        return Result("bad", text, remedy)

    def _check_dkim(self):
        domain = self._get_sender_domain()
        if not domain:
            return self._tell_no_sender()
        # Keys have names that only their owner knows; that there are any, DNS tells.
        if within(LIMIT, lookup_texts, f"_domainkey.{domain}") is None:
            return Result(
                "fair",
                self.env._("%s has no DKIM keys, so emails may end up as spam.", domain),
                self.env._(
                    "Have your mail server sign emails. Publish its key as a TXT record of"
                    " %(name)s; the mail server names the selector.",
                    name=f"<selector>._domainkey.{domain}",
                ),
            )
        return Result("good", self.env._("%s has DKIM keys.", domain))

    def _check_dmarc(self):
        domain = self._get_sender_domain()
        if not domain:
            return self._tell_no_sender()
        if within(LIMIT, _find_policy, domain):
            return Result("good", self.env._("%s has a DMARC policy.", domain))
        return Result(
            "fair",
            self.env._("%s has no DMARC policy. Large mail providers expect one.", domain),
            self.env._(
                "Publish a TXT record of %(name)s, to begin with: v=DMARC1; p=none",
                name=f"_dmarc.{domain}",
            ),
        )

    def _tell_no_sender(self):
        return Result(
            "fair",
            self.env._("Emails have no sender whose domain could be checked."),
            self.env._("Enter one on the company."),
            "companies",
        )

    def _get_sender(self):
        return email_normalize(self._find_mail_server_and_sender()[1])

    def _get_sender_domain(self):
        return email_domain_extract(self._get_sender() or "")


def _find_policy(domain):
    """Return the DMARC policies of a domain, or of the nearest one above it that has any."""
    for one in get_policy_domains(domain):
        if found := find_dmarc(lookup_texts(f"_dmarc.{one}") or []):
            return found
    return []
