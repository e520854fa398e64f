// The console asks /sandbox/state twice a second and shows what it says. All that a client wrote (prompts, bodies, URLs)
// goes into text nodes and attributes of ours, never into markup.
"use strict";

const kPause = 500;             // ms between two questions
const kFirst = 60, kMost = 600; // posts that are listed: at first, and after any number of "Show more"
const kDeliveries = 40;
const kLongestBody = 2_000_000; // bytes of a request that is shown
const kLongestText = 300;       // characters of a string in it; a picture in a data-URI has millions
const kWords = {
  QUEUED: "Queued", PROCESSING: "Processing", COMPLETED: "Completed", FAILED: "Failed", ERROR: "Error", REFUSED: "Refused",
};
const kReasons = {
  400: "bad request", 401: "no valid key", 402: "not enough in the wallet", 403: "forbidden", 404: "not found", 413: "too large",
  429: "too many requests",
};

const $ = (id) => document.getElementById(id);
const rows = new Map();       // of posts, by serial
const deliveries = new Map(); // by serial
let shown = kFirst;
let state = null;
let clock = 0;      // the sandbox's time minus this page's
let started = null; // of the sandbox these rows are of

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Writes only what changes: a selection made by the reader survives.
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function dollars(microusd) {
  const [whole, part] = (Math.abs(microusd) / 1e6).toFixed(6).split(".");
  const cents = part.replace(/0+$/, "").padEnd(2, "0");
  return (microusd < 0 ? "-$" : "$") + Number(whole).toLocaleString("en") + "." + cents;
}

function span(ms) {
  if (ms < 9950) return (Math.max(0, ms) / 1000).toFixed(1) + " s";
  if (ms < 60_000) return Math.round(ms / 1000) + " s";
  const seconds = Math.floor(ms / 1000);
  return Math.floor(seconds / 60) + " min " + String(seconds % 60).padStart(2, "0") + " s";
}

function bytes(n) {
  return n < 10_000 ? n + " bytes" : n < 1e6 ? Math.round(n / 1000) + " kB" : (n / 1e6).toFixed(1) + " MB";
}

const count = (n, one, many) => n.toLocaleString("en") + " " + (n === 1 ? one : many);
const now = () => Date.now() + clock;
const under = (job) => job.status === "QUEUED" || job.status === "PROCESSING";

