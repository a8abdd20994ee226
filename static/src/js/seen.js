// Tells the server once that a person looks at the page. A mail scanner that merely loads it
// does not keep it in front of anybody, and an ERP that counts views must not count those.
(() => {
    "use strict";
    const LOOKING_MS = 1200;
    const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"];
    const form = document.getElementById("seen");
    let timer = 0;
    let sent = false;

    function send() {
        if (sent || document.visibilityState !== "visible" || document.prerendering) {
            return;
        }
        sent = true;
        stop();
        document.removeEventListener("visibilitychange", watch);
        // Not seen is not worth a message: the page works without.
        fetch(form.action, {
            method: "POST",
            body: new URLSearchParams(new FormData(form)),
            credentials: "same-origin",
            keepalive: true,
        }).catch(() => {});
    }

    function stop() {
        clearTimeout(timer);
        SIGNS.forEach((sign) => removeEventListener(sign, send));
    }

    function watch() {
        stop();
        if (document.visibilityState === "visible" && !document.prerendering) {
            timer = setTimeout(send, LOOKING_MS);
            SIGNS.forEach((sign) => addEventListener(sign, send, { passive: true }));
        }
    }

    if (form) {
        document.addEventListener("visibilitychange", watch);
        document.addEventListener("prerenderingchange", watch, { once: true });
        watch();
    }
})();
