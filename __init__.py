from . import python_version  # before all others: they need what it asks for
from . import controllers, models, tools, wizard
from .hooks import post_init_hook, post_load, uninstall_hook
