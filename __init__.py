from . import controllers, models, tools, wizard
from .hooks import post_init_hook, post_load, uninstall_hook
