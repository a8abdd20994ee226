// What a browser adds to the form in which a customer accepts or declines: a drawn signature,
// one submission only, and the bar within reach of a thumb. The form works without.
/* global SignaturePad */
(() => {
    "use strict";
    const INK = "#15181c";
    const PAPER = "#ffffff";
    const form = document.getElementById("decision");
    if (!form) {
        return;
    }
    // The buttons that say yes, all but one of which the stylesheet may hide.
    const answers = [...form.querySelectorAll(":scope > .button")];
    const name = form.elements.name;

    function answer() {
        return answers.find((button) => button.offsetParent) || answers[0];
    }

    // === Signature === //

    function setUpSignature(fieldset) {
        const canvas = fieldset.querySelector("canvas");
        const board = fieldset.querySelector(".pad");
        const hint = fieldset.querySelector(".pad-hint");
        const clear = fieldset.querySelector(".clear");
        const written = fieldset.querySelector(".written");
        const typed = form.elements.signature_typed;
        const field = form.elements.signature;
        let width = 0;
        board.hidden = false;
        const pad = new SignaturePad(canvas, {
            penColor: INK,
            backgroundColor: PAPER,
            minWidth: 0.8,
            maxWidth: 2.8,
        });

        // A canvas loses its drawing with its size, so the strokes are drawn again.
        function fit() {
            const box = canvas.getBoundingClientRect();
            if (!box.width || box.width === width) {
                return;
            }
            const scale = width ? box.width / width : 1;
            const strokes = pad.toData().map((stroke) => ({
                ...stroke,
                points: stroke.points.map((point) => ({
                    ...point,
                    x: point.x * scale,
                    y: point.y * scale,
                })),
            }));
            const density = Math.min(Math.max(devicePixelRatio, 1), 2);
            width = box.width;
            canvas.width = Math.round(box.width * density);
            canvas.height = Math.round(box.height * density);
            canvas.getContext("2d").scale(density, density);
            pad.clear();
            pad.fromData(strokes);
        }

        function show() {
            const drawn = !pad.isEmpty();
            board.hidden = typed.checked;
            hint.hidden = drawn;
            clear.hidden = !drawn;
            written.hidden = !typed.checked || !name.value.trim();
            written.textContent = name.value;
            typed.required = false;
            typed.setCustomValidity(drawn || typed.checked ? "" : fieldset.querySelector(".missing").textContent);
            fit();
        }

        clear.addEventListener("click", () => {
            pad.clear();
            show();
            typed.focus();
        });
        pad.addEventListener("endStroke", show);
        typed.addEventListener("change", show);
        name.addEventListener("input", show);
        new ResizeObserver(fit).observe(board);
        form.addEventListener("submit", () => {
            const drawn = !typed.checked && !pad.isEmpty();
            field.disabled = !drawn;
            field.value = drawn ? canvas.toDataURL("image/png") : "";
        });
        show();
    }

    const fieldset = form.querySelector(".signing");
    if (fieldset && window.SignaturePad) {
        setUpSignature(fieldset);
    }

    // === One answer === //

    let sent = false;
    const buttons = [...form.elements].filter((element) => element.type === "submit");

    function wait(waiting) {
        sent = waiting;
        form.toggleAttribute("aria-busy", waiting);
        buttons.forEach((button) => button.toggleAttribute("aria-disabled", waiting));
    }

    form.addEventListener("submit", (event) => {
        if (sent) {
            event.preventDefault();
        } else if (mustUpdate(event.submitter)) {
            event.preventDefault();
            update(event.submitter);
            return;
        }
        wait(true);
    });
    // Back from the next page: the browser shows this one as it was left.
    addEventListener("pageshow", () => wait(false));

    // The first button of the form is not always Accept.
    name.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing) {
            event.preventDefault();
            form.requestSubmit(answer());
        }
    });

    // === Quantities === //

    // The parts of the page that a quantity changes. Name and signature stay where they are.
    const LIVE_PARTS = [".hero", ".lines", ".totals", ".promise", ".consent", ".bar-amount"];
    const PAUSE_MS = 400;
    // Answers are limited for each network: whoever plays with numbers must still get to accept.
    const MAX_LIVE = 12;
    const quantities = [...form.elements].filter((element) => element.matches(".quantity"));
    const unsaved = form.querySelector(".unsaved");
    const updateButton = buttons.find((button) => button.closest(".update"));
    let updating = false;
    let next = null;
    let native = false;
    let updates = 0;
    let pause = 0;

    function isChanged() {
        return quantities.some((input) => input.value !== input.defaultValue);
    }

    function mustUpdate(submitter) {
        if (!updateButton || native) {
            return false;
        }
        const declines = Boolean(submitter && submitter.closest(".decline"));
        return submitter === updateButton || Boolean(submitter && submitter.closest(".update"))
            || (isChanged() && !declines);
    }

    // Quantities keep their place, the focus, and what was typed while the answer was on its way.
    function keepQuantities(fresh, posted) {
        const focused = document.activeElement;
        quantities.forEach((input) => {
            const drawn = fresh.getElementsByName(input.name)[0];
            if (!drawn) {
                return;
            }
            if (input.value === posted.get(input.name)) {
                input.value = drawn.value;
            }
            input.defaultValue = drawn.defaultValue;
            if (input.closest(".lines")) {
                drawn.replaceWith(input);
            }
        });
        return focused;
    }

    function refresh(html, posted) {
        const fresh = new DOMParser().parseFromString(html, "text/html");
        if (!fresh.getElementById("decision")) {
            location.assign(form.action.replace(/\/[^/]*$/, ""));  // answered meanwhile
            return;
        }
        const focused = keepQuantities(fresh, posted);
        LIVE_PARTS.forEach((part) => {
            const drawn = fresh.querySelectorAll(part);
            document.querySelectorAll(part).forEach((old, place) => {
                if (drawn[place]) {
                    old.replaceChildren(...drawn[place].childNodes);
                }
            });
        });
        form.elements.seen.value = fresh.querySelector("#decision [name=seen]").value;
        if (document.activeElement !== focused) {
            focused.focus({ preventScroll: true });
        }
        unsaved.hidden = !isChanged();
        const total = document.querySelector(".hero .amount");
        document.querySelector(".live-total").textContent = total ? total.textContent : "";
    }

    // With `submitter`: what was pressed, which goes the way without scripts if this one fails.
    async function update(submitter) {
        if (updating) {
            next = submitter || next;
            return;
        }
        updating = true;
        form.setAttribute("aria-busy", "");
        clearTimeout(pause);
        const posted = new URLSearchParams(new FormData(form));
        posted.delete("signature");
        try {
            const answer = await fetch(updateButton.formAction, {
                method: "POST",
                body: posted,
                credentials: "same-origin",
            });
            if (!answer.ok) {
                throw new Error(String(answer.status));
            }
            refresh(await answer.text(), posted);
            if (submitter && !submitter.closest(".update")) {
                document.getElementById("answer").scrollIntoView();
            }
        } catch {
            if (submitter) {
                native = true;
                form.requestSubmit(submitter);
            }
        } finally {
            updating = false;
            form.toggleAttribute("aria-busy", sent);
        }
        if (next) {
            const pressed = next;
            next = null;
            update(pressed);
        }
    }

    if (unsaved && quantities.length) {
        document.addEventListener("input", () => {
            unsaved.hidden = !isChanged();
        });
        document.addEventListener("change", (event) => {
            if (!event.target.matches(".quantity") || !event.target.checkValidity()) {
                return;
            }
            clearTimeout(pause);
            pause = setTimeout(() => {
                if (isChanged() && updates < MAX_LIVE) {
                    updates += 1;
                    update();
                }
            }, PAUSE_MS);
        });
    }

    // === Reasons === //

    // Who points at Reject wants to say why. With the keyboard one may still be choosing.
    let pointed = false;
    document.addEventListener("pointerdown", () => (pointed = true), { capture: true });
    document.addEventListener("keydown", () => (pointed = false), { capture: true });

    function focusSoon(field) {
        setTimeout(() => field.focus({ preventScroll: true }));
    }

    document.addEventListener("change", (event) => {
        if (pointed && event.target.matches(".verdict [value=declined]:checked")) {
            focusSoon(event.target.closest("fieldset").querySelector("textarea"));
        }
    });
    const decline = form.querySelector(".decline");
    decline?.querySelector("summary").addEventListener("click", () => {
        if (!decline.open) {
            focusSoon(form.elements.reason);
        }
    });

    // === The bar === //

    const bar = document.querySelector(".bar");
    if (bar) {
        bar.addEventListener("click", (event) => {
            const target = event.target.closest("a");
            if (!target) {
                return;
            }
            event.preventDefault();
            if (target.matches(".button")) {
                goToAnswer();
            } else {
                form.querySelector(".decline").open = true;
                form.elements.reason.focus({ preventScroll: true });
                document.getElementById("decline").scrollIntoView({ block: "center" });
            }
        });
        const seen = new Set();
        const observer = new IntersectionObserver((entries) => {
            entries.forEach((entry) => seen[entry.isIntersecting ? "add" : "delete"](entry.target));
            bar.classList.toggle("away", seen.size > 0);
        });
        answers.forEach((button) => observer.observe(button));
    }

    function goToAnswer() {
        if (form.checkValidity()) {
            form.requestSubmit(answer());
            return;
        }
        const missing = [...form.elements].find((element) => !element.checkValidity());
        document.getElementById("answer").scrollIntoView();
        missing.focus({ preventScroll: true });
    }
})();
