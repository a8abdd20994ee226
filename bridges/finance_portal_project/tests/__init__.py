from . import (
    test_project_hours,
    test_project_left,
    test_project_page,
    test_project_portal,
    test_project_rules,
    test_project_sharing,
    test_project_tour,
    test_shared_project,
)
