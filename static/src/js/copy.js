// Buttons that copy what a bank's form asks for. They are hidden where this script doesn't run.
(() => {
    "use strict";
    const DONE_MS = 2500;
    const buttons = document.querySelectorAll("button[data-copy]");
    const status = document.createElement("span");
    status.className = "hidden";
    status.setAttribute("role", "status");

    // Browsers give the clipboard to pages with https only; older ways copy what is selected.
    function copySelected(text) {
        const field = document.createElement("textarea");
        field.value = text;
        field.className = "hidden";
        document.body.append(field);
        field.select();
        const done = document.execCommand("copy");
        field.remove();
        return done;
    }

    async function copy(text) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            return copySelected(text);
        }
    }

    buttons.forEach((button) => {
        const word = button.firstChild;
        const before = word.textContent;
        let timer = 0;
        button.hidden = false;
        button.addEventListener("click", async () => {
            const done = await copy(button.dataset.copy);
            button.focus();
            if (!done) {
                return;
            }
            word.textContent = button.dataset.done;
            status.textContent = button.dataset.done;
            clearTimeout(timer);
            timer = setTimeout(() => {
                word.textContent = before;
                status.textContent = "";
            }, DONE_MS);
        });
    });
    if (buttons.length) {
        document.body.append(status);
    }
})();
