// Shortcuts. Whatever carries data-shortcut is pressed (or focused) by its key; `?` lists them all.
(() => {
    const { read, write, onPaint } = window.itsm;
    const PATIENCE = 1500; // milliseconds between the two keys of "g i"
    let begun = "";
    let begunAt = 0;

    const isOff = () => read("keys") === "off"; // WCAG 2.1.4: keys of one letter can be turned off
    const help = () => document.getElementById("keys");
    const isTyping = (target) =>
        target.isContentEditable ||
        target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
    const isSeen = (part) => part.getClientRects().length > 0;

    const carriers = (keys) =>
        [...document.querySelectorAll("[data-shortcut]")].filter(
            (part) => part.dataset.shortcut === keys && (isSeen(part) || part.closest("#sidebar")),
        );
    const isBeginning = (key) =>
        [...document.querySelectorAll("[data-shortcut]")].some((part) =>
            part.dataset.shortcut.startsWith(`${key} `),
        );

    const use = (part) => {
        if (part.matches("input, textarea, select")) part.focus();
        else part.click();
    };

    const searchField = () =>
        [...document.querySelectorAll("#content [type=search], #content [data-search]")].find(isSeen);

    const line = (keys, label) => {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        for (const key of keys.split(" ")) {
            const cap = document.createElement("kbd");
            cap.textContent = key;
            term.append(cap, " ");
        }
        const said = document.createElement("dd");
        said.textContent = label;
        row.append(term, said);
        return row;
    };

    const openHelp = () => {
        const groups = { go: new Map(), page: new Map() };
        for (const part of document.querySelectorAll("[data-shortcut]")) {
            const { shortcut, shortcutLabel } = part.dataset;
            if (shortcut === "/") continue; // stands among those of every page
            const label = shortcutLabel || part.getAttribute("aria-label") || part.textContent.trim();
            groups[shortcut.startsWith("g ") ? "go" : "page"].set(shortcut, label);
        }
        for (const [name, found] of Object.entries(groups)) {
            const section = help().querySelector(`[data-keys-${name}]`);
            section.hidden = !found.size;
            section.querySelector("dl").replaceChildren(
                ...[...found].map(([keys, label]) => line(keys, label)),
            );
        }
        help().showModal();
    };

    onPaint(() => {
        for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
        document.documentElement.toggleAttribute("data-keys-off", isOff());
    });
    document.addEventListener("DOMContentLoaded", () => {
        for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
    });
    document.addEventListener("change", ({ target }) => {
        if (target.matches("[data-keys-switch]")) write("keys", target.checked ? "" : "off");
    });
    document.addEventListener("click", ({ target }) => {
        if (target.closest?.("[data-keys-open]")) openHelp();
        if (target.closest?.("[data-keys-close]")) help().close();
        if (target === help()) help().close(); // beside the dialog
    });

    document.addEventListener("keydown", (event) => {
        const { key, target } = event;
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
        if (isOff() || isTyping(target) || document.querySelector("dialog[open]")) return;
        const keys = begun && event.timeStamp - begunAt < PATIENCE ? `${begun} ${key}` : key;
        begun = "";
        const [part] = carriers(keys);
        if (part) {
            event.preventDefault();
            use(part);
        } else if (key === "?" && help()) {
            event.preventDefault();
            openHelp();
        } else if (key === "/") {
            const field = searchField();
            event.preventDefault();
            if (field) field.focus();
            else document.querySelector("[data-palette-open]")?.click();
        } else if (isBeginning(key)) {
            begun = key;
            begunAt = event.timeStamp;
        }
    });
})();
