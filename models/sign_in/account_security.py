import base64
import json
import os
from urllib.parse import quote, urlencode

import psycopg2

from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.entered import clean_line, read_code
from ...tools.qr import qr_path

SECRET_BYTES = 20
MAX_NAME = 60


class FinancePortalAccount(models.Model):
    """Two-factor and passkeys of a signed-in customer, if Odoo's modules for them are installed.

    Odoo keeps and checks both. Its own pages for them call it over RPC, which customers
    with a managed account cannot; so the portal has pages of its own. Whoever calls a method
    that changes something has the password confirmed first.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _get_security(self, user):
        """Return what the settings page shows about signing in.

        :return: dict of ``two_factor`` (whether it is on) and ``passkeys`` (list of ``{id, name,
            date}``), each ``None`` where Odoo's module for it is not installed
        """
        page = self.env["finance.portal.page"]
        two_factor = user.totp_enabled if "totp_enabled" in user._fields else None
        passkeys = None
        if "auth_passkey_key_ids" in user._fields:
            passkeys = [
                {"id": key.id, "name": key.name, "date": page._format_day(key.create_date)}
                # sudo: the user's own keys
                for key in user.sudo().auth_passkey_key_ids
            ]
        return {"two_factor": two_factor, "passkeys": passkeys}

    @api.model
    def _confirm_password(self, user, password):
        """Raise unless this is the password of the signed-in user.

        :raise AccessDenied: it is not, or too many were tried
        """
        credential = {"type": "password", "login": user.login, "password": password or ""}
        user._check_credentials(credential, {"interactive": True})

    # === TWO-FACTOR === #

    @api.model
    def _make_two_factor_secret(self):
        """Return a fresh secret for an authenticator app."""
        return base64.b32encode(os.urandom(SECRET_BYTES)).decode()

    @api.model
    def _describe_two_factor(self, user, secret, issuer):
        """Return what an authenticator app needs.

        :param str issuer: the name that the app shows beside the user's
        :return: dict of ``secret`` (in groups of four), ``address`` (for the app), ``size`` and
            ``path`` (its QR code, see ``tools/qr.py``)
        """
        label = quote(f"{issuer}:{user.login}", safe=":@")
        address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
        size, path = qr_path(address)
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {"secret": groups, "address": address, "size": size, "path": path}

    @api.model
    def _confirm_two_factor(self, user, code, secret):
        """Turn two-factor on, when the app shows the right code.

        :param str secret: what the app was given, if anything
        :raise ValidationError: the code is wrong
        """
        number = read_code(code)
        if not secret or number is None or not user._totp_try_setting(secret, number):
            raise ValidationError(
                self.env._(
                    "Wrong code. Please enter the one your app shows now. If it still doesn't"
                    " work, check the time on your phone."
                )
            )

    # === PASSKEYS === #

    @api.model
    def _start_passkey(self, user):
        """Return what the browser needs to make a passkey, see the Web Authentication standard."""
        return self.env["auth.passkey.key"].with_user(user)._start_registration()

    @api.model
    def _keep_passkey(self, user, name, registration):
        """Store the passkey that the browser made.

        :param str registration: the browser's answer, as JSON
        :raise ValidationError: it does not belong to what was asked of the browser
        """
        name = clean_line(name or "", MAX_NAME) or self.env._("Passkey")
        try:
            answer = json.loads(registration or "")
            wizard = self.env["auth.passkey.key.create"].with_user(user).create({"name": name})
            wizard.make_key(answer)
        except psycopg2.Error:
            raise
        except Exception as error:  # whatever Odoo's parser makes of what a browser sends
            raise ValidationError(
                self.env._("The passkey couldn't be saved. Please try again.")
            ) from error

    @api.model
    def _remove_passkey(self, user, key_id):
        """Delete one of the user's passkeys."""
        # sudo: the user's own keys, looked for among no others
        keys = user.sudo().auth_passkey_key_ids.filtered(lambda key: key.id == key_id)
        keys.with_user(user).action_delete_passkey()
