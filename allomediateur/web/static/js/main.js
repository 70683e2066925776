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

// A form without an action of its own would take the fragment along (« #id_email », from a link of the summary or from
// « Modifier »), through redirections too: the next page would give the focus to another field of that name.
document.addEventListener("submit", () => {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
});
