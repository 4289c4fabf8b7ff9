// Tabs of a record, filters that apply when chosen, and the priority that impact and urgency give.
(() => {
    // Unfold's sidebar remembers its width; ours begins narrower, for the lists' sake.
    if (!localStorage.getItem("sidebarWidth")) localStorage.setItem("sidebarWidth", "236");

    const tabs = (list) => {
        const all = [...list.querySelectorAll('[role="tab"]')];
        const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
        const choose = (chosen, focus) => {
            for (const tab of all) {
                const is = tab === chosen;
                tab.setAttribute("aria-selected", String(is));
                tab.tabIndex = is ? 0 : -1;
                panel(tab).hidden = !is;
            }
            if (focus) chosen.focus();
        };
        const named = () => all.find((tab) => tab.hash === location.hash);
        list.addEventListener("click", (event) => {
            const tab = event.target.closest('[role="tab"]');
            if (!tab) return;
            event.preventDefault();
            history.replaceState(null, "", tab.hash);
            choose(tab);
        });
        list.addEventListener("keydown", (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            const at = all.indexOf(document.activeElement);
            if (step && at >= 0) choose(all[(at + step + all.length) % all.length], true);
        });
        window.addEventListener("hashchange", () => named() && choose(named()));
        choose(named() || all[0]);
    };

    const priority = (note) => {
        const table = JSON.parse(document.getElementById("priorities").textContent);
        const of = (name) => document.querySelector(`[name=${name}]`);
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

    // Select2 builds its own controls and gives them no name.
    const nameSelect2 = (element) => {
        const select = element.closest(".select2-container")?.previousElementSibling;
        const label = select?.labels?.[0]?.textContent.trim();
        if (label) element.setAttribute("aria-label", label);
    };
    const nameAll = () => {
        const parts = [".select2-selection", ".select2-selection__rendered", ".select2-search__field"];
        const nameless = parts.map((part) => `${part}:not([aria-label])`).join(",");
        document.querySelectorAll(nameless).forEach(nameSelect2);
    };
    document.addEventListener("DOMContentLoaded", () => {
        if (!document.querySelector("select.admin-autocomplete")) return;
        new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
        nameAll();
    });
    document.addEventListener("focusin", ({ target }) => {
        const open = document.querySelector(".select2-container--open .select2-selection");
        const isNameless = target.matches?.(".select2-search__field:not([aria-label])");
        if (isNameless && open) target.setAttribute("aria-label", open.getAttribute("aria-label"));
    });

    document.addEventListener("DOMContentLoaded", () => {
        // An icon is a word in a font of symbols: nobody is to hear it read out.
        for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
            icon.setAttribute("aria-hidden", "true");
        }
        document.querySelectorAll("[data-tabs]").forEach(tabs);
        document.querySelectorAll("[data-priority-preview]").forEach(priority);
    });
})();
