// The timeline: what it shows, older entries, links to single ones, and how long ago they were.
(() => {
    const FAR = 10; // pages that are looked through for an entry that a link names
    const YEAR = 365 * 24 * 3600; // seconds

    const start = (part) => {
        const entries = part.querySelector("[data-entries]");
        const chips = [...part.querySelectorAll("[data-kind]")];
        const error = part.querySelector(".talk-error");
        const units = JSON.parse(part.dataset.units);
        // The page was made at data-now; the clock of this machine may say anything.
        const offset = Number(part.dataset.now) - performance.now() / 1000;
        let asked;

        const chosen = () => chips.filter((c) => c.dataset.kind !== "all" && c.ariaCurrent).map((c) => c.dataset.kind);

        const fetched = async (query) => {
            asked?.abort();
            asked = new AbortController();
            const answer = await fetch(`${part.dataset.url}?${query}`, { signal: asked.signal });
            if (answer.redirected) location.reload(); // signed out
            if (!answer.ok) throw new Error(answer.statusText);
            const shown = document.createElement("template");
            shown.innerHTML = await answer.text();
            return shown.content;
        };
        const guarded = async (work) => {
            error.hidden = true;
            try {
                return await work();
            } catch (gone) {
                if (gone.name === "AbortError") return false;
                error.textContent = part.dataset.failed;
                error.hidden = false;
                return false;
            }
        };

        const narrow = (kinds) =>
            guarded(async () => {
                const show = kinds.join(",") || "all";
                entries.replaceChildren(await fetched(new URLSearchParams({ show })));
                for (const chip of chips) {
                    const is = kinds.length ? kinds.includes(chip.dataset.kind) : chip.dataset.kind === "all";
                    chip.ariaCurrent = is ? "true" : null;
                }
                document.cookie = `${part.dataset.remembers}=${kinds.join(".")}; path=/; max-age=${YEAR}; samesite=lax`;
                const url = new URL(location.href);
                url.searchParams.delete("from");
                url.searchParams.set("show", show);
                history.replaceState(null, "", url);
                tell();
            });

        const older = async (link) => {
            const more = await fetched(link.dataset.older);
            const head = more.querySelector(".entry");
            link.parentElement.remove();
            const days = entries.querySelectorAll(".day");
            const last = days[days.length - 1];
            const next = more.querySelector(".day");
            if (last && next?.dataset.day === last.dataset.day) {
                last.nextElementSibling.append(...next.nextElementSibling.children);
                next.nextElementSibling.remove();
                next.remove();
            }
            entries.append(more);
            tell();
            return head;
        };

        part.addEventListener("click", (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            const chip = event.target.closest("[data-kind]");
            if (chip) {
                event.preventDefault();
                const { kind } = chip.dataset;
                const kinds = chosen();
                if (kind === "all") narrow([]);
                else narrow(kinds.includes(kind) ? kinds.filter((k) => k !== kind) : [...kinds, kind]);
            }
            const link = event.target.closest("[data-older]");
            if (link) {
                event.preventDefault();
                guarded(async () => (await older(link))?.focus());
            }
        });

        // --- A link to one entry: it is looked for, brought into sight and marked. ---
        const named = () => (/^#[a-z]-\d+$/.test(location.hash) ? location.hash.slice(1) : "");
        const find = async () => {
            const id = named();
            if (!id) return;
            for (let page = 0; page < FAR && !document.getElementById(id); page += 1) {
                const link = entries.querySelector("[data-older]");
                if (!link || !(await guarded(() => older(link)))) break;
            }
            const found = document.getElementById(id)?.closest(".entry");
            if (!found) return;
            for (const other of entries.querySelectorAll(".is-named")) other.classList.remove("is-named");
            found.classList.add("is-named");
            found.scrollIntoView({ block: "center" });
            found.focus({ preventScroll: true });
        };
        window.addEventListener("hashchange", find);

        // --- How long ago, as the minutes go by. ---
        const tell = () => {
            const now = offset + performance.now() / 1000;
            for (const ago of entries.querySelectorAll("[data-ago]")) {
                const past = Math.max(Math.floor(now - Number(ago.dataset.ago)), 0);
                if (past >= 86_400) continue;
                const [unit, n] = past < 60 ? ["s", past] : past < 3600 ? ["min", past / 60] : ["h", past / 3600];
                ago.textContent = units[unit].replace("%d", Math.floor(n));
            }
        };
        setInterval(tell, 15_000);
        find();
    };

    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-timeline]").forEach(start));
})();
