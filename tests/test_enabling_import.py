"""Logins of another program: each row of its file leads to an account, or says why not."""

import base64
import csv
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.people_file import MAX_BYTES, MAX_ROWS
from .enabling_common import EnablingCase

NINJA = (
    "Name,Contact First Name,Contact Last Name,Contact Email\n"
    "Bakery,Many,Zero,{known}\n"
    "Harvest,Nora,New,nora@harvest.example.com\n"
)
STRIPE = (
    "id,Description,Email,Name\ncus_1,,{known},Many\ncus_2,,nora@harvest.example.com,Nora New\n"
)
ZOHO = (
    "Display Name;Company Name;First Name;Last Name;EmailID\n"
    "M;Bakery;Many;Zero;{known}\nN;Harvest;Nora;New;nora@harvest.example.com\n"
)


@tagged("post_install", "-at_install")
class TestEnablingImport(EnablingCase):
    def load(self, text, user=None, **values):
        content = text if isinstance(text, bytes) else text.encode()
        dialogs = self.env["finance.portal.import.logins"].with_user(user or self.boss)
        return dialogs.create({"file": base64.b64encode(content), **values})

    def bring(self, text, **values):
        runs = self.runs_of(self.load(text, create_contacts=True, **values).action_import())
        self.work_off()
        return runs

    # === WHAT COMES IN === #

    def test_exports_of_other_programs(self):
        known = self.many[0]
        for name, export in (("Ninja", NINJA), ("Stripe", STRIPE), ("Zoho", ZOHO)):
            text = export.format(known=known.email.upper())
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
                with self.subTest(name=name, encoding=encoding):
                    dialog = self.load(text.encode(encoding), create_contacts=True)
                    self.assertFalse(dialog.bad_file)
                    self.assertEqual((dialog.ready_count, dialog.problem_count), (2, 0))
                    self.assertIn(f"Row 2, {known.display_name}: ", dialog.ready)
                    self.assertIn("Row 3, Nora New: nora@harvest.example.com, new", dialog.ready)

    def test_each_row_becomes_an_account_once(self):
        text = (
            NINJA.format(known=self.many[0].email) + "Harvest,Olaf,Old,olaf@harvest.example.com\n"
        )
        runs = self.bring(text, own_documents=True)
        self.assertEqual([*runs.line_ids.mapped("state")], ["done"] * 3, self.reasons(runs))
        nora, olaf = runs.line_ids.partner_id[1:]
        self.assertEqual((nora.name, olaf.name), ("Nora New", "Olaf Old"))
        self.assertEqual(nora.parent_id.name, "Harvest")
        self.assertEqual(nora.parent_id, olaf.parent_id, "one customer for both")
        self.assertEqual(nora.create_uid, self.boss)
        self.assertTrue(nora.customer_rank and nora.parent_id.customer_rank)
        self.assertEnabledOnce(runs.line_ids.partner_id)
        self.assertEqual(set(self.sent), set(runs.line_ids.mapped("email")))
        self.assertEqual(set(self.accounts_of(nora + olaf).mapped("own_documents")), {True})
        dialog = self.load(text, create_contacts=True)
        self.assertEqual((dialog.ready_count, dialog.problem_count), (0, 3))
        self.assertIn("Already has an account", dialog.problems)
        with self.assertRaisesRegex(UserError, "None of these"):
            dialog.action_import()

    def test_a_file_brought_twice_at_once_makes_each_contact_once(self):
        text = "name,email\nNora,nora@harvest.example.com\n"
        first = self.load(text, create_contacts=True).action_import()
        second = self.runs_of(self.load(text, create_contacts=True).action_import())
        self.assertEqual(second.line_ids.state, "skipped")
        self.work_off()
        contact = self.runs_of(first).line_ids.partner_id
        self.assertEqual(contact.search_count([("email", "=", contact.email)]), 1)
        self.assertEnabledOnce(contact)

    def test_each_row_is_listed_also_one_that_repeats_another(self):
        text = "name,email\nNora,nora@h.example.com\nNora again,NORA@h.example.com\n"
        run = self.runs_of(self.load(text, create_contacts=True).action_import())
        self.assertEqual(run.line_ids.mapped("state"), ["waiting", "skipped"])
        self.assertIn("Same email address as row 2", run.problem_line_ids.reason)

    def test_what_fails_leaves_no_contact(self):
        action = self.load("name,email\nNora,nora@h.example.com\n", create_contacts=True)
        run = self.runs_of(action.action_import())
        self.make_user("nora", "base.group_portal").login = "nora@h.example.com"
        self.work_off()
        self.assertEqual(run.line_ids.state, "skipped")
        self.assertIn("already signs in with", run.line_ids.reason)
        self.assertFalse(self.env["res.partner"].search([("email", "=", "nora@h.example.com")]))

    def test_a_new_contact_belongs_to_the_company_of_its_customer(self):
        """Also if another one is the current one: nobody makes the customer again there."""
        other = self.env["res.company"].create({"name": "Other"})
        self.boss.company_ids += other
        mill = self.make_contact("Mill", parent=False, is_company=True, company_id=other.id)
        text = "name,email,company\nNora,nora@harvest.example.com,Mill\n"
        dialog = self.load(text, create_contacts=True)
        dialog = dialog.with_context(allowed_company_ids=(self.company + other).ids)
        self.assertIn("new contact of Mill", dialog.ready)
        run = self.runs_of(dialog.action_import())
        self.work_off()
        nora = run.line_ids.partner_id
        self.assertEqual((run.company_id, run.state), (other, "done"))
        self.assertEqual((nora.parent_id, nora.company_id), (mill, other))
        self.assertEqual(self.accounts_of(nora).company_id, other)

    # === WHAT DOESN'T === #

    def test_each_row_says_why_it_becomes_no_account(self):
        self.enable(self.ada)
        twin = self.make_contact("Twin", parent=self.rival, email=self.many[1].email)
        gone = self.make_contact("Gone", active=False)
        self.make_contact("Harvest", parent=False, is_company=True)
        self.make_contact("Harvest", parent=False, is_company=True)
        rows = {
            f"Ada,{self.ada.email},": "Already has an account",
            "Nobody,not an address,": "Enter one email address",
            "Two,a@b.example.com; c@d.example.com,": "Enter one email address",
            '"=HYPERLINK(""x"")",evil@x.example.com,': "is a formula",
            f"Someone,{twin.email},": "Several contacts have this email address",
            f"Again,{self.ada.email.upper()},": "Same email address as row 2",
            f"Gone,{gone.email},": "is archived",
            "Who,who@harvest.example.com,Harvest": "Several companies are called Harvest",
            f"Clerk,{self.clerk.email},": "works in the back office",
            f'Own,own@x.example.com,"{self.company.name}"': "Own belongs to your own company",
        }
        dialog = self.load("name,email,company\n" + "\n".join(rows), create_contacts=True)
        self.assertEqual(dialog.ready_count, 0)
        for verdict, reason in zip(dialog._review().values(), rows.values(), strict=True):
            self.assertIn(reason, verdict.obstacle)
        self.assertEqual(dialog.problems.count("<li>"), len(rows))

    def test_the_company_tells_which_of_several_contacts_is_meant(self):
        twin = self.make_contact("Twin", parent=self.rival, email=self.many[1].email)
        runs = self.bring(f"name,email,company\nX,{twin.email},RIVAL\n")
        self.assertEqual(runs.line_ids.partner_id, twin)
        self.assertEnabledOnce(twin)

    def test_contacts_are_created_by_who_may_and_wants_to(self):
        text = "name,email\nNora,nora@harvest.example.com\n"
        self.assertIn("Tick Create Missing Contacts", self.load(text).problems)
        reader = self.make_user("reader", "finance_portal.group_finance_portal_manager")
        dialog = self.load(text, reader, create_contacts=True)
        self.assertFalse(dialog.may_create)
        self.assertIn("create contacts.", dialog.problems)
        with self.assertRaises(AccessError):
            self.load(text, self.clerk)

    def test_a_second_address_of_a_contact_is_found(self):
        both = self.make_contact("Both", email="first@b.example.com, second@b.example.com")
        runs = self.bring("email\nsecond@b.example.com\n")
        self.assertEqual(runs.line_ids.partner_id, both)
        self.assertEqual(self.accounts_of(both).email, "second@b.example.com")

    def test_bad_files_get_a_sentence(self):
        row = b"Ada,ada@x.example.com\n"
        self.addCleanup(csv.field_size_limit, csv.field_size_limit(1000))
        for content, words in (
            (b"", None),
            (b" \r\n", "no rows"),
            (b"name,email\n", "no rows"),
            (b"name,telephone\nAda,1\n", "no column called"),
            (b"PK\x03\x04" + bytes(100), "workbook"),
            (b"\xd0\xcf\x11\xe0" + bytes(100), "workbook"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "isn't a CSV file"),
            (bytes(range(32)) * 9, "isn't a CSV file"),
            ("名前,email\n".encode("shift-jis") + b"\x81\x8d,x@y\n", "can't be read"),
            (
                b"name,email\n" + row * 50_000,
                f"50000 rows. Split it into files of at most {MAX_ROWS}",
            ),
            (b"x" * (MAX_BYTES + 1), "larger than"),
            (b'name,email\n"' + b"x" * 2000 + b'",a@b.example.com\n', "damaged"),
        ):
            with self.subTest(content=content[:20], words=words):
                dialog = self.load(content, create_contacts=True)
                self.assertEqual(dialog.ready_count, 0)
                if words:
                    self.assertIn(words, dialog.bad_file)
                    with self.assertRaisesRegex(UserError, words):
                        dialog.action_import()

    def test_the_job_finds_a_contact_with_the_address_beside_others(self):
        """Somebody entered it since the manager looked."""
        for number, address in enumerate(("beside@h.example.com", "j\u00f6rg@h.example.com")):
            with self.subTest(address):
                text = f"name,email\nNora,{address}\n"
                run = self.runs_of(self.load(text, create_contacts=True).action_import())
                both = f"first{number}@h.example.com, {address.upper()}"
                self.make_contact(f"Beside{number}", parent=False, email=both)
                self.work_off()
                self.assertEqual(run.line_ids.state, "skipped")
                self.assertIn("has changed since you looked", run.line_ids.reason)

    def test_a_row_of_the_job_reads_nobody_elses_addresses(self):
        """Neither contacts nor queries grow with those who have several addresses."""
        Account = type(self.Account)
        erps = Account._list_mailboxes

        def cost(count):
            for number in range(count):
                both = f"a{number}@c{count}.example.com, b{number}@c{count}.example.com"
                self.make_contact(f"Both{count}-{number}", email=both)
            text = f"name,email\nNora,nora{count}@harvest.example.com\n"
            run = self.runs_of(self.load(text, create_contacts=True).action_import())
            self.env.flush_all()
            self.env.invalidate_all()
            asked = patch.object(Account, "_list_mailboxes", autospec=True, side_effect=erps)
            with asked as read, self.mock_mail_gateway():
                before = self.env.cr.sql_log_count
                run.line_ids._work()
            self.assertEqual(run.state, "done", run.line_ids.reason)
            return read.call_count, self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(20))

    def test_several_addresses_are_found_by_an_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        Run, Partner = self.env["finance.portal.enabling"], self.env["res.partner"].sudo()
        for count in (1, 99):
            domain = Run._get_several_domain({f"a{one}@b.example.com" for one in range(count)})
            found = Partner.with_context(active_test=False)._search(domain, order="id")
            rows = self.env.execute_query(SQL("EXPLAIN %s", found.select()))
            plan = "\n".join(line for (line,) in rows)
            self.assertIn("res_partner_finance_portal_several_index", plan)

    def test_queries_do_not_grow_with_the_rows(self):
        def queries(count):
            for number in range(count // 4):
                self.make_contact(f"K{number}", email=f"k{number}@c{count}.example.com")
            rows = (
                f"N{number},{'k' if number < count // 4 else 'n'}{number}@c{count}.example.com,"
                for number in range(count)
            )
            dialog = self.load("name,email,company\n" + "\n".join(rows), create_contacts=True)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(dialog.ready_count, count)
            return self.env.cr.sql_log_count - before

        queries(8)
        few = queries(20)
        self.assertLess(queries(60), few + 4, "one for each row would be forty more")
