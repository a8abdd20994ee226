from . import decisions
from . import documents, native
