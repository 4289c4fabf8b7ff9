// The first five minutes: marks the control that comes next and leads there; closing needs no script.
(() => {
    const isSeen = (part) => part.getClientRects().length > 0;

    // A control in a tab that is not shown is reached by that tab.
    const place = (selector) => {
        const parts = [...document.querySelectorAll(selector)].filter((part) => !part.closest("dialog"));
        const seen = parts.find(isSeen);
        if (seen || !parts.length) return seen;
        const panel = parts[0].closest('[role="tabpanel"]');
        return panel && document.querySelector(`[role="tab"][aria-controls="${panel.id}"]`);
    };

    const mark = (guide) => {
        for (const old of document.querySelectorAll(".guide-here")) old.classList.remove("guide-here");
        const part = guide.dataset.target ? place(guide.dataset.target) : null;
        const button = guide.querySelector("[data-guide-show]");
        if (button) button.hidden = !part;
        part?.classList.add("guide-here");
        return part;
    };

    document.addEventListener("DOMContentLoaded", () => {
        const guide = document.querySelector("[data-guide]");
        if (!guide) return;
        // Shown once, so that the last step can be praised and then never mentioned again.
        const said = guide.dataset.finished === "1" ? "closed" : "shown";
        const secure = location.protocol === "https:" ? "; Secure" : "";
        document.cookie = `${guide.dataset.cookie}=${said}; path=/; max-age=34560000; SameSite=Lax${secure}`;
        mark(guide);
        guide.addEventListener("click", ({ target }) => {
            if (!target.closest("[data-guide-show]")) return;
            let part = mark(guide);
            if (part?.matches('[role="tab"]')) {
                part.click();
                part = mark(guide);
            }
            part?.scrollIntoView({ block: "center" });
            part?.focus();
        });
        document.addEventListener("click", ({ target }) => {
            if (target.closest('[role="tab"]')) setTimeout(() => mark(guide));
        });
    });
})();
