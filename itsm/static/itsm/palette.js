// Ctrl-K: the search over everything. The server finds and names; this asks, shows and opens.
(() => {
    const { read, write } = window.itsm;
    const WAIT = 120; // milliseconds after the last key before it is asked
    const REMEMBERED = 10;
    const RECORD = /^\/([a-z]+)\/([a-z]+)\/(\d+)\/(?:change|history)\/$/;

    const box = () => document.getElementById("palette");
    const field = () => document.getElementById("palette-words");
    const list = () => document.getElementById("palette-results");
    const options = () => [...list().querySelectorAll("[role=option]")];
    const remembered = () => read(`recent-${box().dataset.owner}`).split(",").filter(Boolean);

    let timer = 0;
    let asked = null; // the request that is under way
    let shownFor = null; // the words that the shown results belong to

    const note = (text, isBad = false) => {
        const line = box().querySelector("[data-note]");
        line.hidden = !text;
        line.textContent = text;
        line.classList.toggle("is-bad", isBad);
        if (text) box().querySelector("[data-told]").textContent = text;
    };

    const choose = (option) => {
        for (const other of options()) other.setAttribute("aria-selected", String(other === option));
        if (option) {
            field().setAttribute("aria-activedescendant", option.id);
            option.scrollIntoView({ block: "nearest" });
        } else {
            field().removeAttribute("aria-activedescendant");
        }
    };
    const chosen = () => list().querySelector('[aria-selected="true"]');

    const icon = (name) => {
        const space = "http://www.w3.org/2000/svg";
        const svg = document.createElementNS(space, "svg");
        const use = document.createElementNS(space, "use");
        const sheet = document.querySelector("[data-palette-open] use").getAttribute("href").split("#")[0];
        svg.setAttribute("class", "icon");
        svg.setAttribute("width", "18");
        svg.setAttribute("height", "18");
        svg.setAttribute("aria-hidden", "true");
        use.setAttribute("href", `${sheet}#${name}`);
        svg.append(use);
        return svg;
    };
    const words = (className, text) => {
        const part = document.createElement("span");
        part.className = className;
        part.textContent = text;
        return part;
    };

    // Texts come from people: they are set as text, never as HTML.
    const optionOf = (hit, n) => {
        const option = document.createElement(hit.url ? "a" : "div");
        option.id = `palette-hit-${n}`;
        option.className = "hit";
        option.tabIndex = -1;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (hit.url) option.href = hit.url;
        if (hit.command) option.dataset.runs = hit.command;
        option.append(icon(hit.icon));
        if (hit.reference) option.append(words("hit-reference", hit.reference));
        option.append(words("hit-title", hit.title));
        if (hit.detail) option.append(words("hit-detail", hit.detail));
        return option;
    };
    const show = ({ groups, is_complete: isComplete }, typed) => {
        let n = 0;
        const parts = groups.map((group, at) => {
            const section = document.createElement("div");
            const title = words("hit-group", group.title);
            title.id = `palette-group-${at}`;
            section.setAttribute("role", "group");
            section.setAttribute("aria-labelledby", title.id);
            section.append(title, ...group.hits.map((hit) => optionOf(hit, n++)));
            return section;
        });
        list().replaceChildren(...parts);
        field().setAttribute("aria-expanded", String(n > 0));
        choose(options()[0]);
        shownFor = typed;
        if (!n && typed) note(`${box().dataset.nothing} “${typed}”`);
        else note(isComplete ? "" : box().dataset.partly);
        const noun = n === 1 ? box().dataset.foundOne : box().dataset.found;
        if (n) box().querySelector("[data-told]").textContent = `${n} ${noun}`;
    };

    // Whether the shown results now are those of the typed words.
    const ask = async () => {
        clearTimeout(timer);
        asked?.abort();
        asked = new AbortController();
        const mine = asked;
        const typed = field().value.trim();
        const query = new URLSearchParams(typed ? { q: typed } : { recent: remembered().join(",") });
        const slow = setTimeout(() => note(box().dataset.wait), 400);
        try {
            const answer = await fetch(`${box().dataset.url}?${query}`, {
                headers: { Accept: "application/json" },
                credentials: "same-origin",
                signal: mine.signal,
            });
            if (answer.status === 401) throw new Error(box().dataset.signedOut);
            if (!answer.ok) throw new Error(box().dataset.failed);
            show(await answer.json(), typed);
            return true;
        } catch (error) {
            if (error.name === "AbortError") return false;
            const isOurs = Object.values(box().dataset).includes(error.message);
            list().replaceChildren();
            field().setAttribute("aria-expanded", "false");
            note(isOurs ? error.message : box().dataset.failed, true);
            return false;
        } finally {
            clearTimeout(slow);
        }
    };

    const open = () => {
        if (!box() || box().open) return;
        document.querySelector("dialog[open]")?.close();
        field().value = "";
        box().showModal();
        field().focus();
        ask();
    };

    const run = (option, inNewTab) => {
        if (!option) return;
        const { runs } = option.dataset;
        if (option.href) {
            if (inNewTab) window.open(option.href, "_blank", "noopener");
            else location.assign(option.href);
        } else if (runs) {
            box().close();
            document.querySelector(`[data-command="${CSS.escape(runs)}"]`)?.click();
        }
    };

    const step = (by) => {
        const all = options();
        if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
    };

    document.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
            if (!box()) return;
            event.preventDefault();
            if (box().open) box().close();
            else open();
        }
        if (event.target !== field() || event.isComposing) return;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            step(event.key === "ArrowDown" ? 1 : -1);
        } else if (event.key === "Enter") {
            event.preventDefault();
            const inNewTab = event.ctrlKey || event.metaKey;
            // Quicker than the answer: what is shown belongs to other words, so wait for it.
            if (shownFor === field().value.trim()) run(chosen(), inNewTab);
            else ask().then((isThere) => isThere && run(chosen(), inNewTab));
        }
    });
    document.addEventListener("input", ({ target }) => {
        if (target !== field()) return;
        clearTimeout(timer);
        timer = setTimeout(ask, WAIT);
    });
    document.addEventListener("click", (event) => {
        const { target } = event;
        if (target.closest?.("[data-palette-open]")) open();
        if (target.closest?.("[data-palette-close]") || target === box()) box()?.close();
        const command = target.closest?.("#palette [data-runs]");
        if (command) run(command, false);
    });

    document.addEventListener("DOMContentLoaded", () => {
        const found = RECORD.exec(location.pathname);
        if (!box() || !found) return;
        const here = `${found[1]}.${found[2]}:${found[3]}`;
        const others = remembered().filter((name) => name !== here);
        write(`recent-${box().dataset.owner}`, [here, ...others].slice(0, REMEMBERED).join(","));
    });
})();
