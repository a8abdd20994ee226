import { registry } from "@web/core/registry";

// A manager enables an account, disables it and asks why the contact cannot get in. The tour
// starts on the form of a contact (see tests/test_tours.py).
registry.category("web_tour.tours").add("finance_portal_portal_access", {
    steps: () => [
        {
            content: "Open the Portal Access tab",
            trigger: ".o_notebook .nav-link:contains('Portal Access')",
            run: "click",
        },
        {
            content: "Nobody can sign in yet: enable the contact",
            trigger:
                "[name='finance_portal_contact_ids'] .o_kanban_record:contains('Ada'):contains('sign in') button[name='action_finance_portal_enable']",
            run: "click",
        },
        {
            content: "The dialog confirms the address",
            trigger: ".modal [name='email'] input:value('ada@bakery.example.com')",
        },
        {
            content: "Enable",
            trigger: ".modal footer button[name='action_enable']",
            run: "click",
        },
        {
            content: "The tab says that the setup link is out",
            trigger:
                "[name='finance_portal_contact_ids'] .o_kanban_record:contains('Invited'):contains('ada@bakery.example.com') button[name='action_finance_portal_disable']",
            run: "click",
        },
        {
            content: "Are you sure?",
            trigger: ".modal:contains('lose access at once') footer .btn-primary",
            run: "click",
        },
        {
            content: "It says who disabled it",
            trigger:
                "[name='finance_portal_contact_ids'] .o_kanban_record:contains('Disabled on'):contains('Boss') button[name='action_finance_portal_diagnose']",
            run: "click",
        },
        {
            content: "The dialog names the cause, and offers what helps",
            trigger:
                ".modal .o_kanban_record:contains('Boss disabled the account') button:contains('Enable Again')",
            run: "click",
        },
        {
            content: "A new setup link, or the old password",
            trigger: ".modal [name='how'] .o_radio_item:contains('setup link')",
        },
        {
            content: "Enable again",
            trigger: ".modal footer button[name='action_reopen']",
            run: "click",
        },
        {
            content: "The setup link is out again",
            trigger:
                "[name='finance_portal_contact_ids'] .o_kanban_record:contains('Invited'):contains('Resend Setup Link')",
        },
    ],
});
