from . import (
    list_projects,
    page,
    ir_http,
    project_milestone,
    project_project,
    project_project_native,
    project_project_page,
    project_project_page_sources,
    project_project_page_tasks,
    project_task,
    res_users,
)
