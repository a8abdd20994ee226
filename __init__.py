from . import python_version  # first: the other modules need this version
from . import controllers, models, tools, wizard
from .hooks import post_init_hook, post_load, uninstall_hook
