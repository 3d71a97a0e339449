// The site's only script: theme switch, contents on a narrow screen, notes of claims, live figures.
(() => {
  "use strict";
  const root = document.documentElement;
  const base = root.dataset.content_root || "./";
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  // -- theme -------------------------------------------------------------------------------------------------
  const themeButton = document.querySelector(".theme-switch");
  const labelTheme = () => { themeButton.textContent = isDark() ? "Light" : "Dark"; };
  if (themeButton) {
    themeButton.hidden = false;
    labelTheme();
    themeButton.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (e) { /* a private window forgets; the switch still works */ }
      labelTheme();
      document.querySelectorAll(".canvas[data-drawn]").forEach((canvas) => draw(canvas));
    });
  }

  // -- contents ----------------------------------------------------------------------------------------------
  // A long list of contents begins where the reader is.
  const contents = document.querySelector(".contents nav"), current = contents && contents.querySelector("a.current");
  if (current && contents.scrollHeight > contents.clientHeight) contents.scrollTop = current.offsetTop - contents.clientHeight / 3;

  // -- leaving and copying -----------------------------------------------------------------------------------
  document.querySelectorAll(".quick-exit a").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  }));
  // Where the book does not know its public address, the page was asked for at one.
  let canonical = document.querySelector("link[rel=canonical]");
  if (!canonical && /^https?:$/.test(location.protocol)) {
    canonical = Object.assign(document.createElement("link"), { rel: "canonical", href: `${location.origin}${location.pathname}` });
    document.head.append(canonical);
  }
  const here = (anchor) => `${canonical ? canonical.href : `${location.origin}${location.pathname}`}${anchor}`;
  const onWeb = canonical || /^https?:$/.test(location.protocol);
  if (onWeb) document.querySelectorAll(".cite-address").forEach((el) => { el.textContent = here(/#.*|$/.exec(el.textContent)[0]); });
  const copying = (button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector(".cite-text").textContent);
      button.textContent = "Copied";
    });
  };
  document.querySelectorAll("button.copy").forEach(copying);
  // A row is cited where it stands: the button comes with the pointer or the focus, so that long lists stay light.
  const cite = document.querySelector("details.cite");
  const offer = (row) => {
    if (!cite || !row || !row.id || row.querySelector(".cite-row")) return;
    const key = row.querySelector(".key"), text = row.querySelector(".claim-text, .row-title, p");
    const words = text.textContent.trim(), short = words.length > 160 ? `${words.slice(0, 160).replace(/\s\S*$/, "")} …` : words;
    const box = document.createElement("p");
    box.className = "cite-box cite-row offered";
    const open = document.createElement("button");
    open.type = "button";
    open.textContent = "Cite this row";
    open.addEventListener("click", () => {
      const span = document.createElement("span"), copy = document.createElement("button");
      span.className = "cite-text";
      span.textContent = `${cite.dataset.before} ${key ? `${key.textContent.trim()}: ` : ""}${short} ${cite.dataset.after} ${onWeb ? here(`#${row.id}`) : `#${row.id}`}`;
      copy.type = "button";
      copy.className = "copy";
      copy.textContent = "Copy";
      copying(copy);
      box.classList.remove("offered");
      box.replaceChildren(span, " ", copy);
      copy.focus();
    });
    box.append(open);
    row.append(box);
  };
  const rowOf = (target) => target.closest && target.closest(".row[id], .source-row[id]");
  document.addEventListener("pointerover", (event) => offer(rowOf(event.target)));
  document.addEventListener("focusin", (event) => offer(rowOf(event.target)));

  // -- notes of claims ---------------------------------------------------------------------------------------
  // WCAG 1.4.13: the note can be pointed at, closes with Escape, and stays until pointer and focus have left.
  let note = null, owner = null, seen = false, timer = 0;
  const close = () => {
    clearTimeout(timer);
    if (note) { note.remove(); note = null; owner.removeAttribute("aria-describedby"); owner = null; }
  };
  const closeSoon = () => { clearTimeout(timer); timer = setTimeout(close, 250); };
  const open = (link) => {
    clearTimeout(timer);
    if (owner === link) return;
    close();
    const item = [...document.querySelectorAll("[data-note]")].find((el) => el.querySelector("a").href === link.href);
    if (!item) return;
    note = document.createElement("span");
    note.className = "claim-note";
    note.id = "claim-note";
    note.setAttribute("role", "note");
    note.append(...[...item.childNodes].map((child) => child.cloneNode(true)));
    link.after(note);
    owner = link;
    link.setAttribute("aria-describedby", "claim-note");
    seen = inSight();
    place();
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("pointerleave", closeSoon);
  };
  const place = () => {
    const box = owner.getBoundingClientRect(), width = Math.min(360, innerWidth - 24);
    note.style.width = `${width}px`;
    note.style.left = `${Math.max(12, Math.min(box.left, innerWidth - width - 12))}px`;
    note.style.top = `${box.bottom + 6}px`;
    if (note.getBoundingClientRect().bottom > innerHeight) note.style.top = `${Math.max(8, box.top - 6 - note.offsetHeight)}px`;
  };
  // Focus may scroll the page to its link: the note goes with the link, and closes when that has left the screen.
  const inSight = () => { const box = owner.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };
  addEventListener("scroll", () => {
    if (!note) return;
    if (inSight()) { seen = true; place(); } else if (seen) close();
  }, { passive: true });
  const claimOf = (event) => event.target.closest && event.target.closest("article a.claim, article a.term-link");
  document.addEventListener("pointerover", (event) => { const link = claimOf(event); if (link && event.pointerType === "mouse") open(link); });
  document.addEventListener("pointerout", (event) => { if (claimOf(event)) closeSoon(); });
  document.addEventListener("focusin", (event) => { const link = claimOf(event); if (link) open(link); else if (note && !note.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  // A finger has no hover: the first touch opens the note, whose own link leads on.
  let touched = false;
  document.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; if (note && !note.contains(event.target) && !claimOf(event)) close(); });
  document.addEventListener("click", (event) => {
    const link = claimOf(event);
    if (link && touched && !link.closest(".claim-note")) { event.preventDefault(); open(link); }
  });

  // -- live figures ------------------------------------------------------------------------------------------
  const loading = {};
  const load = (file, what) => loading[file] || (loading[file] = new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = base + file;
    script.onload = () => done(what());
    script.onerror = () => { delete loading[file]; fail(new Error(`${file} did not load`)); };
    document.head.append(script);
  }));
  const palettes = JSON.parse("__PALETTES__");
  const recolour = (text) => Object.keys(palettes.light).reduce(
    (out, name) => out.replaceAll(palettes.light[name], palettes.dark[name]), text);
  const draw = async (canvas) => {
    const figure = canvas.closest("figure");
    const name = figure.id.replace("figure-", "");
    const [plotly, drawn] = await Promise.all([
      load("_static/plotly-basic.min.js", () => window.Plotly), load(`figures/${name}.js`, () => JSON.stringify(window.casebookFigures[name]))]);
    const specs = JSON.parse(isDark() ? recolour(drawn) : drawn);
    const spec = canvas.clientWidth < 560 ? specs.compact : specs.wide;
    let plot = canvas.querySelector(".plot");
    if (!plot) {
      plot = document.createElement("div");
      plot.className = "plot";
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", specs.alt);
      canvas.querySelector("picture").replaceWith(plot);
    }
    const ratio = canvas.clientWidth / spec.layout.width;
    const layout = { ...spec.layout, width: spec.layout.width * Math.max(1, ratio) };
    await plotly.react(plot, spec.data, layout, { displayModeBar: false, responsive: false });
    // A mark of the evidence map leads to the rows behind it; over a still, links in the page do.
    if (!("drawn" in canvas.dataset) && figure.dataset.catalogue)
      plot.on("plotly_click", (event) => { location.href = `${figure.dataset.catalogue}?${event.points[0].customdata[4]}`; });
    canvas.dataset.drawn = "";
    // What scrolls can be reached by keyboard and has a name.
    if (canvas.scrollWidth > canvas.clientWidth) {
      canvas.tabIndex = 0;
      canvas.setAttribute("role", "region");
      canvas.setAttribute("aria-label", `${figure.querySelector(".figure-number").textContent}, live`);
    } else ["tabindex", "role", "aria-label"].forEach((name) => canvas.removeAttribute(name));
  };
  let resized = 0, width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(resized);
    resized = setTimeout(() => document.querySelectorAll(".canvas[data-drawn]").forEach((canvas) => draw(canvas)), 150);
  });
  document.querySelectorAll(".live-button").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const canvas = button.closest("figure").querySelector(".canvas");
      button.disabled = true;
      const name = button.querySelector(".hidden");
      const say = (text) => button.replaceChildren(text, name);
      say("Loading…");
      try {
        await draw(canvas);
        say("Live: point at a mark");
      } catch (problem) {
        button.disabled = false;
        say("Could not load. Try again");
      }
    });
  });
})();
