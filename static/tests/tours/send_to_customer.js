import { registry } from "@web/core/registry";

// From the invoice to the customer and back to the Sharing tab. The tour starts on the form of
// a posted invoice (see tests/test_tours.py).
registry.category("web_tour.tours").add("finance_portal_send_to_customer", {
    steps: () => [
        {
            content: "The one button to send the invoice",
            trigger: ".o_form_view .o_statusbar_buttons button:contains('Send to Customer')",
            run: "click",
        },
        {
            content: "The dialog says what the customer gets",
            trigger: ".modal [name='finance_portal_promise']:contains('secure link'):contains('24 hours')",
        },
        {
            content: "The customer's address is filled in",
            trigger: ".modal [name='mail_partner_ids'] .o_tag:contains('Ada')",
        },
        {
            content: "Send",
            trigger: ".modal footer button[name='action_send_and_print']",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "Open the Sharing tab",
            trigger: ".o_notebook .nav-link:contains('Sharing')",
            run: "click",
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
            content: "Revoke the link",
            trigger: ".o_field_widget[name='finance_link_ids'] .o_data_row button[name='action_revoke']",
            run: "click",
        },
        {
            content: "Are you sure?",
            trigger: ".modal:contains('be undone') footer .btn-primary",
            run: "click",
        },
        {
            content: "It is closed",
            trigger: ".o_field_widget[name='finance_link_ids'] .o_data_row:contains('Closed')",
        },
    ],
});
