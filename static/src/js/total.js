// Adds up what is ticked in a form. Without this script the next page says the sum.
(() => {
    "use strict";
    const GROUP = /\B(?=(\d{3})+$)/g;

    function write(amount, form) {
        const { pattern, digits, point, separator } = form.dataset;
        const [whole, rest] = Math.abs(amount).toFixed(Number(digits)).split(".");
        const text = whole.replace(GROUP, separator) + (rest ? point + rest : "");
        return pattern.replace("{}", text);
    }

    document.querySelectorAll("form[data-pattern]").forEach((form) => {
        const total = form.querySelector("output bdi");
        const label = form.querySelector("[data-chosen]");
        const button = form.querySelector("button:not([data-all])");
        const boxes = [...form.querySelectorAll("input[data-amount]")];
        const all = form.querySelector("button[data-all]");

        function update() {
            const chosen = boxes.filter((box) => box.checked);
            const sum = chosen.reduce((before, box) => before + Number(box.dataset.amount), 0);
            const isAll = chosen.length === boxes.length;
            total.textContent = write(Math.max(sum, 0), form);
            label.textContent = isAll ? label.dataset.total : label.dataset.chosen;
            // Rounded: cents that binary numbers can't hold are none.
            button.disabled = Number(sum.toFixed(Number(form.dataset.digits))) <= 0;
            all.textContent = isAll ? all.dataset.none : all.dataset.all;
        }

        all.addEventListener("click", () => {
            const tick = boxes.some((box) => !box.checked);
            boxes.forEach((box) => {
                box.checked = tick;
            });
            update();
        });
        form.addEventListener("change", update);
        all.hidden = boxes.length < 2;
        update(); // A browser that goes back keeps what was ticked.
        window.addEventListener("pageshow", update);
    });
})();
