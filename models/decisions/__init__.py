"""Accept and Decline: what exactly is answered, the evidence, and carrying it out.

Uses pdf, links, access, documents. A kind of document inherits `finance.portal.decision.mixin`.
"""

from . import decision_mixin
from . import decision_binding
from . import decision
from . import signature
