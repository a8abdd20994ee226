import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("finance_portal_sharing_overview", {
    steps: () => [
        {
            content: "Open the list behind a number",
            trigger: ".o_finance_overview [data-card='unopened'] button:contains('Invoices')",
            run: "click",
        },
        {
            content: "The list shows the status; open the invoice",
            trigger: ".o_data_row:has(td[name='finance_status']:contains('Expired unopened')) td[name='name']",
            run: "click",
        },
        {
            content: "The line above the form says it all",
            trigger: ".o_finance_strip:contains('link expired'):contains('not paid')",
        },
    ],
});
