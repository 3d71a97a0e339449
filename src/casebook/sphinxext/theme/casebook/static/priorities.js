// The ranking that a reader moves: weights, formula, address, and the scores of a reader's own panel.
// Without this script the table under the edition's weights is there. Nothing a reader puts in leaves the page.
(() => {
  "use strict";
  const source = document.getElementById("priority-data");
  const board = document.getElementById("priority-board");
  if (!source || !board) return;
  const { criteria, actions, first } = JSON.parse(source.textContent);
  const MOST = 10;
  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => node.setAttribute(name, value));
    node.append(...children);
    return node;
  };
  const fixed = (value, decimals) => value.toFixed(decimals);

  // -- the sum -------------------------------------------------------------------------------------------------
  // Term after term in the order of the criteria, as casebook.ranking does it: the same sum is the same number.
  const worth = (score, { low, high, direction }) => {
    const inside = Math.min(Math.max(score, low), high);
    return direction === "less is better" ? (high - inside) / (high - low) : (inside - low) / (high - low);
  };
  const worthsOf = (scores) => scores.map((row) => row.map((score, i) => worth(score, criteria[i])));
  const own = worthsOf(actions.map((action) => action.scores));
  const rank = (values, weights) => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const points = values.map((row) => {
      const total = row.reduce((sum, value, i) => sum + weights[i] * value, 0);
      return whole ? (100 * total) / whole : total;
    });
    const grains = points.map((value) => Math.floor(value * 1e9 + 0.5));
    const ranks = grains.map((grain) => 1 + grains.filter((other) => other > grain).length);
    const order = actions.map((_, i) => i).sort((a, b) => ranks[a] - ranks[b] || a - b);
    return order.map((i) => ({
      action: actions[i], values: values[i], points: points[i], rank: ranks[i],
      tied: ranks.filter((other) => other === ranks[i]).length > 1,
      parts: values[i].map((value, k) => (whole ? (100 * weights[k] * value) / whole : 0)),
    }));
  };

  // -- the address ---------------------------------------------------------------------------------------------
  // Only weights that differ from those at the outset, in the order of the criteria: one setting, one address.
  const outset = criteria.map((criterion) => criterion.weight);
  const queryOf = (weights) => {
    const pairs = criteria.map(({ id }, i) => [id, weights[i]]).filter((_, i) => weights[i] !== outset[i]);
    return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
  };
  const readAddress = () => {
    const weights = [...outset], problems = [], seen = new Set();
    for (const [name, value] of new URLSearchParams(location.search)) {
      const place = criteria.findIndex(({ id }) => id === name);
      const shown = value.length > 20 ? `${value.slice(0, 20)}…` : value;
      if (place < 0) problems.push(`there is no criterion “${name.slice(0, 20)}”`);
      else if (seen.has(name)) problems.push(`“${name}” stands more than once; the first counts`);
      else if (!/^\d{1,3}$/.test(value) || Number(value) > MOST) problems.push(`the weight of “${name}” is “${shown}”, allowed are whole numbers from 0 to ${MOST}`);
      else weights[place] = Number(value);
      if (place >= 0) seen.add(name);
    }
    return { weights, problems };
  };

  // -- controls ------------------------------------------------------------------------------------------------
  let weights = [...outset], values = own, chosen = "", panel = null;
  const form = el("form", { class: "weights", "aria-label": "Weights of the criteria" });
  const sliders = [], numbers = [];
  criteria.forEach((criterion, i) => {
    const hint = el("span", { class: "weight-hint", id: `hint-${criterion.id}` }, `${criterion.question} ${criterion.basis === "judged" ? "Judged." : "Computed."}`);
    const common = { min: "0", max: String(MOST), step: "1", "aria-describedby": hint.id };
    const slider = el("input", { type: "range", "aria-label": `${criterion.title}: weight, slider`, ...common });
    const field = el("input", { type: "number", id: `weight-${criterion.id}`, inputmode: "numeric", ...common });
    slider.addEventListener("input", () => move(i, slider.value));
    field.addEventListener("input", () => { if (/^\d{1,3}$/.test(field.value)) move(i, field.value, field); });
    field.addEventListener("change", () => { field.value = weights[i]; });
    sliders.push(slider);
    numbers.push(field);
    form.append(el("div", { class: "weight" }, el("label", { for: field.id }, criterion.title), slider, field, hint));
  });
  const reset = el("button", { type: "button" }, "Back to the weights at the outset");
  const copy = el("button", { type: "button" }, "Copy the address");
  const address = el("input", { type: "text", readonly: "", id: "weights-address", class: "address" });
  form.append(el("div", { class: "weight-tools" }, reset, copy, el("label", { for: "weights-address" }, "Address of this ranking"), address));
  form.addEventListener("submit", (event) => event.preventDefault());
  const move = (i, value, from) => {
    weights[i] = Math.min(MOST, Math.max(0, Math.round(Number(value))));
    update(from);
  };
  reset.addEventListener("click", () => { weights = [...outset]; update(); say("The weights at the outset are back."); });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address.value);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy the address"; }, 2000);
      say(values === own ? "The address is copied." : "The address is copied. It holds the weights, not the panel’s scores.");
    } catch {
      address.focus();
      address.select();
      say("The browser does not let the page copy. The address is marked: copy it from the field.");
    }
  });

  // -- what is shown -------------------------------------------------------------------------------------------
  const status = el("p", { class: "board-status", role: "status" });
  const warning = el("p", { class: "board-warning", hidden: "" });
  const table = el("table", { class: "ranking", role: "table" });
  table.style.setProperty("--criteria", criteria.length);
  const heads = ["Rank", "Action", "Points", ...criteria.map((criterion) => criterion.short)];
  const titles = ["", "", "", ...criteria.map((criterion) => criterion.title)];
  table.append(
    el("caption", {}, "The actions by rank, and what each criterion adds to the points"),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads.map((head, i) => el("th", { scope: "col", role: "columnheader", ...(titles[i] ? { title: titles[i] } : {}) }, head)))),
  );
  const body = el("tbody", { role: "rowgroup" });
  table.append(body);
  // The cells are made once; a move changes numbers and the lengths of bars, and the order where it has to.
  const bar = (kind) => {
    const number = el("span", { class: "bar-number" }), inner = el("span", { class: "bar" });
    const cell = el("td", { role: "cell", class: kind }, number, el("span", { class: "bar-track", "aria-hidden": "true" }, inner));
    const show = (share, value) => {
      number.textContent = fixed(value, 1);
      inner.style.transform = `scaleX(${Math.max(0, Math.min(1, share))})`;
    };
    return { cell, show };
  };
  const rows = new Map(actions.map((action) => {
    const link = el("a", { class: "claim claim-rec", href: action.href }, action.id);
    const place = el("td", { role: "cell", class: "rank" }), bars = [bar("points"), ...criteria.map(() => bar("part"))];
    const line = el("tr", { role: "row" }, place, el("th", { role: "rowheader", scope: "row" }, link, ` ${action.title}`), ...bars.map(({ cell }) => cell));
    return [action.id, { line, place, bars }];
  }));
  const drawTable = (ranking) => {
    // A full bar is the most that the heaviest criterion can add, so that bars can be compared across columns.
    const whole = weights.reduce((sum, weight) => sum + weight, 0), heaviest = Math.max(...weights);
    ranking.forEach((row, i) => {
      const { line, place, bars } = rows.get(row.action.id);
      place.textContent = row.tied ? `${row.rank}=` : String(row.rank);
      bars[0].show(row.points / 100, row.points);
      row.parts.forEach((part, k) => bars[k + 1].show(heaviest ? (part * whole) / (100 * heaviest) : 0, part));
      if (body.children[i] !== line) body.insertBefore(line, body.children[i] || null);
    });
  };
  const pick = el("select", { id: "sum-of" }, new Option("whichever is first", ""), ...actions.map((action) => new Option(`${action.id} ${action.title}`, action.id)));
  const sum = el("p", { class: "sum" });
  pick.addEventListener("change", () => { chosen = pick.value; update(); });
  const formula = el("div", { class: "formula" },
    el("p", {}, "points = 100 × (sum of weight × worth) ÷ (sum of the weights)"),
    el("label", { for: "sum-of" }, "The sum for "), pick, sum);
  const drawSum = (ranking) => {
    const row = ranking.find(({ action }) => action.id === chosen) || ranking[0];
    const whole = weights.reduce((total, weight) => total + weight, 0);
    const terms = criteria.flatMap(({ short }, i) => [...(i ? [" + "] : []), el("span", { class: "sum-term" }, `${weights[i]} × ${fixed(row.values[i], 2)} `, el("small", {}, short))]);
    sum.replaceChildren(`${row.action.id}: 100 × (`, ...terms, `) ÷ ${whole}`, whole ? ` = ${fixed(row.points, 1)}` : ": all weights are 0, so every action has 0 points and all share one rank.");
  };
  // Said only when the head of the list changes, and after the hand has rested.
  let announced = "", timer = 0;
  const say = (text) => { clearTimeout(timer); status.textContent = text; };
  const announce = (ranking) => {
    const top = ranking.filter((row) => row.rank <= first);
    const text = top.length === actions.length
      ? "All actions share one rank."
      : `${ranking[0].tied ? "Sharing the first rank" : "First"}: ${ranking.filter((row) => row.rank === 1).map((row) => `${row.action.id} ${row.action.title}`).join(", ")}. At rank ${first} or better: ${top.map((row) => row.action.id).join(", ")}.`;
    if (text === announced) return;
    const begun = announced !== "";
    announced = text;
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = text; }, begun ? 400 : 0);
  };
  const update = (from) => {
    sliders.forEach((slider, i) => {
      slider.value = weights[i];
      slider.setAttribute("aria-valuetext", `${weights[i]} of ${MOST}`);
      if (numbers[i] !== from) numbers[i].value = weights[i];
    });
    const ranking = rank(values, weights);
    drawTable(ranking);
    drawSum(ranking);
    announce(ranking);
    const query = queryOf(weights);
    address.value = new URL(`${location.pathname}${query}${location.hash}`, location.href).href;
    try { history.replaceState(null, "", `${location.pathname}${query}${location.hash}`); } catch { /* some browsers keep a file's address as it is */ }
  };

  // -- a reader's panel ----------------------------------------------------------------------------------------
  const COLUMNS = ["member", "recommendation_id", "criterion_id", "score"];
  const LARGEST = 2e6;
  const cellsOf = (text) => {
    const lines = [];
    let row = [""], quoted = false, line = 1, start = 1;
    for (let i = 0; i < text.length; i += 1) {
      const sign = text[i], last = row.length - 1;
      if (sign === "\n") line += 1;
      if (quoted) {
        if (sign === '"' && text[i + 1] === '"') { row[last] += '"'; i += 1; }
        else if (sign === '"') quoted = false;
        else row[last] += sign;
      } else if (sign === '"' && row[last] === "") quoted = true;
      else if (sign === ",") row.push("");
      else if (sign === "\n") { lines.push([start, row]); row = [""]; start = line; }
      else if (sign !== "\r") row[last] += sign;
    }
    if (quoted) return { lines, open: start };
    lines.push([start, row]);
    return { lines: lines.filter(([, cells]) => cells.some((cell) => cell.trim() !== "")), open: 0 };
  };
  const readPanel = (text) => {
    const { lines, open } = cellsOf(text.replace(/^\uFEFF/, ""));
    if (open) return { problems: [`line ${open}: a quotation mark is opened and not closed`] };
    const head = lines.length ? lines[0][1].map((cell) => cell.trim()) : [];
    if (COLUMNS.some((name) => !head.includes(name))) {
      const hint = head.length === 1 && /[;\t]/.test(head[0]) ? "; its separator is not a comma: save it as CSV with commas" : "";
      return { problems: [`the first line must name the columns ${COLUMNS.join(", ")}; it says “${head.join(", ").slice(0, 80)}”${hint}`] };
    }
    const scores = [], problems = [], seen = new Map();
    for (const [line, cells] of lines.slice(1)) {
      const [member, action, criterion, score] = COLUMNS.map((name) => (cells[head.indexOf(name)] || "").trim());
      const a = actions.findIndex(({ id }) => id === action), c = criteria.findIndex(({ id }) => id === criterion);
      const problem = (says) => problems.push(`line ${line}: ${says}`);
      if (score === "") continue; // a line of the sheet that nobody filled in
      const value = Number(score);
      if (!member) problem("the member is missing");
      else if (a < 0) problem(`there is no action “${action.slice(0, 20)}”`);
      else if (c < 0) problem(`there is no criterion “${criterion.slice(0, 20)}”; there are ${criteria.map(({ id }) => id).join(", ")}`);
      else if (!/^-?\d+(\.\d+)?$/.test(score)) problem(`the score is “${score.slice(0, 20)}”, a number with a decimal point is needed`);
      else if (value < criteria[c].low || value > criteria[c].high) problem(`the score is ${score}, but ${criterion} runs from ${criteria[c].low} to ${criteria[c].high}`);
      else if (seen.has(`${a}|${c}|${member}`)) problem(`the score of this member, action and criterion stands already in line ${seen.get(`${a}|${c}|${member}`)}`);
      else { seen.set(`${a}|${c}|${member}`, line); scores.push({ member, a, c, value }); }
    }
    if (!scores.length && !problems.length) problems.push("no line has a score");
    return { scores, problems };
  };
  const mean = (list) => list.reduce((total, value) => total + value, 0) / list.length;
  // Krippendorff's alpha for interval data: units are actions, pairs are taken within an action and over all.
  const alphaOf = (units) => {
    const shared = units.filter((unit) => unit.length > 1), all = shared.flat();
    const apart = (list) => { const centre = mean(list); return 2 * list.length * list.reduce((total, value) => total + (value - centre) ** 2, 0); };
    const expected = all.length ? apart(all) : 0;
    if (!expected) return NaN;
    const observed = shared.reduce((total, unit) => total + apart(unit) / (unit.length - 1), 0);
    return 1 - ((all.length - 1) * observed) / expected;
  };
  const panelBox = el("div", { class: "panel-result" });
  const usePanel = el("input", { type: "checkbox", id: "use-panel" });
  usePanel.addEventListener("change", () => { values = usePanel.checked && panel ? panel.values : own; update(); });
  const plainTable = (caption, columns, lines) => el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    el("table", {}, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...lines.map((cells) => el("tr", {}, ...cells.map((cell, i) => el(i ? "td" : "th", i ? { class: "number" } : { scope: "row" }, cell)))))));
  const WIDEST = 12;
  const showPanel = (scores) => {
    const units = actions.map(() => criteria.map(() => []));
    scores.forEach(({ a, c, value }) => units[a][c].push(value));
    const means = actions.map((action, a) => action.scores.map((score, c) => (units[a][c].length ? mean(units[a][c]) : score)));
    panel = { values: worthsOf(means) };
    const members = new Set(scores.map(({ member }) => member)).size;
    const used = criteria.map((_, c) => c).filter((c) => scores.some((score) => score.c === c));
    const agreement = used.map((c) => {
      const list = units.map((row) => row[c]), alpha = alphaOf(list);
      const people = new Set(scores.filter((score) => score.c === c).map(({ member }) => member)).size;
      return [criteria[c].title, String(people), String(list.filter((unit) => unit.length > 1).length), Number.isNaN(alpha) ? "–" : fixed(alpha, 2)];
    });
    const cells = actions.flatMap((action, a) => used.filter((c) => units[a][c].length).map((c) => ({ action, c, list: units[a][c], own: action.scores[c] })));
    const width = ({ list }) => Math.max(...list) - Math.min(...list);
    const wide = cells.sort((x, y) => width(y) - width(x)).slice(0, WIDEST);
    panelBox.replaceChildren(
      el("p", {}, `${members} ${members === 1 ? "member" : "members"}, ${scores.length} ${scores.length === 1 ? "score" : "scores"}.`),
      el("p", {}, usePanel, " ", el("label", { for: "use-panel" }, "Rank with the panel’s mean scores where it gave any")),
      plainTable("How far the members agree", ["Criterion", "Members", "Actions scored by two or more", "Krippendorff’s alpha (interval)"], agreement),
      plainTable(`Where they lie furthest apart (${wide.length} of ${cells.length})`, ["Action and criterion", "Members", "Mean", "Scores", "This edition"],
        wide.map(({ action, c, list, own: score }) => [`${action.id} ${criteria[c].short}`, String(list.length), fixed(mean(list), 1), `${Math.min(...list)} to ${Math.max(...list)}`, String(score)])),
    );
    usePanel.checked = true;
    values = panel.values;
    update();
    say(`The panel’s file is read: ${members} ${members === 1 ? "member" : "members"}, ${scores.length} ${scores.length === 1 ? "score" : "scores"}.`);
  };
  const refusePanel = (problems) => {
    const shown = problems.slice(0, 10).map((text) => el("li", {}, text));
    if (problems.length > 10) shown.push(el("li", {}, `… and ${problems.length - 10} more`));
    panel = null;
    values = own;
    panelBox.replaceChildren(el("p", { class: "board-warning", role: "alert" }, "The file was not used:"), el("ul", {}, ...shown));
    update();
  };
  const file = el("input", { type: "file", id: "panel-file", accept: ".csv,text/csv" });
  // A file that was corrected after a refusal has the same name: it can be chosen again.
  file.addEventListener("click", () => { file.value = ""; });
  file.addEventListener("change", async () => {
    const given = file.files[0];
    if (!given) return;
    if (given.size > LARGEST) return refusePanel([`the file has ${Math.round(given.size / 1e6)} MB; at most ${LARGEST / 1e6} MB are read`]);
    let text;
    try { text = new TextDecoder("utf-8", { fatal: true }).decode(await given.arrayBuffer()); } catch { return refusePanel(["the file is not UTF-8 text; save it as CSV UTF-8"]); }
    const { scores, problems } = readPanel(text);
    return problems.length ? refusePanel(problems) : showPanel(scores);
  });
  const sheet = el("button", { type: "button" }, "Get a sheet to fill in (CSV)");
  sheet.addEventListener("click", () => {
    const judged = criteria.filter(({ basis }) => basis === "judged");
    const lines = actions.flatMap((action) => judged.map((criterion) => `1,${action.id},${criterion.id},`));
    const link = el("a", { download: "panel_scores.csv", href: URL.createObjectURL(new Blob([`${[COLUMNS.join(","), ...lines].join("\n")}\n`], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  const panelPlace = document.getElementById("panel-place");
  if (panelPlace) panelPlace.replaceChildren(el("div", { class: "panel-tools" }, el("label", { for: "panel-file" }, "Open your panel’s scores (CSV)"), file, sheet), panelBox);

  // -- begin ---------------------------------------------------------------------------------------------------
  const asked = readAddress();
  weights = asked.weights;
  if (asked.problems.length) {
    warning.textContent = `The address could not be read in full: ${asked.problems.slice(0, 5).join("; ")}. The weights at the outset stand in.`;
    warning.hidden = false;
  }
  board.replaceChildren(form, warning, status, formula, el("div", { class: "ranking-box" }, table));
  update();
})();
