"""The records of ``FinancePortalCase``, made once for all of its classes.

``make test`` has them made in the database that its processes copy, with a note of what each
attribute of the class stands for. Without a note, as with ``--fast``, each class makes its own.
"""

import json
from unittest.mock import patch

from odoo import api
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.tests import TransactionCase
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.product.tests.common import ProductCommon
from odoo.addons.uom.tests.common import UomCommon

NOTE = "__test__.world"
# Whose ``setUpClass`` is left out where there is a note: nobody else's may go with it.
MAKERS = (AccountTestInvoicingCommon, ProductCommon, UomCommon, BaseCommon)


def make(case, env):
    """Have the records of a test case made and noted, for good once the caller commits."""
    maker = type("Maker", (case,), {"env": env})
    inherited = set(vars(maker))
    # A document with a number that other records have as well would hide what mixes them up.
    env.cr.execute("SELECT setval('account_move_id_seq', 1000), setval('sale_order_id_seq', 2000)")
    with patch.object(TransactionCase, "setUpClass"):
        super(case, maker).setUpClass()
        maker.make_world()
    names = vars(maker).keys() - inherited
    note = {name: _to_note(getattr(maker, name)) for name in sorted(names)}
    env["ir.config_parameter"].set_param(NOTE, json.dumps(note))


def read():
    """Return the note in the database of the tests; without one, ``None``."""
    with Registry(get_db_name()).cursor() as cr:
        cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [NOTE])
        return json.loads((cr.fetchone() or ["null"])[0])


def enter(case, note):
    """Do all of ``setUpClass`` but what is noted; set the attributes that are.

    :param case: the class that others' ``setUpClass`` has been called for
    """
    mro = case.__mro__
    start = mro.index(AccountTestInvoicingCommon)
    assert mro[start : start + len(MAKERS)] == MAKERS, f"{case.__name__} needs more than is noted"
    super(BaseCommon, case).setUpClass()
    case.env = case.env(user=note["user"]["ids"][0], context=case.default_env_context())
    for name, value in note.items():
        setattr(case, name, _from_note(case.env, value))
    if more := case.get_default_groups() - case.env.user.group_ids:
        case.env.user.group_ids += more


def _to_note(value):
    """Return what JSON can hold of an attribute: records by their numbers."""
    if isinstance(value, BaseModel):
        env = value.env
        more = {"uid": env.uid, "su": env.su, "context": dict(env.context)}
        return {"model": value._name, "ids": value.ids, **more}
    if isinstance(value, dict):
        return {"items": {name: _to_note(item) for name, item in value.items()}}
    return value


def _from_note(env, value):
    if not isinstance(value, dict):
        return value
    if "items" in value:
        return {name: _from_note(env, item) for name, item in value["items"].items()}
    own = api.Environment(env.cr, value["uid"], {**env.context, **value["context"]}, value["su"])
    return own[value["model"]].browse(value["ids"])
