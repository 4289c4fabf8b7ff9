// Lists: filters that apply when chosen, suggestions, selection, and rows that follow what changes.
(() => {
    const POLL_JITTER = 0.3; // fifty open tabs must not ask at the same moment
    document.documentElement.classList.add("has-scripts");

    const submit = (form) => {
        for (const field of form.elements) {
            if (field.name && !field.value && field.type !== "checkbox") field.disabled = true;
        }
        // The columns stand in the address only where they are not the list's own choice.
        const columns = [...form.querySelectorAll('input[name="columns"]')];
        if (columns.every((box) => box.checked === box.defaultChecked) && !location.search.includes("columns=")) {
            for (const box of columns) box.disabled = true;
        }
        form.submit();
    };

    const filters = (form) => {
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            submit(form);
        });
        form.addEventListener("change", ({ target }) => {
            if (target.matches("[data-suggested], input[type=radio]")) submit(form);
        });
        let asked;
        const suggest = async (input) => {
            asked?.abort();
            asked = new AbortController();
            const query = new URLSearchParams({ filter: input.name, typed: input.value });
            try {
                const answer = await fetch(`${form.dataset.suggest}?${query}`, { signal: asked.signal });
                if (!answer.ok) return;
                const { found } = await answer.json();
                document.getElementById(input.getAttribute("list")).replaceChildren(
                    ...found.map(({ key, name }) => Object.assign(new Option(name, key), { label: name })),
                );
            } catch (gone) {
                if (gone.name !== "AbortError") throw gone;
            }
        };
        let timer;
        for (const input of form.querySelectorAll("[data-suggested]")) {
            input.addEventListener("focus", () => suggest(input), { once: true });
            input.addEventListener("input", () => {
                clearTimeout(timer);
                timer = setTimeout(() => suggest(input), 150);
            });
        }
    };

    const selection = (form) => {
        const bar = form.querySelector(".bulk-bar");
        if (!bar) return;
        const count = bar.querySelector(".bulk-count");
        const boxes = () => [...form.querySelectorAll('input[name="ids"]')];
        const all = form.querySelector("[data-all]");
        const tell = () => {
            const n = boxes().filter((box) => box.checked).length;
            bar.classList.toggle("is-on", n > 0);
            count.textContent = n ? `${n} ${count.dataset.some}` : count.dataset.none;
            all.checked = n > 0 && n === boxes().length;
            all.indeterminate = n > 0 && !all.checked;
        };
        form.addEventListener("change", ({ target }) => {
            if (target === all) for (const box of boxes()) box.checked = all.checked;
            tell();
        });
        tell();
    };

    const live = (table) => {
        const status = document.querySelector("[data-live-status]");
        let tag = table.dataset.tag;
        const isBusy = () => document.querySelector("dialog[open]");
        // What is selected and where one is stays, though the rows are other elements.
        const kept = () => {
            const ticked = new Set(
                [...table.querySelectorAll('input[name="ids"]:checked')].map((box) => box.closest("tr").dataset.id),
            );
            const row = document.activeElement?.closest?.("tbody tr");
            const here = row && table.contains(row) ? row.dataset.id : null;
            const parts = (one) => [...one.querySelectorAll("a, button, input")];
            const place = here === null ? -1 : parts(row).indexOf(document.activeElement);
            return () => {
                for (const one of table.tBodies[0].rows) {
                    const box = one.querySelector('input[name="ids"]');
                    if (box) box.checked = ticked.has(one.dataset.id);
                    if (one.dataset.id === here) parts(one)[place]?.focus({ preventScroll: true });
                }
                table.dispatchEvent(new Event("change", { bubbles: true }));
            };
        };
        const refresh = async () => {
            const answer = await fetch(location.href, {
                headers: { "X-Rows": "1", "X-Background": "1", "If-None-Match": tag },
                cache: "no-store",
            });
            if (answer.status !== 200 || answer.redirected || isBusy()) return;
            tag = answer.headers.get("ETag");
            const known = new Map([...table.tBodies[0].rows].map((row) => [row.dataset.id, row.dataset.version]));
            const text = await answer.text();
            const restore = kept();
            table.tBodies[0].innerHTML = text;
            restore();
            const empty = document.querySelector("[data-empty]");
            if (empty) {
                empty.hidden = table.tBodies[0].rows.length > 0;
                table.parentElement.hidden = !empty.hidden;
            }
            let changed = 0;
            for (const row of table.tBodies[0].rows) {
                if (known.get(row.dataset.id) !== row.dataset.version) {
                    row.classList.add("is-new");
                    changed += 1;
                }
            }
            if (changed) status.textContent = status.dataset.changed;
        };
        const every = Number(table.dataset.live) * 1000;
        const next = () => setTimeout(round, every * (1 + POLL_JITTER * Math.random()));
        const round = async () => {
            try {
                if (!document.hidden) await refresh();
            } catch {
                // The connection is away for a while: the next round tries again.
            }
            next();
        };
        if (every) next();
        document.addEventListener("visibilitychange", () => {
            if (every && !document.hidden) refresh().catch(() => {});
        });
        document.addEventListener("itsm:acted", () => refresh().catch(() => {}));
    };

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("form[data-filters]").forEach(filters);
        document.querySelectorAll("form[data-bulk]").forEach(selection);
        document.querySelectorAll("table[data-tag]").forEach(live);
    });
})();
