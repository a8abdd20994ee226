from . import controllers, models, tools, wizard
from .hooks import post_load, uninstall_hook
