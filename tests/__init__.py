from . import test_activity, test_link_death, test_link_lifetime, test_link_token
