// The control page's script: sends forms and buttons to the control API as JSON, then updates the page in place.

/** What the status line says when an action has succeeded. */
const successTexts = {
  "add-fault": "Fault added.",
  "admit-participant": "Admitted.",
  "clear-faults": "Faults cleared.",
  "clear-requests": "Log cleared.",
  clock: "Clock changed.",
  "create-meeting": "Meeting created.",
  "end-meeting": "Meeting ended for everyone.",
  export: "State exported.",
  import: "State imported.",
  "issue-token": "Token issued.",
  put: "Saved.",
  "regenerate-access-key": "Access key regenerated.",
  "remove-participant": "Participant removed.",
  remove: "Removed.",
  reset: "Reset to the seed.",
  "ring-user": "The call rings.",
  "rotate-keys": "Signing key rotated.",
  settings: "Settings saved.",
};

const outcome = document.querySelector("#outcome");

async function call(action, body) {
  const response = await fetch(`/emulator/api/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

function fieldValue(field) {
  const text = field.value.trim();
  if (text === "") return undefined;
  if (field.dataset.type === "json") return JSON.parse(text);
  if (field.dataset.type === "number") return Number(text);
  return text;
}

function bodyOf(source) {
  if (source.dataset.body) return source.dataset.body;
  return Object.fromEntries(
    [...source.elements].filter(({ name }) => name).map((field) => [field.name, fieldValue(field)]),
  );
}

function download(name, value) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Replaces the sections, and moves the focus back to the control that was used, which is found by its id or action. */
async function refresh(used) {
  const parsed = new DOMParser().parseFromString(await (await fetch("/emulator")).text(), "text/html");
  const selector = used.id ? `#${used.id}` : `[data-action="${used.dataset.action}"]`;
  const index = [...document.querySelectorAll(selector)].indexOf(used);
  document.querySelector("#sections").replaceWith(parsed.querySelector("#sections"));
  const again = document.querySelectorAll(selector);
  const target = again[index] ?? again[0];
  (target instanceof HTMLFormElement ? target.querySelector("button") : target)?.focus();
}

async function perform(source, body) {
  const { action } = source.dataset;
  outcome.textContent = "Working…";
  try {
    const answer = await call(action, body ?? bodyOf(source));
    if (source.dataset.download) download(source.dataset.download, answer);
    const result = document.querySelector(`[data-result="${Object.keys(answer)[0]}"]`);
    if (result) result.value = Object.values(answer)[0];
    else await refresh(source);
    outcome.className = "good";
    outcome.textContent = successTexts[action];
  } catch (error) {
    outcome.className = "bad";
    outcome.textContent = `Failed: ${error.message}`;
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  void perform(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) void perform(button);
});

document.addEventListener("change", async (event) => {
  const { files, dataset } = event.target;
  if (dataset.action === "import" && files?.[0]) await perform(event.target, await files[0].text());
});
