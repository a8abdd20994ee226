from . import accounts
from . import decisions
from . import native_sign_in
from . import assets, documents, files, native, portal, second_step, security, view_as
