from . import (
    account_analytic_line,
    account_move_line,
    time_request,
    res_company,
    res_config_settings,
    sale_order_line,
)
