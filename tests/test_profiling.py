"""L2: Odoo's profiler stores no token."""

import contextlib
from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import http
from odoo.tests import tagged

from ..tools.secure_token import new_token
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestProfiling(FinancePortalHttpCase):
    def profiled(self, path):
        """Return what the profiler would store of a visit of somebody who profiles."""
        later = str(datetime.now() + timedelta(hours=1))
        profiling = {
            "profile_session": "Ada", "profile_expiration": later,
            "profile_collectors": ["sql"], "profile_params": {},
        }  # fmt: skip
        self.authenticate(None, None, session_extra=profiling)
        stored = []

        def profile(**options):
            stored.append(str(options))
            return SimpleNamespace(_get_cm_proxy=contextlib.nullcontext)

        with patch.object(http.profiler, "Profiler", profile):
            self.visit(path)
        return stored

    def test_l2_no_address_with_a_token_is_profiled(self):
        rules = self.env["ir.http"].routing_map().iter_rules()
        routes = {
            rule.rule.partition("<")[0]
            for rule in rules
            if rule.endpoint.routing.get("finance_portal")
            and rule.rule.partition("<")[2].startswith(("string:token", "string(minlength"))
        }
        self.assertGreater(len(routes), 3)
        token = new_token()
        others = ("//finance//i//", "/de/finance/i/", "/finance/customer-portal/login?next=/q/")
        for route in (*routes, *others):
            mangled = [f"%{code}{token}" for code in ("20", "22", "27", "28", "3C", "5B", "5C")]
            broken = (f"{token[:9]}{mark}{token[9:]}" for mark in ("%E2%80%8B", "%20", "%0D%0A"))
            mangled += [f":{token}", *broken]
            for path in (f"{route}{one}" for one in (token, f"{token}/x", *mangled)):
                with self.subTest(path=path):
                    self.assertEqual(self.profiled(path), [])

    def test_other_addresses_are(self):
        (stored,) = self.profiled("/finance/customer-portal/login?x=1")
        self.assertIn("/finance/customer-portal/login?x=1", stored)
