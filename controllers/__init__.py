from . import documents, native
