from . import time_requests
