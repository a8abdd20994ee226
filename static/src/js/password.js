// Lets people look at what they type into a password field: on a phone it is hard to get right
// unseen. Without this script the fields work as ever.
(() => {
    "use strict";
    for (const field of document.querySelectorAll(".field.password")) {
        const input = field.querySelector("input");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "quiet reveal";
        const paint = () => {
            const hidden = input.type === "password";
            button.textContent = hidden ? field.dataset.show : field.dataset.hide;
            button.setAttribute("aria-pressed", String(!hidden));
        };
        button.addEventListener("click", () => {
            input.type = input.type === "password" ? "text" : "password";
            paint();
            input.focus();
        });
        // A browser offers to keep passwords, not texts.
        input.form.addEventListener("submit", () => {
            input.type = "password";
        });
        paint();
        field.append(button);
    }
})();
