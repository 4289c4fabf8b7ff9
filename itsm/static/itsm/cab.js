// Deciding by keys: the form for one's vote, the time of an agenda item, and what others do meanwhile.
(() => {
    const panel = () => document.querySelector("[data-vote-panel]");

    const openPanel = (decision) => {
        const form = panel();
        form.classList.add("is-open");
        form.querySelector("[data-vote-close]").hidden = false;
        const choice = [...form.elements.decision].find(({ value }) => value === decision);
        if (choice) choice.checked = true;
        const next = decision === "approve" ? form.querySelector("[type=submit]") : form.elements.comment;
        next.focus();
    };

    document.addEventListener("click", (event) => {
        const say = event.target.closest("[data-say]");
        if (say && panel()?.matches("[data-confirmed]")) {
            event.preventDefault();
            openPanel(say.dataset.say);
        }
        if (event.target.closest("[data-vote-close]")) panel().classList.remove("is-open");
    });
    document.addEventListener("keydown", (event) => {
        const form = event.target.closest?.("[data-vote-panel]");
        if (!form) return;
        if (event.key === "Escape") {
            form.classList.remove("is-open");
            document.activeElement.blur();
        }
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    document.addEventListener("itsm:acted", () => location.reload());

    // The server says when an item began and what time it is; this only shows how long ago that was.
    let offset = 0;
    const readClock = () => {
        const timer = document.querySelector("[data-timer]");
        if (timer) offset = Number(timer.dataset.now) - performance.now() / 1000;
    };
    const tick = () => {
        const timer = document.querySelector("[data-timer]");
        if (!timer) return;
        const seconds = Math.max(0, Math.floor(offset + performance.now() / 1000 - Number(timer.dataset.started)));
        const box = Number(timer.dataset.box) * 60;
        timer.querySelector(".timer-face").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        timer.querySelector("progress").value = Math.min(seconds / 60, box / 60);
        timer.classList.toggle("is-over", seconds > box);
        timer.querySelector(".timer-state").textContent = seconds > box ? timer.dataset.over : "";
    };

    const live = (room) => {
        let tag = "";
        const refresh = async () => {
            const answer = await fetch(location.href, {
                headers: { "X-Fragment": "1", "X-Background": "1", "If-None-Match": tag },
                cache: "no-store",
            });
            if (answer.status !== 200 || answer.redirected) return;
            tag = answer.headers.get("ETag");
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const part of document.querySelectorAll("[data-live-part]")) {
                const fresh = page.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
                if (!fresh || part.contains(document.activeElement)) continue;
                part.replaceChildren(...fresh.childNodes);
            }
            readClock();
            tick();
        };
        const every = Number(room.dataset.room) * 1000;
        const round = async () => {
            try {
                if (!document.hidden && !document.querySelector("dialog[open]")) await refresh();
            } catch {
                // The connection is away for a while: the next round tries again.
            }
            setTimeout(round, every);
        };
        setTimeout(round, every);
    };

    document.addEventListener("DOMContentLoaded", () => {
        const room = document.querySelector("[data-room]");
        if (room) live(room);
        if (panel()?.matches(".is-open")) openPanel(panel().querySelector("[name=decision]:checked")?.value);
        document.querySelector(".room-agenda .is-here")?.scrollIntoView({ block: "nearest", inline: "center" });
        readClock();
        tick();
        setInterval(tick, 1000);
    });
})();
