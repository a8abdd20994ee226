"""Accept and Decline: what exactly was answered, the evidence, and carrying it out.

Uses pdf, links, access, documents. A kind of document that customers
decide on inherits `finance.portal.decision.mixin`.
"""

from . import decision_mixin
from . import decision_page
from . import decision_entitlement
from . import decision_binding
from . import decision
from . import decision_report
from . import ir_actions_report
