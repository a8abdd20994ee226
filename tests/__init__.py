from . import test_account_move_page
from . import test_activity, test_link_death, test_link_lifetime, test_link_token