async function call(method, path, body) {
  const reply = await fetch(path, {
    method, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  if (!reply.ok) {
    let why = text;
    try { why = JSON.parse(text).message || text; } catch { /* no JSON: the text itself */ }
    throw new Error(why);
  }
  return JSON.parse(text);
}

function alarm(text) {
  $("alarm").hidden = !text;
  put($("alarm"), text);
}

// ---- a post, and the job it made

function progressOf(job) {
  const from = job.status === "QUEUED" ? job.created_ms : job.updated_ms;
  const whole = job.due_ms - from;
  return whole > 0 ? Math.min(0.99, Math.max(0, (now() - from) / whole)) : 0;
}

function elapsedOf(job) {
  return span((under(job) ? now() : job.completed_ms) - job.created_ms);
}

function pictureUrl(job, index, side) {
  return "/sandbox/picture?job=" + Number(job.serial) + "&index=" + index + (side ? "&side=" + side : "");
}

function enlarge(job, index) {
  const picture = $("large-picture");
  picture.src = pictureUrl(job, index, 0);
  picture.alt = "Picture " + (index + 1) + " of the job";
  put($("large-prompt"), job.prompt);
  $("large").showModal();
}

function thumbnail(job, index, side) {
  const button = element("button", "thumbnail");
  button.type = "button";
  button.setAttribute("aria-label", "Enlarge picture " + (index + 1));
  const picture = element("img");
  picture.alt = "";
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.width = job.width;
  picture.height = job.height;
  picture.src = pictureUrl(job, index, side);
  button.append(picture);
  button.addEventListener("click", () => enlarge(job, index));
  return button;
}

function makeRow(serial) {
  const row = element("li", "job");
  const parts = {
    row, serial, job: null, post: null, open: false, fetched: false,
    pictures: element("div", "pictures"), prompt: element("p", "prompt"), endpoint: element("span", "endpoint"),
    word: element("span", "word"), elapsed: element("span", "elapsed"), bar: element("div", "bar"), fill: element("div", "fill"),
    error: element("p", "error"), charge: element("span", "charge"), toggle: element("button", "toggle", "Details"),
    details: element("div", "details"), request: element("pre", "request"), facts: element("p", "facts"),
    gallery: element("div", "gallery"),
  };
  parts.prompt.dir = "auto";
  parts.toggle.type = "button";
  parts.toggle.setAttribute("aria-expanded", "false");
  parts.toggle.addEventListener("click", () => toggle(parts));
  parts.bar.append(parts.fill);
  parts.bar.hidden = true;
  parts.error.hidden = true;
  parts.details.hidden = true;
  parts.details.append(parts.facts, parts.gallery, parts.request);
  const text = element("div", "text"), meta = element("p", "meta"), end = element("div", "end");
  meta.append(parts.endpoint, parts.charge);
  text.append(parts.prompt, meta, parts.bar, parts.error);
  end.append(parts.word, parts.elapsed, parts.toggle);
  row.append(parts.pictures, text, end, parts.details);
  return parts;
}

function chargeText(job) {
  if (under(job) || job.charged_microusd) return dollars(job.price_microusd);
  return "not charged";
}

function facts(parts) {
  const { job, post } = parts;
  if (!job) return "POST " + post.path + " was answered " + post.status;
  const lines = [job.id];
  lines.push(job.width + " × " + job.height + " " + job.format + (job.count > 1 ? ", " + job.count + " pictures" : ""));
  if (job.queued) lines.push(count(job.polls, "poll", "polls"));
  return lines.join("  ·  ");
}

function updateRow(parts, post, job) {
  const status = job ? job.status : post.status ? "REFUSED" : "QUEUED";
  if (parts.row.dataset.status !== status) {
    parts.row.dataset.status = status;
    put(parts.word, kWords[status] || status);
  }
  parts.post = post;
  parts.job = job;
  const prompt = job ? job.prompt : post.prompt;
  put(parts.prompt, prompt || "(no prompt)");
  parts.prompt.classList.toggle("missing", !prompt);
  put(parts.endpoint, (job || post).endpoint);
  const error = job ? job.error : post.status ? post.status + " " + (kReasons[post.status] || "") : "";
  parts.error.hidden = !error;
  put(parts.error, error);
  put(parts.charge, job ? chargeText(job) : post.status ? "not charged" : "");
  if (job && job.status === "COMPLETED" && !parts.pictures.firstChild && job.media.length) {
    parts.pictures.append(thumbnail(job, 0, 360));
    if (job.media.length > 1) parts.pictures.append(element("span", "number", "+" + (job.media.length - 1)));
  }
  put(parts.facts, facts(parts));
  if (parts.open) fill(parts);
  tick(parts);
}

// What moves between two answers of the sandbox.
function tick(parts) {
  const { job } = parts;
  if (!job) return;
  put(parts.elapsed, elapsedOf(job));
  parts.bar.hidden = !under(job);
  if (under(job)) parts.fill.style.width = (progressOf(job) * 100).toFixed(1) + "%";
}

function toggle(parts) {
  parts.open = !parts.open;
  parts.toggle.setAttribute("aria-expanded", String(parts.open));
  put(parts.toggle, parts.open ? "Close" : "Details");
  parts.details.hidden = !parts.open;
  if (parts.open) fill(parts);
}

function fill(parts) {
  const { job } = parts;
  if (job && job.status === "COMPLETED" && !parts.gallery.firstChild)
    for (let i = 0; i < job.media.length; ++i) parts.gallery.append(thumbnail(job, i, 640));
  if (!parts.fetched) {
    parts.fetched = true;
    showRequest(parts);
  }
}

function readable(body) {
  const shorten = (key, value) => typeof value === "string" && value.length > kLongestText
    ? value.slice(0, kLongestText) + "… (" + count(value.length, "character", "characters") + ")" : value;
  try {
    return JSON.stringify(JSON.parse(body, shorten), null, 2);
  } catch {
    return body.length > 4000 ? body.slice(0, 4000) + "…" : body;
  }
}

async function showRequest(parts) {
  const { post, request } = parts;
  if (!post) return put(request, "The request is no longer remembered.");
  const head = "POST " + post.path + "\n";
  if (post.body_bytes > kLongestBody)
    return put(request, head + "(" + bytes(post.body_bytes) + ": GET /sandbox/post?serial=" + post.serial + " has it)");
  try {
    const whole = await call("GET", "/sandbox/post?serial=" + Number(post.serial));
    const names = Object.entries(whole.headers).filter(([name]) => /^x-/i.test(name));
    const headers = names.map(([name, value]) => name + ": " + value + "\n").join("");
    put(request, head + headers + "\n" + (whole.body === null ? "(" + bytes(whole.body_bytes) + " that are not shown)" : readable(whole.body)));
  } catch (error) {
    parts.fetched = false;
    put(request, head + "(" + error.message + ")");
  }
}

// ---- webhooks

function makeDelivery(hook) {
  const row = element("li", "delivery");
  const parts = {
    row, url: element("p", "url"), mode: element("span", "mode"), word: element("span", "word"), about: element("p", "about"),
    error: element("p", "error"), body: element("pre", "request", readable(hook.body)), toggle: element("button", "toggle", "Body"),
    replay: element("button", "replay", "Replay"),
  };
  parts.error.hidden = true;
  parts.body.hidden = true;
  parts.toggle.type = parts.replay.type = "button";
  parts.toggle.setAttribute("aria-expanded", "false");
  parts.toggle.addEventListener("click", () => {
    parts.body.hidden = !parts.body.hidden;
    parts.toggle.setAttribute("aria-expanded", String(!parts.body.hidden));
  });
  parts.replay.addEventListener("click", () => act("POST", "/sandbox/replay?webhook=" + Number(hook.serial)));
  const head = element("p", "head"), foot = element("p", "foot");
  head.append(parts.word, parts.mode);
  foot.append(parts.toggle, " ", parts.replay);
  row.append(head, parts.url, parts.about, parts.error, foot, parts.body);
  return parts;
}

function updateDelivery(parts, hook) {
  const good = hook.http >= 200 && hook.http < 300;
  parts.row.dataset.status = good ? "COMPLETED" : hook.over ? "FAILED" : "PROCESSING";
  put(parts.word, hook.http ? String(hook.http) : hook.over ? "not delivered" : "under way");
  put(parts.mode, hook.mode === "body" ? "webhook of the body" : hook.mode + " mode");
  put(parts.url, hook.url);
  const attempts = hook.attempts > 1 ? ", " + hook.attempts + " attempts" : "";
  put(parts.about, "event " + hook.event + ", job " + (kWords[hook.status] || hook.status).toLowerCase() + attempts);
  parts.error.hidden = !hook.error;
  put(parts.error, hook.error);
}

// ---- the page

// Brings a list to the order of the serials given, newest first, without touching what stays where it is.
function arrange(list, known, serials) {
  const wanted = new Set(serials);
  for (const [serial, parts] of known) {
    if (wanted.has(serial)) continue;
    parts.row.remove();
    known.delete(serial);
  }
  let at = list.firstChild;
  for (const serial of serials) {
    const { row } = known.get(serial);
    if (row === at) at = at.nextSibling;
    else list.insertBefore(row, at);
  }
}

function showFigures() {
  const sum = (name) => Object.values(state.endpoints).reduce((total, endpoint) => total + endpoint[name], 0);
  const ended = sum("completed") + sum("failed") + sum("errors");
  const write = (id, n) => put($(id), n.toLocaleString("en"));
  write("under-way", Math.max(0, sum("accepted") - ended));
  write("completed", sum("completed"));
  write("failed", sum("failed") + sum("errors"));
  write("refused", sum("refused"));
  put($("charged"), dollars(state.wallet.charged_microusd));
  const balance = state.wallet.balance_microusd;
  put($("wallet"), balance === null ? "no limit" : dollars(balance));
  $("wallet-figure").classList.toggle("low", balance !== null && balance < 10_000);
  return sum("posts");
}

function showSpeed() {
  const select = $("speed"), speed = state.settings.speed;
  if (document.activeElement === select) return; // somebody is choosing
  let option = [...select.options].find((one) => Number(one.value) === speed);
  if (!option) {
    option = element("option", "", speed + " times");
    option.value = String(speed);
    select.append(option);
  }
  option.selected = true;
}

function showPending() {
  const words = [];
  const rules = state.faults.filter((rule) => !rule.over);
  const failing = rules.filter((rule) => rule.on === "submit" && rule.end === "FAILED" && (rule.times ?? 1) === 1);
  if (failing.length === 1) words.push("The next job will fail.");
  if (failing.length > 1) words.push("The next " + failing.length + " jobs will fail.");
  const limiting = rules.filter((rule) => rule.status === 429 && rule.on === "submit" && rule.left_ms);
  if (limiting.length) words.push("Answering 429 for " + Math.ceil(Math.max(...limiting.map((rule) => rule.left_ms)) / 1000) + " s more.");
  if (state.wallet.balance_microusd === 0) words.push("The wallet is empty.");
  const others = rules.length - failing.length - limiting.length;
  if (others > 0) words.push("The fault script has " + count(others, "more rule.", "more rules."));
  put($("pending"), words.join(" "));
}

function showJobs(posts) {
  const jobs = new Map(state.jobs.map((job) => [job.post, job]));
  const newest = state.posts.slice().reverse();
  for (const post of newest) {
    let parts = rows.get(post.serial);
    if (!parts) rows.set(post.serial, parts = makeRow(post.serial));
    updateRow(parts, post, jobs.get(post.serial) || null);
  }
  arrange($("list"), rows, newest.map((post) => post.serial));
  $("none").hidden = posts > 0;
  const older = state.left_out.posts;
  $("more").hidden = older === 0;
  put($("more-text"), count(older, "older one", "older ones") + (shown < kMost ? "." : " in /sandbox/state."));
  $("show-more").hidden = shown >= kMost;
}

function showWebhooks() {
  const calls = state.webhooks.slice(-kDeliveries).reverse();
  for (const hook of calls) {
    let parts = deliveries.get(hook.serial);
    if (!parts) deliveries.set(hook.serial, parts = makeDelivery(hook));
    updateDelivery(parts, hook);
  }
  arrange($("deliveries"), deliveries, calls.map((hook) => hook.serial));
  $("no-hooks").hidden = calls.length > 0;
  const older = state.left_out.webhooks + state.webhooks.length - calls.length;
  $("more-hooks").hidden = older === 0;
  put($("more-hooks"), count(older, "older one", "older ones") + " in /sandbox/state.");
}

async function refresh() {
  const fresh = await call("GET", "/sandbox/state?bodies=0&last=" + shown);
  clock = fresh.now_ms - Date.now();
  const begun = fresh.now_ms - fresh.up_ms;
  if (started !== null && Math.abs(begun - started) > 5000) { // another sandbox than before: its serials begin anew
    arrange($("list"), rows, []);
    arrange($("deliveries"), deliveries, []);
  }
  started = begun;
  state = fresh;
  const posts = showFigures();
  showSpeed();
  showPending();
  showJobs(posts);
  showWebhooks();
}

async function act(method, path, body) {
  try {
    await call(method, path, body);
    await refresh();
  } catch (error) {
    alarm("That did not work: " + error.message);
    return;
  }
  alarm("");
}

async function live() {
  if (!document.hidden) {
    try {
      await refresh();
      if ($("alarm").dataset.lost) alarm("");
      delete $("alarm").dataset.lost;
    } catch (error) {
      $("alarm").dataset.lost = "yes";
      alarm("The sandbox does not answer. This page goes on when it is back.");
    }
  }
  setTimeout(live, kPause);
}

function firstCommand() {
  return "curl -H 'Ocp-Apim-Subscription-Key: any' \\\n     -d '{\"prompt\": \"a lighthouse at dawn\"}' \\\n     " + location.origin + "/gpt-image-2/v1/text-to-image";
}

function begin() {
  put($("curl"), firstCommand());
  const rule = (more) => ({ rules: [{ on: "submit", ...more }] });
  $("fail-next").addEventListener("click", () => act("POST", "/sandbox/faults", rule({ end: "FAILED", error: "Failed at the console's request" })));
  $("limit").addEventListener("click", () => act("POST", "/sandbox/faults", rule({ times: 0, for_ms: 10_000, status: 429, retry_after: "10" })));
  $("empty").addEventListener("click", () => act("POST", "/sandbox/settings", { balance_microusd: 0 }));
  $("refill").addEventListener("click", () => {
    const initial = state ? state.settings.initial_balance_microusd : null;
    act("POST", "/sandbox/settings", { balance_microusd: initial === 0 ? 1_000_000 : initial });
  });
  $("speed").addEventListener("change", ({ target }) => {
    target.blur();
    act("POST", "/sandbox/settings", { speed: Number(target.value) });
  });
  $("show-more").addEventListener("click", () => {
    shown = Math.min(kMost, shown + 180);
    refresh().catch(() => {});
  });
  $("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(firstCommand());
      put($("copy"), "Copied");
    } catch {
      getSelection().selectAllChildren($("curl"));
    }
  });
  $("send").addEventListener("click", async () => {
    try {
      await fetch("/gpt-image-2/v1/text-to-image", {
        method: "POST", headers: { "Ocp-Apim-Subscription-Key": "console" }, body: JSON.stringify({ prompt: "a lighthouse at dawn" }),
      });
      await refresh();
    } catch (error) {
      alarm("That did not work: " + error.message);
    }
  });
  $("large").addEventListener("click", (event) => { if (event.target === $("large")) $("large").close(); });
  setInterval(() => rows.forEach((parts) => { if (parts.job && under(parts.job)) tick(parts); }), 100);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh().catch(() => {}); });
  live();
}

begin();
