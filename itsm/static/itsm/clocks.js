// Counts the running clocks by the server's time, whatever the clock of this machine says.
(() => {
    const face = (seconds) => {
        const s = Math.max(Math.floor(seconds), 0);
        const days = Math.floor(s / 86400);
        const hours = Math.floor((s % 86400) / 3600);
        const two = (n) => String(n).padStart(2, "0");
        const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
        if (days) return `${days} d ${hours}:${rest}`;
        return hours ? `${hours}:${rest}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
    };

    const tick = (clock, now) => {
        const elapsed = Math.max(now - Number(clock.dataset.started), 0);
        const target = Number(clock.dataset.target);
        clock.querySelector(".clock-time").textContent = face(elapsed);
        const bar = clock.querySelector(".clock-bar span");
        if (bar) bar.style.width = `${Math.min((elapsed / target) * 100, 100)}%`;
        if (elapsed > target) {
            clock.className = "clock clock-late";
            clock.querySelector(".clock-state").textContent = clock.dataset.late;
        } else if (elapsed > target * 0.7) {
            clock.className = "clock clock-near";
        }
    };

    const start = () => {
        const groups = [...document.querySelectorAll("[data-clocks]")].map((group) => ({
            // The page was made at data-now; performance.now() counts on from when it was begun.
            offset: Number(group.dataset.now) - performance.now() / 1000,
            clocks: [...group.querySelectorAll("[data-started]")].filter(
                (clock) => !clock.dataset.stopped && ["running", "late"].includes(clock.dataset.state),
            ),
        }));
        const all = () => {
            for (const { offset, clocks } of groups) {
                for (const clock of clocks) tick(clock, offset + performance.now() / 1000);
            }
        };
        if (groups.some(({ clocks }) => clocks.length)) {
            all();
            setInterval(all, 1000);
        }
    };

    document.addEventListener("DOMContentLoaded", start);
})();
