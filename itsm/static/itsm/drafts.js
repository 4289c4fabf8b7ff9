// What somebody typed and did not send is kept in this browser, for them alone: a lost session or a
// closed tab costs nothing. A page says whose drafts it keeps; confidential ones never say so.
(() => {
    const PREFIX = "itsm-draft:";
    const LIFE = 7 * 24 * 3600 * 1000; // milliseconds
    const PAUSE = 400;
    const LONGEST = 200_000; // characters

    const owner = () => document.querySelector("[data-drafts-of]")?.dataset.draftsOf;
    const keyOf = (name) => `${PREFIX}${owner()}:${name}`;

    // A browser may refuse storage, or have no room left: then nothing is kept, and all still works.
    const read = (name) => {
        try {
            const kept = JSON.parse(localStorage.getItem(keyOf(name)));
            return kept && Date.now() - kept.at < LIFE ? kept : null;
        } catch {
            return null;
        }
    };
    const write = (name, fields) => {
        try {
            const text = JSON.stringify({ at: Date.now(), fields });
            if (text.length < LONGEST) localStorage.setItem(keyOf(name), text);
        } catch {
            // as above
        }
    };
    const forget = (name) => {
        try {
            localStorage.removeItem(keyOf(name));
        } catch {
            // as above
        }
    };

    // Old ones, and those of whoever sat here before.
    const sweep = () => {
        try {
            for (const key of Object.keys(localStorage)) {
                if (!key.startsWith(PREFIX)) continue;
                const [, whose, ...name] = key.split(":");
                if (whose !== owner() || !read(name.join(":"))) localStorage.removeItem(key);
            }
        } catch {
            // as above
        }
    };

    const dropped = new Set(); // sent or discarded: not to be kept again as the page goes away

    const formOf = (part) => (part.matches("form") ? part : part.querySelector("form"));
    const isKept = (field) =>
        field.name &&
        !field.disabled &&
        field.matches("textarea, select:not(.admin-autocomplete), input[type=text], input:not([type]), [type=radio]");
    // `version` goes with the text: what was typed over an older record is compared with that one.
    const fieldsOf = (form) => [...form.elements].filter((f) => isKept(f) || f.name === "version");

    const typed = (form) => {
        const fields = {};
        let isTyped = false;
        for (const field of fieldsOf(form)) {
            if (field.type === "radio") {
                if (field.checked) fields[field.name] = field.value;
                isTyped ||= field.checked !== field.defaultChecked && form.querySelector("textarea")?.value;
            } else if (field.matches("select")) {
                const before = [...field.options].find((option) => option.defaultSelected)?.value ?? "";
                if (field.value !== before) fields[field.name] = field.value;
                isTyped ||= field.value !== before;
            } else if (field.type === "hidden") {
                fields[field.name] = field.value;
            } else if (field.value !== field.defaultValue) {
                fields[field.name] = field.value;
                isTyped = true;
            }
        }
        return isTyped ? fields : null;
    };

    const restore = (form, fields) => {
        let isChanged = false;
        for (const field of fieldsOf(form)) {
            if (!(field.name in fields)) continue;
            const value = fields[field.name];
            if (field.type === "radio") {
                field.checked = field.value === value;
            } else if (field.value !== value) {
                isChanged ||= field.type !== "hidden";
                field.value = value;
            }
        }
        return isChanged;
    };

    const keep = (part) => {
        const name = part.dataset.draft;
        const form = formOf(part);
        if (!form || !name) return;
        const hasErrors = form.querySelector(".errorlist, .conflict, .clashes, .has-errors");
        const kept = read(name);
        if (kept && !hasErrors && restore(form, kept.fields)) {
            const note = part.querySelector("[data-draft-note]");
            if (note) note.hidden = false;
        }
        let timer;
        const store = () => {
            if (dropped.has(name)) return;
            const fields = typed(form);
            if (fields) write(name, fields);
            else forget(name);
        };
        form.addEventListener("input", () => {
            dropped.delete(name);
            clearTimeout(timer);
            timer = setTimeout(store, PAUSE);
        });
        form.addEventListener("submit", () => {
            clearTimeout(timer);
            store(); // the session may be over by now
        });
        form.addEventListener("itsm:sent", () => {
            dropped.add(name);
            forget(name);
        });
        window.addEventListener("pagehide", () => timer && document.contains(form) && store());
    };

    document.addEventListener("click", ({ target }) => {
        const discard = target.closest?.("[data-draft-discard]");
        if (!discard) return;
        dropped.add(discard.dataset.draftDiscard);
        forget(discard.dataset.draftDiscard);
        if ("reload" in discard.dataset) return location.reload();
        const part = discard.closest("[data-draft]");
        part?.querySelector("form, textarea")?.closest("form")?.reset();
        part?.dispatchEvent(new CustomEvent("itsm:discarded"));
        const note = discard.closest(".draft-note");
        if (note) note.hidden = true;
    });

    document.addEventListener("itsm:shown", ({ target }) => {
        for (const form of target.querySelectorAll("form[data-draft]")) keep(form);
    });

    document.addEventListener("DOMContentLoaded", () => {
        if (!owner()) return;
        sweep();
        if (location.hash === "#saved") {
            const record = document.querySelector("[data-draft-waiting]")?.dataset.draftWaiting;
            if (record) forget(record);
            if (record) forget(record.replace(/-\d+-/, "-new-"));
            history.replaceState(null, "", location.pathname + location.search);
        }
        document.querySelectorAll("[data-draft]").forEach(keep);
        for (const note of document.querySelectorAll("[data-draft-waiting]")) {
            note.hidden = !read(note.dataset.draftWaiting);
        }
    });
})();
