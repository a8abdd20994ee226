"""Who may try to say that somebody with an account is somebody else, for tests."""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from ..const import BY_MAIL, BY_MAIL_KEY
from ..models.accounts import account_identity
from ..models.accounts.account_identity import TO_DO
from .account_link_common import AccountLinkCase

OLD, NEW = "ada@bakery.example.com", "ada@new.example.com"


class AddressCase(AccountLinkCase):
    """An account of Ada's, and all who may try to say that she is somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "account.group_account_manager"
        cls.boss = cls.make_user("boss", manager, "base.group_partner_manager")
        cls.creator = cls.make_user("creator", "base.group_user", "base.group_partner_manager")

    def as_creator(self, partner=None):
        """Return a contact, by default ``ada``, as somebody who may only create contacts."""
        return (partner or self.ada).with_user(self.creator)

    @contextmanager
    def acting(self, actor, user, visitor):
        """Yield the environment of an actor who works with all rights, as Odoo's pages do."""
        context = {BY_MAIL_KEY: BY_MAIL} if actor == "email_of_a_manager" else {}
        request = visitor and SimpleNamespace(env=self.env(user=visitor.id))
        origin = self.env(user=(visitor or user).id)
        with (
            patch.object(account_identity, "request", request),
            patch.object(self.env.transaction, "default_env", origin),
        ):
            yield self.ada.with_user(user).sudo().with_context(**context).env

    def to_dos(self):
        return self.ada.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref(TO_DO)
        )
