import { Component, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 1000;

/** Reloads the form of a batch every second while documents, or their emails, wait. */
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
            const emailsWait = record.data.line_ids.records.some((line) => line.data.delivery);
            if (record.data.state === "running" || emailsWait) {
                await record.load();
            }
        } finally {
            this.schedule();
        }
    }
}

registry.category("view_widgets").add("finance_portal_follow", { component: FollowBatch });
