"""SPEC 13, who may say who a person is: also of many contacts, as the manager saw each of them.

An account is for one address and shows one customer's documents. Either may change, by whoever may
edit contacts, while the dialog is open, while the contact waits for the job, and before what
failed is tried again.
"""

import base64

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .enabling_common import EnablingCase
from .portal_access_common import MANAGER

THIEF = "thief@example.com"
MOMENTS = ("before the click", "before the job", "before another attempt")
FILE = (
    "name,email,company\n"
    "Many0,many0@bakery.example.com,\n"
    "Many1,many1@bakery.example.com,\n"
    "Nora,nora@bakery.example.com,Bakery\n"
    "Olaf,olaf@bakery.example.com,Mill\n"
    "Pia,pia@bakery.example.com,Mill\n"
)


@tagged("post_install", "-at_install")
class TestEnablingSeen(EnablingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_user("colleague", "base.group_user", "base.group_partner_manager")
        cls.customer.name = "Bakery"

    def change(self, contact, **values):
        with self.mock_mail_gateway():
            contact.with_user(self.colleague).write(values)

    def open_many(self):
        dialog = self.env["finance.portal.enable.many"].with_user(self.boss)
        form = Form(dialog.with_context(default_res_ids=self.many.ids))
        return lambda: self.runs_of(form.save().action_enable())

    def open_import(self):
        form = Form(self.env["finance.portal.import.logins"].with_user(self.boss))
        form.file = base64.b64encode(FILE.encode()).decode()
        form.create_contacts = True
        return lambda: self.runs_of(form.save().action_import())

    def go_on(self, press, happen, moment):
        """Press the button, let something happen at a moment, and let the job do its work.

        :return: ``{address: line}``
        """
        if moment == "before the click":
            happen()
        runs = press()
        if moment == "before another attempt":
            runs.line_ids.write({"state": "failed"})
        if moment != "before the click":
            happen()
        if moment == "before another attempt":
            runs.sudo(False).with_user(self.boss).action_try_failed_again()
        self.work_off()
        return {line.email: line for line in runs.line_ids}

    def assertLeftOut(self, line, *contacts):
        self.assertEqual(line.state, "skipped")
        self.assertRegex(line.reason, "has changed since|is no longer")
        for contact in contacts:
            self.assertFalse(self.accounts_of(contact))

    def test_chosen_contacts(self):
        changed, moved, same = self.many

        def happen():
            self.change(changed, email=THIEF)
            self.change(moved, parent_id=self.rival.id)

        for moment in MOMENTS:
            with self.subTest(moment), self.env.cr.savepoint() as savepoint:
                press, addresses = self.open_many(), self.many.mapped("email")
                lines = self.go_on(press, happen, moment)
                by_contact = {line.partner_id: line for line in lines.values()}
                self.assertLeftOut(by_contact[changed], changed)
                self.assertLeftOut(by_contact[moved], moved)
                self.assertEqual(by_contact[same].state, "done")
                self.assertEqual(set(self.sent), {addresses[2]})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rows_of_a_file(self):
        moved, same = self.many[:2]

        def happen():
            self.change(moved, parent_id=self.rival.id)
            self.make_contact("Nora", parent=self.rival, email="nora@bakery.example.com")
            self.change(self.rival, name="Mill")

        for moment in MOMENTS:
            with self.subTest(moment), self.env.cr.savepoint() as savepoint:
                lines = self.go_on(self.open_import(), happen, moment)
                for name in ("many0", "nora", "olaf", "pia"):
                    self.assertLeftOut(lines[f"{name}@bakery.example.com"])
                self.assertEqual(lines[same.email].state, "done")
                self.assertFalse(self.accounts_of(self.rival.child_ids))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rows_of_one_new_customer_stay_together(self):
        for moment in MOMENTS:
            with self.subTest(moment), self.env.cr.savepoint() as savepoint:
                lines = self.go_on(self.open_import(), lambda: None, moment)
                self.assertEqual({line.state for line in lines.values()}, {"done"})
                of = {email.split("@")[0]: line.customer_id for email, line in lines.items()}
                self.assertEqual(of["nora"], self.customer)
                self.assertEqual(of["olaf"].name, "Mill")
                self.assertEqual(of["olaf"], of["pia"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_left_the_company_enables_nobody_any_more(self):
        other = self.env["res.company"].create({"name": "Other"})
        ends = {
            "archived": {"active": False},
            "of another company": {"company_ids": [Command.set(other.ids)], "company_id": other.id},
        }
        for name, values in ends.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                runs = self.start(self.many)
                self.boss.write(values)
                with mute_logger("odoo.addons.finance_portal.models.contacts.enabling_job"):
                    self.work_off()
                self.assertEqual(set(self.states(runs).values()), {"failed"})
                self.assertFalse(self.accounts_of(self.many))
                successor = self.make_user("successor", MANAGER, "base.group_partner_manager")
                runs.sudo(False).with_user(successor).action_try_failed_again()
                self.work_off()
                self.assertEqual(set(self.states(runs).values()), {"done"})
                savepoint.rollback()
                self.env.invalidate_all()
