"""The shop's apps are installed, together with the addon and its bridges."""

from dev.platform import apps
from dev.platform.paths import module_names


def test_the_shop_has_its_apps_and_the_addon(shop):
    installed = {
        name for (name,) in shop.psql("SELECT name FROM ir_module_module WHERE state = 'installed'")
    }
    assert {*apps.read_list("shop"), *module_names()} <= installed
