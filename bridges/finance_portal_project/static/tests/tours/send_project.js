import { registry } from "@web/core/registry";

// From the project to the customer and back to the Sharing tab. The tour starts on the form of a
// project that was never sent (see tests/test_project_tour.py).
registry.category("web_tour.tours").add("finance_portal_project_send", {
    steps: () => [
        {
            content: "Open the Sharing tab",
            trigger: ".o_notebook .nav-link:contains('Sharing')",
            run: "click",
        },
        {
            content: "Show the customer one task",
            trigger: ".o_field_widget[name='finance_task_ids'] .o_data_row:contains('Roof') [name='finance_shared'] input",
            run: "click",
        },
        {
            content: "The one button to send the project",
            trigger: ".o_form_view .o_statusbar_buttons button:contains('Send to Customer')",
            run: "click",
        },
        {
            content: "The dialog says what the customer gets",
            trigger: ".modal [name='finance_portal_promise']:contains('secure link'):contains('24 hours')",
        },
        {
            content: "The customer's address is filled in",
            trigger: ".modal [name='partner_ids'] .o_tag:contains('Ada')",
        },
        {
            content: "Send",
            trigger: ".modal footer button[name='action_send_mail']",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "The project is shared now",
            trigger: ".o_inner_group .o_field_widget[name='finance_shared'] input:checked",
        },
        {
            content: "The link is there, live, with its recipient",
            trigger:
                ".o_field_widget[name='finance_link_ids'] .o_data_row:contains('ada@bakery.example.com'):contains('Live')",
        },
        {
            content: "So is the activity",
            trigger: ".o_field_widget[name='finance_event_ids'] .o_data_row:contains('Link sent')",
        },
        {
            content: "Show every open task",
            trigger: "button[name='action_finance_portal_show_open_tasks']",
            run: "click",
        },
        {
            content: "Two are shown now",
            trigger: ".o_field_widget[name='finance_task_count']:contains('2')",
        },
        {
            content: "Take the project away from the customer",
            trigger: ".tab-pane.active .o_inner_group .o_field_widget[name='finance_shared'] input",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The link is closed",
            trigger: ".o_field_widget[name='finance_link_ids'] .o_data_row:contains('Closed')",
        },
    ],
});
