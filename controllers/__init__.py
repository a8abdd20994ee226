from . import accounts
from . import decisions
from . import assets, documents, files, native, portal, second_step, security, view_as
