from . import decisions
from . import documents, files, native, portal, view_as
