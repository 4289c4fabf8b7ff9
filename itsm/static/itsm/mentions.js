// Suggests people while somebody types @: only those who may see this very record.
(() => {
    const PAUSE = 150; // milliseconds
    const BEFORE = /(^|[^\w@./-])@([\w.-]{0,40})$/;

    const start = (form) => {
        const text = form.querySelector("textarea");
        const list = form.querySelector(".people");
        let asked;
        let timer;
        let at = 0;

        const options = () => [...list.children];
        const hide = () => {
            list.hidden = true;
            text.removeAttribute("aria-activedescendant");
        };
        const mark = (n) => {
            at = (n + options().length) % options().length;
            options().forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
            text.setAttribute("aria-activedescendant", options()[at].id);
        };
        const typed = () => BEFORE.exec(text.value.slice(0, text.selectionStart));
        const take = (option) => {
            const found = typed();
            const end = text.selectionStart;
            if (found) text.setRangeText(`@${option.dataset.username} `, end - found[2].length - 1, end, "end");
            hide();
            text.focus();
            text.dispatchEvent(new Event("input", { bubbles: true }));
        };
        const show = (people) => {
            if (!people.length || document.activeElement !== text) return hide();
            list.replaceChildren(
                ...people.map(({ username, name }, n) => {
                    const option = document.createElement("li");
                    option.role = "option";
                    option.id = `comment_person_${n}`;
                    option.dataset.username = username;
                    const strong = document.createElement("b");
                    strong.textContent = `@${username}`;
                    option.append(strong, name === username ? "" : ` ${name}`);
                    return option;
                }),
            );
            list.hidden = false;
            mark(0);
        };
        const suggest = async () => {
            const found = typed();
            if (!found) return hide();
            asked?.abort();
            asked = new AbortController();
            try {
                const query = new URLSearchParams({ q: found[2] });
                const answer = await fetch(`${form.dataset.people}?${query}`, { signal: asked.signal });
                if (answer.ok && !answer.redirected) show((await answer.json()).people);
            } catch {
                hide(); // overtaken, or no connection: one may still write the name
            }
        };

        text.setAttribute("aria-autocomplete", "list");
        text.setAttribute("aria-controls", list.id);
        text.addEventListener("input", () => {
            clearTimeout(timer);
            if (!typed()) return hide();
            timer = setTimeout(suggest, PAUSE);
        });
        text.addEventListener("keydown", (event) => {
            if (list.hidden) return;
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) mark(at + step);
            else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(options()[at]);
            else if (event.key === "Escape") hide();
            else return;
            event.preventDefault();
            event.stopPropagation();
        });
        list.addEventListener("mousedown", (event) => {
            event.preventDefault();
            const option = event.target.closest("li");
            if (option) take(option);
        });
        text.addEventListener("blur", hide);
    };

    document.addEventListener("DOMContentLoaded", () =>
        document.querySelectorAll("[data-add-box][data-people]").forEach(start),
    );
})();
