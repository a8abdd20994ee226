"""Which files and which note the customers of a document see, and who decides that."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.secure_token import is_ref
from .files_common import FilesCase

STAFF = "account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestFiles(FilesCase):
    # === TICKS === #

    def test_nothing_is_visible_until_it_is_ticked(self):
        self.attach()
        self.assertEqual(self.names(), [])

    def test_ticks_work_for_every_kind(self):
        for document in (self.invoice, self.order, self.payment):
            with self.subTest(kind=document._name):
                terms = self.attach(document)
                plan = self.attach(document, "plan.png", b"\x89PNG")
                self.assertEqual(document.finance_file_choice_ids, plan + terms)
                self.assertFalse(document.finance_file_ids)
                document.finance_file_ids = terms + plan
                self.assertEqual(self.names(document), ["plan.png", "terms.pdf"])
                document.finance_file_ids = [Command.unlink(plan.id)]
                self.assertEqual(self.names(document), ["terms.pdf"])
                self.assertEqual(document.finance_file_ids, terms)

    def test_one_tick_more_or_less_leaves_the_others(self):
        for document in (self.invoice, self.order, self.payment):
            with self.subTest(kind=document._name):
                terms = self.attach(document)
                plan = self.attach(document, "plan.png", b"\x89PNG")
                for command, names in (
                    (Command.link(terms.id), ["terms.pdf"]),
                    (Command.link(plan.id), ["plan.png", "terms.pdf"]),
                    (Command.unlink(terms.id), ["plan.png"]),
                ):
                    self.env.invalidate_all()  # a request of its own, as from the browser
                    document.write({"finance_file_ids": [command]})
                    self.assertEqual(self.names(document), names)

    def test_ticks_are_saved_with_the_form(self):
        terms, plan = self.attach(), self.attach(name="plan.pdf")
        user = self.make_user("clerk", STAFF)
        with Form(self.invoice.with_user(user)) as form:
            form.finance_file_ids.add(terms)
            form.finance_note = "Thank you"
        self.assertEqual(self.names(), ["terms.pdf"])
        with Form(self.invoice.with_user(user)) as form:
            self.assertEqual(form.finance_file_ids.ids, terms.ids)
            form.finance_file_ids.add(plan)
            form.finance_file_ids.remove(terms.id)
        self.assertEqual(self.names(), ["plan.pdf"])
        self.assertEqual(self.invoice.finance_note, "Thank you")

    def test_each_row_has_a_public_reference_and_says_who_and_when(self):
        terms = self.attach()
        user = self.make_user("clerk", STAFF)
        invoice = self.invoice.with_user(user)
        invoice.env["finance.portal.file"]._show(invoice, terms.with_user(user))
        row = self.File._of(self.invoice)
        self.assertTrue(is_ref(row.ref))
        self.assertEqual((row.create_uid, row.company_id), (user, self.company))
        self.assertTrue(row.create_date)

    def test_same_file_is_shown_once(self):
        terms = self.attach()
        self.show(terms)
        self.show(terms)
        self.assertEqual(self.names(), ["terms.pdf"])
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.File.sudo().create(
                {
                    "res_model": "account.move",
                    "res_id": self.invoice.id,
                    "attachment_id": terms.id,
                }
            )

    def test_copies_that_sending_leaves_are_offered_once(self):
        self.attach()
        copy = self.attach()
        self.assertEqual(self.invoice.finance_file_choice_ids.mapped("name"), ["terms.pdf"])
        self.File._show(self.invoice, copy)
        self.invoice.invalidate_recordset()
        self.assertEqual(self.invoice.finance_file_choice_ids, copy, "the one that is shown")
        self.assertEqual(self.invoice.finance_file_ids, copy)

    def test_official_pdf_is_not_offered_again(self):
        self.send()
        self.assertTrue(self.invoice.message_ids.attachment_ids, "the email's copy of the PDF")
        self.assertFalse(self.invoice.finance_file_choice_ids)

    def test_kept_pdf_of_a_quote_is_not_offered_again(self):
        self.env["finance.portal.pdf"]._keep(self.order, "quote.pdf", b"%PDF official")
        self.attach(self.order, "S1.pdf", b"%PDF official")
        self.attach(self.order, "S1.pdf", b"%PDF by hand")
        offered = self.order.finance_file_choice_ids.mapped("raw")
        self.assertEqual(offered, [b"%PDF by hand"])

    def test_list_for_staff_tells_size_and_day(self):
        terms = self.attach(raw=b"x" * 1536)
        name = terms.with_context(finance_portal_details=True, lang="en_US").display_name
        self.assertRegex(name, r"^terms\.pdf  ·  1\.5 kB  ·  \w{3} \d\d?, \d{4}$")
        self.assertEqual(terms.display_name, "terms.pdf")

    # === WHAT CANNOT BE TICKED === #

    def test_file_of_another_document_cannot_be_shown(self):
        foreign = self.attach(self.make_invoice(self.eve))
        loose = self.env["ir.attachment"].create({"name": "loose", "raw": b"x"})
        for attachment in (foreign, loose):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.invoice.finance_file_ids = attachment
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.invoice.write({"finance_file_ids": [Command.link(attachment.id)]})
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.File._add(self.invoice, attachment)
        self.assertEqual(self.names(), [])

    def test_file_that_a_message_borrowed_from_elsewhere_cannot_be_shown(self):
        foreign = self.attach(self.make_invoice(self.eve))
        self.invoice.message_post(body="See there", attachment_ids=foreign.ids)
        self.assertNotIn(foreign, self.invoice.finance_file_choice_ids)
        with self.assertRaises(ValidationError):
            self.invoice.finance_file_ids = foreign

    def test_file_of_a_message_of_the_document_can_be_shown(self):
        message = self.invoice.message_post(body="Here", attachments=[("plan.txt", b"plan")])
        attachment = message.attachment_ids
        attachment.write({"res_model": "mail.message", "res_id": message.id})
        self.invoice.finance_file_ids = attachment
        self.assertEqual(self.names(), ["plan.txt"])
        other = self.make_invoice(self.eve).message_post(body="x", attachments=[("o.txt", b"o")])
        stranger = other.attachment_ids
        stranger.write({"res_model": "mail.message", "res_id": other.id})
        with self.assertRaises(ValidationError):
            self.invoice.finance_file_ids = stranger

    def test_links_and_contents_of_fields_cannot_be_shown(self):
        web = self.attach(name="web", type="url", url="https://www.example.com/", raw=False)
        served = self.attach(name="served", url="/terms")
        field = self.attach(name="field", res_field="invoice_pdf_report_file")
        for attachment in (web, served, field):
            with self.subTest(name=attachment.name):
                self.assertNotIn(attachment, self.invoice.finance_file_choice_ids)
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.invoice.finance_file_ids = attachment

    def test_large_file_is_refused_with_a_remedy(self):
        self.company.finance_portal_file_mb = 1
        self.show(self.attach(name="fits.bin", raw=b"x" * 1024 * 1024))
        large = self.attach(name="film.bin", raw=b"y" * (1024 * 1024 + 1))
        with self.assertRaisesRegex(UserError, "film.bin is too large.*limit is.* 1 MB.*settings"):
            self.invoice.finance_file_ids = large
        with self.refused_by_database():
            self.company.finance_portal_file_mb = 0
            self.env.flush_all()

    def test_file_that_moved_to_another_record_is_not_shown_any_more(self):
        terms = self.attach()
        self.show(terms)
        terms.write({"res_id": self.make_invoice(self.eve).id})
        self.assertEqual(self.names(), [])
        terms.write({"res_id": self.invoice.id, "url": "/terms"})
        self.assertEqual(self.names(), [])

    # === WHO MAY === #

    def test_only_who_may_write_the_document_may_tick(self):
        terms = self.attach()
        for groups in (
            ("base.group_user",),
            ("base.group_portal",),
            ("account.group_account_readonly",),
        ):
            user = self.make_user(groups[0].rpartition(".")[2], *groups)
            invoice = self.invoice.with_user(user)
            with self.subTest(user=user.login):
                for vals in (
                    {"finance_file_ids": [Command.link(terms.id)]},
                    {"finance_note": "Hello"},
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        invoice.write(vals)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    invoice.env["finance.portal.file"]._show(invoice, terms.with_user(user))
        self.assertEqual((self.names(), self.invoice.finance_note), ([], False))

    def test_nobody_reaches_the_rows_themselves(self):
        self.show(self.attach())
        self.invoice.finance_note = "Hello"
        user = self.make_user(
            "chief", "account.group_account_manager", "sales_team.group_sale_manager"
        )
        for model in ("finance.portal.file", "finance.portal.note"):
            Model = self.env[model].with_user(user)
            row = Model.sudo()._of(self.invoice).with_user(user)
            for attempt in (
                lambda Model=Model: Model.search([]),
                lambda Model=Model: Model.create({"res_model": "account.move", "res_id": 1}),
                lambda row=row: row.read(),
                lambda row=row: row.write({"res_id": 1}),
                lambda row=row: row.unlink(),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_context_of_a_call_gives_no_rights(self):
        terms = self.attach()
        user = self.make_user("reader", "account.group_account_readonly")
        context = {"finance_portal_show_files": [(terms.name, terms.checksum)]}
        with self.assertRaises(AccessError):
            self.invoice.with_user(user).with_context(**context).message_post(
                body="x", attachment_ids=terms.ids
            )

    def test_ticks_of_files_that_the_user_may_not_read_stay(self):
        hidden = self.env["ir.attachment"].create(
            {
                "name": "hidden.txt",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": self.invoice.id,
            }
        )
        self.show(hidden)
        user = self.make_user("clerk", STAFF)
        self.patch(
            type(self.env["ir.attachment"]),
            "_filtered_access",
            lambda records, _operation: records - hidden,
        )
        invoice = self.invoice.with_user(user)
        self.assertFalse(invoice.finance_file_ids)
        invoice._finance_portal_tick(invoice.finance_file_ids)
        self.assertEqual(self.names(), ["hidden.txt"])

    def test_company_of_the_document_sets_the_limit(self):
        other = self.env["res.company"].create({"name": "Other", "finance_portal_file_mb": 1})
        self.env.user.company_ids |= other
        large = self.attach(raw=b"y" * (1024 * 1024 + 1))
        invoice = self.invoice.with_context(allowed_company_ids=(other + self.company).ids)
        invoice.env["finance.portal.file"]._show(invoice, large)
        self.assertEqual(self.File._of(self.invoice).company_id, self.company)

    # === THE NOTE === #

    def test_note_comes_changes_and_goes(self):
        Note = self.env["finance.portal.note"].sudo()
        for document in (self.invoice, self.order, self.payment):
            document.finance_note = " Please mention the project. "
            self.assertEqual(document._finance_portal_get_note(), "Please mention the project.")
            document.finance_note = "Other"
            self.assertEqual(document._finance_portal_get_note(), "Other")
        self.assertEqual(Note.search_count([]), 3)
        self.invoice.finance_note = "  "
        self.assertEqual(self.invoice._finance_portal_get_note(), "")
        self.assertEqual(Note.search_count([]), 2)

    def test_note_of_endless_length_is_refused(self):
        with self.refused_by_database():
            self.invoice.finance_note = "x" * 4001
            self.env.flush_all()

    # === THE END === #

    def test_deleting_the_attachment_takes_the_row_along(self):
        terms = self.attach()
        self.show(terms)
        terms.unlink()
        self.assertFalse(self.File._of(self.invoice))
        self.assertEqual(self.names(), [])

    def test_deleting_the_document_takes_rows_along(self):
        order = self.order.copy()
        order.env["finance.portal.file"]._show(order, self.attach(order))
        order.finance_note = "Hello"
        rows = self.File._of(order)
        note = self.env["finance.portal.note"]._of(order)
        order.unlink()
        self.assertFalse(rows.exists() or note.exists())

    def test_copy_of_a_document_shows_nothing(self):
        self.show(self.attach())
        self.invoice.finance_note = "Hello"
        copy = self.invoice.copy()
        self.assertEqual((self.names(copy), copy.finance_note), ([], False))
