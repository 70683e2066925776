// Every page works without these; each makes one thing quicker.
import "./commune-box.js";
import "./hold-countdown.js";
import "./leaving.js";
import "./near-me.js";
import "./passkey-form.js";
import "./small.js";

// An error summary takes the focus, also when htmx brought it.
const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();
focusSummary(document);
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));
