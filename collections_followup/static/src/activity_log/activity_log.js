import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";

patch(Activity.prototype, {
    /** A call on a case is not simply done: how it went goes to the contact log. */
    get isCollectionCall() {
        const { res_model: model, activity_category: category } = this.props.activity;
        return model === "collection.case" && category === "phonecall";
    },

    async onClickLogCollectionContact() {
        const action = await this.env.services.orm.call("collection.case", "action_log_contact", [
            [this.props.activity.res_id],
        ]);
        await this.env.services.action.doAction(action, {
            onClose: () => this.props.onActivityChanged(this.thread),
        });
    },
});
