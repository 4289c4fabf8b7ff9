// A record's page: tabs, the bar that stays in sight, reasons on a touch, texts on demand.
(() => {
    const one = (what) => document.querySelector(what);
    const all = (what) => document.querySelectorAll(what);

    const tabs = (list) => {
        const every = [...list.querySelectorAll('[role="tab"]')];
        const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
        const choose = (chosen, focus) => {
            for (const tab of every) {
                const is = tab === chosen;
                tab.setAttribute("aria-selected", String(is));
                tab.tabIndex = is ? 0 : -1;
                panel(tab).hidden = !is;
            }
            if (focus) chosen.focus();
        };
        // What is behind the # names a tab, or a part of what one of them shows.
        const named = () => {
            if (location.hash.length < 2) return null;
            const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
            return every.find((tab) => tab.hash === location.hash || panel(tab).contains(part));
        };
        list.addEventListener("click", (event) => {
            const tab = event.target.closest('[role="tab"]');
            if (!tab) return;
            event.preventDefault();
            history.replaceState(null, "", tab.hash);
            choose(tab);
        });
        list.addEventListener("keydown", (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            const at = every.indexOf(document.activeElement);
            if (step && at >= 0) choose(every[(at + step + every.length) % every.length], true);
        });
        window.addEventListener("hashchange", () => named() && choose(named()));
        list.addEventListener("itsm:choose", () => choose(every[0]));
        choose(named() || every[0]);
    };

    const priority = (note) => {
        const table = JSON.parse(document.getElementById("priorities").textContent);
        const of = (name) => one(`[name=${name}]`);
        const tell = () => {
            const row = table.find(
                (r) => r.impact === Number(of("impact").value) && r.urgency === Number(of("urgency").value),
            );
            note.querySelector("[data-priority]").textContent = row ? row.label : "–";
        };
        of("impact").addEventListener("change", tell);
        of("urgency").addEventListener("change", tell);
        tell();
    };

    // Once the header has left the window, a narrow bar says which record this is.
    const bar = (part) => {
        const header = one(".record-header");
        const top = one(".topbar")?.offsetHeight || 0;
        const watcher = new IntersectionObserver(
            ([seen]) => part.classList.toggle("is-shown", !seen.isIntersecting && seen.boundingClientRect.top < top),
            { rootMargin: `-${top}px 0px 0px` },
        );
        watcher.observe(header);
    };

    // A long text is cut until somebody wants all of it.
    const clamp = (part) => {
        if (part.scrollHeight < 380) return;
        part.classList.add("is-clamped");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button unclamp";
        button.textContent = part.dataset.clamp;
        button.addEventListener("click", () => {
            part.classList.remove("is-clamped");
            button.remove();
        });
        part.after(button);
    };

    // A long text's changes are compared when somebody asks for them.
    const load = async (part) => {
        const url = part.dataset.load;
        part.removeAttribute("data-load");
        const answer = await fetch(url, { headers: { "X-Fragment": "1" } });
        if (!answer.ok || answer.redirected) return location.assign(url);
        const shown = document.createElement("div");
        shown.innerHTML = await answer.text();
        part.querySelector("a").replaceWith(shown);
    };
    document.addEventListener(
        "toggle",
        ({ target }) => target.open && target.dataset.load && load(target).catch(() => {}),
        true,
    );

    document.addEventListener("click", (event) => {
        // A finger has no hover, and not every browser gives focus to a button that it taps.
        const refused = event.target.closest("[data-refused]")?.parentElement;
        for (const open of all(".refused.is-open")) if (open !== refused) open.classList.remove("is-open");
        refused?.classList.toggle("is-open");

        const comment = event.target.closest('a[href="#comment"]');
        const text = one("#comment textarea");
        if (comment && text) {
            event.preventDefault();
            one("[data-tabs]")?.dispatchEvent(new CustomEvent("itsm:choose"));
            text.scrollIntoView({ block: "center" });
            text.focus({ preventScroll: true });
        }
    });
    document.addEventListener("keydown", ({ key }) => {
        if (key === "Escape") for (const open of all(".refused.is-open")) open.classList.remove("is-open");
    });

    // Select2 builds its own controls and gives them no name.
    const nameSelect2 = (element) => {
        const select = element.closest(".select2-container")?.previousElementSibling;
        const label = select?.labels?.[0]?.textContent.trim();
        if (label) element.setAttribute("aria-label", label);
    };
    const nameAll = () => {
        const parts = [".select2-selection", ".select2-selection__rendered", ".select2-search__field"];
        const nameless = parts.map((part) => `${part}:not([aria-label])`).join(",");
        all(nameless).forEach(nameSelect2);
    };
    document.addEventListener("focusin", ({ target }) => {
        const open = one(".select2-container--open .select2-selection");
        const isNameless = target.matches?.(".select2-search__field:not([aria-label])");
        if (isNameless && open) target.setAttribute("aria-label", open.getAttribute("aria-label"));
    });

    document.addEventListener("DOMContentLoaded", () => {
        if (one("select.admin-autocomplete")) {
            new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
            nameAll();
        }
        // An icon of a font is a word: nobody is to hear it read out.
        for (const icon of all(".material-symbols-outlined")) icon.setAttribute("aria-hidden", "true");
        all("[data-tabs]").forEach(tabs);
        all("[data-priority-preview]").forEach(priority);
        all("[data-record-bar]").forEach(bar);
        all("[data-clamp]").forEach(clamp);
        if (matchMedia("(max-width: 640px)").matches) {
            all(".more-filters").forEach((part) => part.removeAttribute("open"));
        }
        for (const form of all("form[data-filters]:not([data-suggest])")) {
            form.addEventListener("change", (event) => {
                if (event.target.matches("select")) form.requestSubmit();
            });
        }
    });

    // Drafts (drafts.js) end with the session that somebody ends on purpose.
    document.addEventListener("submit", ({ target }) => {
        if (!new URL(target.action, location.href).pathname.endsWith("/logout/")) return;
        try {
            for (const key of Object.keys(localStorage)) {
                if (key.startsWith("itsm-draft:")) localStorage.removeItem(key);
            }
        } catch {
            // A browser that refuses storage keeps no drafts either.
        }
    });
})();
