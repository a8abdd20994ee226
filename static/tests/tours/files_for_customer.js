import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("finance_portal_files_for_customer", {
    steps: () => [
        {
            content: "Open the Sharing tab",
            trigger: ".o_notebook .nav-link:contains('Sharing')",
            run: "click",
        },
        {
            content: "Tick the file that the customer may see",
            trigger: "[name='finance_file_ids'] .form-check:contains('terms.pdf'):contains('kB') input:not(:checked)",
            run: "click",
        },
        {
            content: "Take back the other one",
            trigger: "[name='finance_file_ids'] .form-check:contains('plan.pdf') input:checked",
            run: "click",
        },
        {
            content: "Write a note",
            trigger: "[name='finance_note'] textarea",
            run: "edit Thank you for the order",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
    ],
});
