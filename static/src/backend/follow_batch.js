import { Component, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/** Reloads the form of a batch every other second for as long as documents wait in it. */
class FollowBatch extends Component {
    static template = xml``;
    static props = { ...standardWidgetProps };

    setup() {
        this.following = true;
        onWillUnmount(() => {
            this.following = false;
            clearTimeout(this.timer);
        });
        this.schedule();
    }

    schedule() {
        if (this.following) {
            this.timer = setTimeout(() => this.follow(), INTERVAL);
        }
    }

    async follow() {
        const { record } = this.props;
        try {
            if (record.data.state === "running") {
                await record.load();
            }
        } finally {
            this.schedule();
        }
    }
}

registry.category("view_widgets").add("finance_portal_follow", { component: FollowBatch });
