/** What the page does in the browser: it asks for the state again and again, and says what was done. */
export const pageScript = `"use strict";
const byId = (id) => document.getElementById(id);
const shown = { user: "", channel: "", thread: "", home: false, parts: {} };

async function refresh() {
  const query = new URLSearchParams({ user: shown.user, channel: shown.channel });
  const response = await fetch("/page/state?" + query);
  const state = await response.json();
  Object.assign(shown, { user: state.user, channel: state.channel, isDirect: state.isDirect });
  part("people", state.people, showPeople);
  part("channels", [state.channels, state.channel], showChannels);
  part("messages", state.messages, showMessages);
  part("modals", state.modals, showModals);
  part("home", [state.home, shown.home], showHome);
}

// Only what has changed is drawn again, so that nothing is lost while somebody types.
function part(name, value, draw) {
  const text = JSON.stringify(value);
  if (shown.parts[name] === text) return;
  shown.parts[name] = text;
  const root = byId(name);
  const before = valuesIn(root);
  draw(root, value);
  for (const { element, given } of before) restore(root, element, given);
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function showPeople(root, people) {
  root.replaceChildren(...people.map(({ id, name }) => make("option", { value: id, textContent: name })));
  root.value = shown.user;
}

function showChannels(root, [channels, current]) {
  root.replaceChildren(...channels.map(({ id, name }) => {
    const button = make("button", { type: "button", textContent: name });
    button.setAttribute("aria-current", String(id === current));
    button.addEventListener("click", () => {
      shown.channel = id;
      answerIn("");
      void refresh();
    });
    return make("li", {}, button);
  }));
}

function showMessages(root, messages) {
  root.replaceChildren(...messages.map((message) => {
    const notes = [message.isOnlyMine && "only visible to you", message.isEdited && "changed"];
    const head = make("strong", { textContent: message.author });
    const note = make("small", { textContent: notes.filter(Boolean).join(", ") });
    const answer = make("button", { type: "button", className: "answer", textContent: "Answer in thread" });
    answer.addEventListener("click", () => answerIn(message.thread, message.author));
    const article = make("article", {}, head, note, answer, blocks(message.html));
    article.classList.toggle("only-mine", message.isOnlyMine);
    article.classList.toggle("in-thread", message.isInThread);
    Object.assign(article.dataset, { channel: message.channel, ts: message.ts });
    return article;
  }));
  root.scrollTop = root.scrollHeight;
}

// What is typed next goes there; anywhere else again once it is sent.
function answerIn(thread, author) {
  shown.thread = thread;
  byId("text").placeholder = thread ? "In the thread of " + author + ": @thopter …" : "/thopter help";
  if (thread) byId("text").focus();
}

function showModals(root, modals) {
  root.replaceChildren(...modals.slice(-1).map((view) => {
    const close = make("button", { type: "button", className: "s-button", textContent: view.close });
    close.addEventListener("click", () => act({ do: "close", view: view.id }));
    const submit = { className: "s-button s-primary", textContent: view.submit ?? "" };
    const buttons = view.submit ? [close, make("button", submit)] : [close];
    const title = make("h2", { textContent: view.title ?? "" });
    const form = make("form", {}, title, ...viewParts(view), make("footer", {}, ...buttons));
    form.noValidate = true;
    form.dataset.view = view.id;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = valuesIn(form).map(({ element, given }) => ({ ...pointed(element), given }));
      void act({ do: "submit", view: view.id, values });
    });
    return make("div", { className: "modal" }, form);
  }));
}

function showHome(root, [home, isOpen]) {
  root.hidden = !isOpen;
  root.dataset.view = home?.id ?? "";
  root.replaceChildren(...(home ? viewParts(home) : [make("p", { textContent: "Nothing yet" })]));
}

function viewParts(view) {
  const searches = view.searches.map((at) => {
    const box = make("input", { type: "search", placeholder: "Search " + at.action });
    box.addEventListener("change", () => act({ do: "suggest", view: view.id, ...at, query: box.value }));
    return box;
  });
  return [...searches, blocks(view.html)];
}

// The server has escaped all that is in it.
const blocks = (html) => make("div", { className: "slack", innerHTML: html });

const pointed = (element) => ({ block: element.dataset.blockId, action: element.dataset.actionId });

// What is typed there asks for options; it is none itself.
const isSearch = (element) =>
  element.tagName === "INPUT" && (element.dataset.type ?? "").endsWith("external_select");

function valuesIn(root) {
  const found = new Map();
  for (const element of root.querySelectorAll("[data-action-id]")) {
    if (element.tagName === "BUTTON" || isSearch(element)) continue;
    const key = JSON.stringify(pointed(element));
    const given = givenIn(element);
    const before = found.get(key)?.given;
    if (before === undefined) found.set(key, { element, given });
    else found.get(key).given = Array.isArray(before) ? [...before, ...given] : before || given;
  }
  return [...found.values()];
}

function givenIn(element) {
  if (element.tagName === "SELECT") {
    const chosen = [...element.selectedOptions].map(({ value }) => value);
    return element.multiple ? chosen : (chosen[0] ?? "");
  }
  const own = "value" in element && element.tagName !== "FIELDSET";
  const inputs = own ? [element] : [...element.querySelectorAll("input, textarea")];
  const checked = inputs.filter((one) => one.checked).map(({ value }) => value);
  if (inputs.some(({ type }) => type === "checkbox")) return checked;
  if (inputs.some(({ type }) => type === "radio")) return checked[0] ?? "";
  return inputs[0]?.value ?? "";
}

function restore(root, element, given) {
  const { block, action } = pointed(element);
  for (const one of root.querySelectorAll("[data-action-id]")) {
    const at = pointed(one);
    if (at.block !== block || at.action !== action || one.tagName === "BUTTON") continue;
    if (one.type === "checkbox" || one.type === "radio") one.checked = given.includes(one.value);
    else if (typeof given === "string" && given !== "") one.value = given;
  }
}

async function act(body) {
  byId("notice").textContent = "";
  const headers = { "content-type": "application/json" };
  const text = JSON.stringify({ user: shown.user, ...body });
  const response = await fetch("/page/act", { method: "POST", headers, body: text });
  const { trouble, errors = {} } = await response.json();
  byId("notice").textContent = trouble ?? "";
  for (const old of document.querySelectorAll(".modal .error")) old.remove();
  for (const [block, words] of Object.entries(errors)) {
    const field = document.querySelector('.modal [data-block-id="' + CSS.escape(block) + '"]');
    const error = make("p", { className: "error", textContent: words });
    (field?.closest(".s-block") ?? byId("notice")).append(error);
  }
  await refresh();
}

function surfaceOf(element) {
  const message = element.closest("article");
  if (message) return { channel: message.dataset.channel, ts: message.dataset.ts };
  return { view: element.closest("[data-view]")?.dataset.view ?? "" };
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action-id]");
  if (!button) return;
  event.preventDefault();
  // A button that asks first says so in its title.
  if (button.classList.contains("s-button") && button.title && !confirm(button.title)) return;
  const value = button.dataset.value === undefined ? {} : { value: button.dataset.value };
  void act({ do: "click", ...surfaceOf(button), ...pointed(button), ...value });
});
document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-action-id]");
  if (!element || element.tagName === "BUTTON") return;
  if (isSearch(element)) {
    void act({ do: "suggest", ...surfaceOf(element), ...pointed(element), query: element.value });
    return;
  }
  // One box of several says nothing without the others.
  const root = element.closest("article, [data-view]");
  const key = JSON.stringify(pointed(element));
  const all = valuesIn(root).find((one) => JSON.stringify(pointed(one.element)) === key);
  void act({ do: "select", ...surfaceOf(element), ...pointed(element), given: all.given });
});
byId("people").addEventListener("change", (event) => {
  shown.user = event.target.value;
  void refresh();
});
byId("home-button").addEventListener("click", () => {
  shown.home = !shown.home;
  void act({ do: "home" });
});
byId("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value;
  byId("text").value = "";
  if (text.trim() === "") return;
  const thread = shown.thread ? { thread: shown.thread } : {};
  answerIn("");
  void act({ do: "type", channel: shown.isDirect ? "@app" : shown.channel, text, ...thread });
});
void refresh();
setInterval(() => void refresh(), 1000);
`;
