from . import payment, status
