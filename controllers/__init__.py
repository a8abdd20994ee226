from . import accounts
from . import decisions
from . import native_sign_in
from . import archives, assets, documents, files, metrics, native, portal
from . import second_step, security, view_as
