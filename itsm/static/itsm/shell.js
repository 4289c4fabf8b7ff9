// The menu (column, rail or drawer), the colours, and small things that every page has.
(() => {
    const { read, write, onPaint } = window.itsm;
    const narrow = matchMedia("(max-width: 900px)");
    const all = (what) => document.querySelectorAll(what);
    const one = (what) => document.querySelector(what);

    // --- Who signs out leaves nothing confidential here (sealed-drafts.js keeps it until then). ---
    document.addEventListener("submit", ({ target }) => {
        if (!target.querySelector('[data-command="sign-out"]')) return;
        try {
            for (const key of Object.keys(localStorage)) {
                if (key.startsWith("itsm-sealed:")) localStorage.removeItem(key);
            }
        } catch {
            // a browser may refuse storage
        }
    });

    // --- The drawer of small screens: whatever is behind it is out of reach until it closes. ---
    let opener = null;
    const isOpen = () => one("#sidebar")?.classList.contains("is-open");
    const openDrawer = (from) => {
        const drawer = one("#sidebar");
        opener = from;
        drawer.classList.add("is-open");
        drawer.setAttribute("role", "dialog");
        drawer.setAttribute("aria-modal", "true");
        one(".drawer-ground").hidden = false;
        one("#main").inert = true;
        one(".skip-link").inert = true;
        from.setAttribute("aria-expanded", "true");
        (drawer.querySelector("[aria-current]") || drawer.querySelector("a, button")).focus();
    };
    const closeDrawer = () => {
        const drawer = one("#sidebar");
        drawer.classList.remove("is-open");
        drawer.removeAttribute("role");
        drawer.removeAttribute("aria-modal");
        one(".drawer-ground").hidden = true;
        one("#main").inert = false;
        one(".skip-link").inert = false;
        opener?.setAttribute("aria-expanded", "false");
        opener?.focus();
    };
    narrow.addEventListener("change", () => isOpen() && closeDrawer());

    // --- What is remembered shows on its buttons. ---
    onPaint(() => {
        const theme = read("theme") || "auto";
        for (const button of all("[data-theme-choice]")) {
            button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
        }
        const rail = read("rail") === "1";
        one("[data-rail-switch]")?.setAttribute("aria-pressed", String(rail));
        const folded = read("folded").split(" ");
        for (const button of all("[data-area]")) {
            button.setAttribute("aria-expanded", String(!folded.includes(button.dataset.area)));
        }
    });

    const fold = (code) => {
        const folded = new Set(read("folded").split(" ").filter(Boolean));
        if (!folded.delete(code)) folded.add(code);
        write("folded", [...folded].join(" "));
    };

    document.addEventListener("click", (event) => {
        const at = (what) => event.target.closest?.(what);
        if (at("[data-menu-open]")) {
            event.preventDefault();
            openDrawer(at("[data-menu-open]"));
        }
        if (at("[data-menu-close]") && isOpen()) closeDrawer();
        if (at("[data-theme-choice]")) write("theme", at("[data-theme-choice]").dataset.themeChoice);
        if (at("[data-rail-switch]")) write("rail", read("rail") === "1" ? "" : "1");
        if (at("[data-area]")) fold(at("[data-area]").dataset.area);
        const account = at("[data-fill-login]");
        if (account) {
            one("[name=login]").value = account.dataset.fillLogin;
            one("[name=password]").value = account.dataset.fillPassword;
            one("main form button[type=submit]").focus();
        }
    });

    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && isOpen()) closeDrawer();
        if (event.key !== "Tab" || !isOpen()) return;
        // The browser's own bar is not part of the drawer: Tab goes round within it.
        const inside = [...one("#sidebar").querySelectorAll("a, button")];
        const reachable = inside.filter((part) => part.offsetParent !== null);
        const [first, last] = [reachable[0], reachable.at(-1)];
        const leaves = event.shiftKey ? first : last;
        if (document.activeElement !== leaves) return;
        event.preventDefault();
        (event.shiftKey ? last : first).focus();
    });

    document.addEventListener("change", (event) => {
        if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
    });
    // A switch of language or zone comes back to the same tab of the page, too.
    document.addEventListener("submit", (event) => {
        if (event.target.matches("[data-keep-hash]")) {
            event.target.querySelector("[name=next]").value =
                location.pathname + location.search + location.hash;
        }
    });

    // The zone of this machine is offered where it is another one than the account's.
    const offerOwnZone = (select) => {
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        if (zone && ![...select.options].some((option) => option.value === zone)) {
            select.add(new Option(zone, zone));
        }
    };

    document.addEventListener("DOMContentLoaded", () => {
        all("select[data-zone]").forEach(offerOwnZone);
        one(".area [aria-current]")?.closest(".area").classList.add("has-here");
        one(".area [aria-current]")?.scrollIntoView({ block: "nearest" });
        if (one(".messages")) one(".messages").scrollIntoView({ block: "nearest" });
    });
})();
