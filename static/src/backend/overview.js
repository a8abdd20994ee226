import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Shows what needs the owner's attention; each number opens the list behind it. */
class SharingOverview extends Component {
    static template = "finance_portal.SharingOverview";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        onWillStart(async () => {
            this.cards = await this.orm.call("finance.portal.overview", "get_cards", []);
        });
    }

    open(action) {
        return action && this.action.doAction(action);
    }
}

registry.category("actions").add("finance_portal_overview", SharingOverview);
