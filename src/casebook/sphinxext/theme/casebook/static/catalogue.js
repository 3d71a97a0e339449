// Filters of the catalogue of evidence. Without this script the whole list is there.
(() => {
  "use strict";
  const box = document.getElementById("catalogue");
  const index = window.catalogueIndex;
  if (!box || !index || !index.key.length) return;
  const root = document.documentElement.dataset.content_root || "./";
  const here = Number(box.dataset.part), count = index.key.length, base = index.stances.length;
  const from = here * index.part, to = Math.min(count, from + index.part);
  const boxes = index.key.slice(from, to).map((key) => document.getElementById(`evidence-${key}`));
  const sourceTexts = index.sources.map(([publisher, , name]) => `${index.publishers[publisher]} ${name}`.toLowerCase());
  const texts = new Array(count);
  const textOf = (i) => {
    if (texts[i] === undefined) texts[i] = i >= from && i < to ? boxes[i - from].textContent.toLowerCase() : `${index.key[i]} ${index.claim[i]} ${sourceTexts[index.source[i]]}`.toLowerCase();
    return texts[i];
  };
  // The texts of a long catalogue are made ready while the reader reads, so that the first word finds them so.
  const idle = window.requestIdleCallback || ((work) => setTimeout(() => work({ timeRemaining: () => 5 }), 50));
  let ready = 0;
  const prepare = (deadline) => {
    while (ready < count && deadline.timeRemaining() > 1) for (const end = Math.min(count, ready + 200); ready < end; ready += 1) textOf(ready);
    if (ready < count) idle(prepare);
  };
  idle(prepare);

  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the evidence");
  const field = (name, label, control) => {
    const labelled = document.createElement("label");
    labelled.append(label, control);
    control.name = name;
    form.append(labelled);
    return control;
  };
  const choice = (name, label, options, none = "any") => {
    const select = document.createElement("select");
    select.append(new Option(none, ""));
    options.forEach(([value, text]) => select.append(new Option(text, value)));
    return field(name, label, select);
  };
  const input = (name, label, type) => {
    const control = document.createElement("input");
    control.type = type;
    if (type === "number") { control.min = 1900; control.max = 2100; }
    return field(name, label, control);
  };
  const named = (list) => list.map((value) => [value, value]);
  const used = new Set(index.source.map((source) => index.sources[source][0]));
  input("text", "Text", "search");
  choice("theme", "Theme", index.themes);
  choice("stance", "Stance", named(index.stances));
  choice("type", "Kind of evidence", named(index.types));
  choice("standing", "Standing of the source", named(index.standings));
  choice("place", "Place", named(index.places));
  choice("publisher", "Publisher", named(index.publishers.filter((_, i) => used.has(i))));
  input("from", "From year", "number");
  input("to", "To year", "number");
  choice("notes", "Notes on the rows", named(["shown"]), "hidden");
  const reset = document.createElement("button");
  reset.type = "reset";
  reset.textContent = "Show all";
  form.append(reset);
  const status = document.createElement("p");
  status.className = "filter-status";
  status.setAttribute("role", "status");

  // Which rows say what of which theme, turned round once: for each theme and stance its rows.
  const sayers = Array.from({ length: index.themes.length * base }, () => []);
  index.says.forEach((codes, i) => codes.forEach((code) => sayers[code].push(i)));
  // A theme and a stance together ask for that stance on that theme.
  const saying = (theme, stance) => {
    const marks = new Uint8Array(count);
    sayers.forEach((list, code) => {
      const fits = (theme === null || Math.floor(code / base) === theme) && (stance === null || code % base === stance);
      if (fits) list.forEach((i) => { marks[i] = 1; });
    });
    return marks;
  };
  // What is asked for, once for all rows: levels as the small numbers the index holds. An unknown level matches nothing.
  const asked = (want) => ({
    type: want.type ? index.types.indexOf(want.type) : null,
    standing: want.standing ? index.standings.indexOf(want.standing) : null,
    publisher: want.publisher ? index.publishers.indexOf(want.publisher) : null,
    place: want.place ? index.places.indexOf(want.place) : null,
    saying: want.theme || want.stance
      ? saying(want.theme ? index.themes.findIndex(([key]) => key === want.theme) : null, want.stance ? index.stances.indexOf(want.stance) : null)
      : null,
    from: want.from ? Number(want.from) : null,
    to: want.to ? Number(want.to) : null,
    words: want.text ? want.text.toLowerCase().split(/\s+/).filter(Boolean) : [],
  });
  const matches = (i, want) => {
    if (want.type !== null && index.type[i] !== want.type) return false;
    const [publisher, standing] = index.sources[index.source[i]];
    if (want.standing !== null && standing !== want.standing) return false;
    if (want.publisher !== null && publisher !== want.publisher) return false;
    if (want.place !== null && !index.place[i].includes(want.place)) return false;
    const year = index.year[i];
    if (want.from !== null && !(year >= want.from)) return false;
    if (want.to !== null && !(year && year <= want.to)) return false;
    if (want.saying && !want.saying[i]) return false;
    return want.words.every((word) => textOf(i).includes(word));
  };

  // Rows on other pages of a long catalogue are listed with a link, a handful at a time.
  const HANDFUL = 50;
  const elsewhere = document.createElement("div"), list = document.createElement("ul"), more = document.createElement("button"), told = document.createElement("p");
  elsewhere.className = "elsewhere";
  elsewhere.hidden = true;
  more.type = "button";
  elsewhere.append(told, list, more);
  let others = [], unknown = "";
  const pageOf = (i, query = "") => `${root}${index.pages[Math.floor(i / index.part)]}${query}#evidence-${index.key[i]}`;
  const linkTo = (i) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.className = "claim claim-ev";
    link.href = pageOf(i);
    link.textContent = index.key[i];
    item.append(link, ` ${index.claim[i]}`);
    return item;
  };
  const showMore = () => {
    const shown = list.children.length;
    list.append(...others.slice(shown, shown + HANDFUL).map(linkTo));
    const left = others.length - list.children.length;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(HANDFUL, left)} more of ${left}`;
  };
  more.addEventListener("click", () => {
    const next = list.children.length;
    showMore();
    if (list.children[next]) list.children[next].querySelector("a").focus();
  });
  // The notes are a file of their own, which comes when somebody first asks for them.
  let asking = false;
  const showNotes = (yes) => {
    box.classList.toggle("noted", yes);
    if (!yes || asking) return;
    asking = true;
    const script = document.createElement("script");
    script.src = `${root}_static/catalogue-notes.js`;
    script.addEventListener("load", () => boxes.forEach((row, i) => {
      const text = window.catalogueNotes[index.key[from + i]], note = document.createElement("p");
      if (!text) return;
      note.className = "fine note";
      note.textContent = text;
      row.querySelector(".source-line").after(note);
    }));
    script.addEventListener("error", () => { asking = false; script.remove(); });
    document.head.append(script);
  };
  const apply = () => {
    const want = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    showNotes(Boolean(want.notes));
    const wanted = asked(want), all = !Object.keys(want).some((name) => name !== "notes");
    let shown = 0;
    others = [];
    for (let i = 0; i < count; i += 1) {
      const yes = all || matches(i, wanted), inside = i >= from && i < to;
      if (inside && boxes[i - from].hidden === yes) boxes[i - from].hidden = !yes;
      if (yes && !inside && !all) others.push(i);
      shown += yes;
    }
    status.textContent = `${shown} of ${count} rows${shown ? "" : ": no row fits all that is asked for"}${unknown}`;
    elsewhere.hidden = !others.length;
    list.replaceChildren();
    told.textContent = `${others.length} of them on other pages of the catalogue:`;
    if (others.length) showMore();
    return want;
  };
  // A row that the filter is cleared for keeps its place in the address; a filter of the reader's own has none.
  const remember = (want, place = "") => {
    const query = new URLSearchParams(want).toString();
    try { history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${place}`); } catch { /* some browsers keep a file's address as it is */ }
  };
  // An address may ask for what this edition does not have: it is said, not passed over.
  const recall = () => {
    const asks = [];
    for (const [name, value] of new URLSearchParams(location.search)) {
      const control = form.elements.namedItem(name);
      if (!control || !control.name) continue;
      control.value = value;
      if (control.value !== value) { control.value = ""; asks.push(`“${value.slice(0, 40)}”`); }
    }
    unknown = asks.length ? `. The address also asks for ${asks.join(", ")}, which is not here` : "";
  };
  form.addEventListener("input", () => { unknown = ""; remember(apply()); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { unknown = ""; remember(apply()); }));
  boxes[0].before(form, status, elsewhere);
  recall();
  apply();
  // Going back, a browser may put the fields as they were last seen without saying so.
  addEventListener("pageshow", (event) => { if (!event.persisted) apply(); });
  const keyOf = (hash) => {
    try { return decodeURIComponent(hash.slice(1)); } catch { return ""; }
  };
  const clear = () => {
    const place = location.hash;
    [...form.elements].forEach((control) => { control.value = ""; });
    unknown = "";
    remember(apply(), place);
  };
  // Rows are laid out as they come into sight, and fonts come late: both move what lies below. The page goes there again
  // for some frames, and once all is loaded, unless the reader has taken over.
  let taken = false;
  ["wheel", "touchstart", "keydown", "pointerdown"].forEach((kind) => addEventListener(kind, () => { taken = true; }, { passive: true }));
  const settle = (place, left = 8) => {
    if (taken) return;
    place.scrollIntoView({ behavior: "instant" });
    if (left) requestAnimationFrame(() => setTimeout(() => settle(place, left - 1)));
  };
  const goTo = (place) => {
    taken = false;
    settle(place);
    if (document.readyState !== "complete") addEventListener("load", () => document.fonts.ready.then(() => settle(place)), { once: true });
  };
  // A link to a row must not end at a row that the filter hides, nor at a page that no longer holds it.
  const reveal = (arriving) => {
    const key = keyOf(location.hash), target = key && document.getElementById(key);
    if (!target) {
      const i = key.startsWith("evidence-") ? index.key.indexOf(key.slice("evidence-".length)) : -1;
      if (i >= 0) location.replace(pageOf(i, location.search));
      return;
    }
    if (target.hidden) clear();
    // Whoever comes for a filtered list sees the filter first, and its first row below it.
    const filtered = arriving && location.search && boxes.find((row) => !row.hidden) === target;
    goTo(filtered ? form : target);
  };
  addEventListener("hashchange", () => reveal(false));
  if (location.hash) reveal(true);
})();
