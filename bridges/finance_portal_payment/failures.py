from odoo.addons.finance_portal.failures import PortalFailure


class PaymentRefused(PortalFailure):
    """No payment was started; the visitor sees what there is to pay now, and why.

    ``reason`` is a code, ``sentence`` tells the visitor what is wrong, in their language.
    """

    status = 409
    recorded = True

    def __init__(self, reason, *, access, sentence):
        super().__init__(reason, access=access)
        self.sentence = sentence
