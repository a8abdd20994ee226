// Tells the server that a person looks at the page. A mail scanner that merely loads it does not
// keep it in front of anybody, and such a visit must not count.
// Some scanners run scripts, so soon after the email the server may want more than that: a touch,
// a click or a key tells it again. It counts a visit once, however often it is told.
(() => {
    "use strict";
    const LOOKING_MS = 1200;
    const SIGNS = ["pointermove", "scroll"];
    const GESTURES = ["pointerdown", "keydown", "touchstart"];
    // What comes too soon after the email does not count: a fast reader touches the page again.
    const GESTURE_MS = 4000;
    const MAX_GESTURES = 4;
    const form = document.getElementById("seen");
    let timer = 0;
    let sent = false;
    let gestures = 0;
    let lastGesture = -GESTURE_MS;

    function isVisible() {
        return document.visibilityState === "visible" && !document.prerendering;
    }

    function tell(values) {
        sent = true;
        stop();
        const data = new URLSearchParams(new FormData(form));
        Object.entries(values).forEach(([name, value]) => data.set(name, value));
        // Not seen is not worth a message: the page works without.
        fetch(form.action, {
            method: "POST",
            body: data,
            credentials: "same-origin",
            keepalive: true,
        }).catch(() => {});
    }

    function send() {
        if (!sent && isVisible()) {
            tell({});
        }
    }

    function touched(event) {
        if (!event.isTrusted || !isVisible() || event.timeStamp - lastGesture < GESTURE_MS) {
            return;
        }
        lastGesture = event.timeStamp;
        gestures += 1;
        if (gestures === MAX_GESTURES) {
            GESTURES.forEach((gesture) => removeEventListener(gesture, touched));
        }
        tell({ gesture: "1" });
    }

    function stop() {
        clearTimeout(timer);
        SIGNS.forEach((sign) => removeEventListener(sign, send));
    }

    function watch() {
        stop();
        if (!sent && isVisible()) {
            timer = setTimeout(send, LOOKING_MS);
            SIGNS.forEach((sign) => addEventListener(sign, send, { passive: true }));
        }
    }

    if (form) {
        document.addEventListener("visibilitychange", watch);
        document.addEventListener("prerenderingchange", watch, { once: true });
        GESTURES.forEach((gesture) => addEventListener(gesture, touched, { passive: true }));
        watch();
    }
})();
