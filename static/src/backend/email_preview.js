import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";

/** Shows an email as one of its recipients would get it, in a frame that runs no script. */
class EmailPreview extends Component {
    static template = "finance_portal.EmailPreview";
    static components = { Dialog };
    static props = { emails: Array, close: Function };

    setup() {
        this.state = useState({ chosen: 0 });
    }

    get email() {
        return this.props.emails[this.state.chosen];
    }

    choose(event) {
        this.state.chosen = Number(event.target.value);
    }
}

// Above the dialog that it is opened from, which an action of its own would close.
registry.category("actions").add("finance_portal_email_preview", (env, action) => {
    env.services.dialog.add(EmailPreview, { emails: action.params.emails });
});
