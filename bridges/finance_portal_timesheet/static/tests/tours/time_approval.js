import { registry } from "@web/core/registry";

// From the list of timesheets to the customer. The tour starts on All Timesheets, where two
// entries are about carpentry (see tests/test_time_tour.py).
registry.category("web_tour.tours").add("finance_portal_ask_for_approval", {
    steps: () => [
        {
            content: "Choose the first entry",
            trigger: ".o_data_row:contains('Carpentry, the counter') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Choose the second entry",
            trigger: ".o_data_row:contains('Carpentry, the shelves') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Ask the customer",
            trigger: ".o_control_panel button:contains('Ask Customer to Approve')",
            run: "click",
        },
        {
            content: "A draft with both entries",
            trigger: ".o_form_view .o_field_widget[name='line_ids']:contains('the counter'):contains('the shelves')",
        },
        {
            content: "Send it",
            trigger: ".o_form_view .o_statusbar_buttons button:contains('Send to Customer')",
            run: "click",
        },
        {
            content: "The dialog says what the customer gets",
            trigger: ".modal:contains('secure link'):contains('24 hours')",
        },
        {
            content: "The customer is filled in",
            trigger: ".modal [name='partner_ids'] .o_tag:contains('Bakery')",
        },
        {
            content: "Send",
            trigger: ".modal footer button[name='action_send_mail']",
            run: "click",
        },
        {
            content: "The dialog is gone, the customer is asked",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Sent')",
        },
        {
            content: "The entries say so",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('the shelves'):contains('Waiting')",
        },
        {
            content: "Open the Sharing tab",
            trigger: ".o_notebook .nav-link:contains('Sharing')",
            run: "click",
        },
        {
            content: "The link is there, live",
            trigger: ".o_field_widget[name='finance_link_ids'] .o_data_row:contains('office@bakery.example.com'):contains('Live')",
        },
    ],
});

// Taking an answer back. The tour starts on the form of an approved request.
registry.category("web_tour.tours").add("finance_portal_reset_approval", {
    steps: () => [
        {
            content: "The customer approved",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Approved')",
        },
        {
            content: "Reset",
            trigger: ".o_statusbar_buttons button[name='action_reset']",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal [name='reason'] textarea",
            run: "edit Entered twice",
        },
        {
            content: "Reset it",
            trigger: ".modal footer button[name='action_reset']",
            run: "click",
        },
        {
            content: "The customer is asked again",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Sent')",
        },
        {
            content: "Open the Sharing tab",
            trigger: ".o_notebook .nav-link:contains('Sharing')",
            run: "click",
        },
        {
            content: "The answer is kept, and the activity says that it was reopened",
            trigger: ".o_field_widget[name='finance_event_ids'] .o_data_row:contains('Reopened by staff')",
        },
    ],
});
